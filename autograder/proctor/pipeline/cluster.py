"""Grading on a cluster of Dask.

What you can do with this file:

- use the workers of a running scheduler as an executor: `Cluster`.

The workers need this package, bubblewrap, and the course's folder under the same path as here. A Dask worker that
dies takes its submission along at most; the scheduler gives it to others, and when several have died of it, it is
given back as `TaskLost`.
"""

from __future__ import annotations

import importlib.util
from concurrent.futures import Executor, Future
from typing import TYPE_CHECKING, Any

from proctor.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Cluster", "TaskLost"]

WAIT_SECONDS = 10.0
PACKAGE = "proctor"


class TaskLost(Exception):  # noqa: N818 - says what happened to the task
    """Workers ended over a task, again and again."""


class Cluster(Executor):
    """
    The workers of a running Dask scheduler.

    Parameters
    ----------
    address : str
        Such as "tcp://10.0.0.1:8786".

    Raises
    ------
    GraderError
        Dask is not installed here, nobody answers at the address, no worker is there, or one lacks this package.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            words = "A cluster needs Dask: pip install distributed, here and on the workers."
            raise GraderError(words, slug="cluster") from error
        try:
            self._client: Any = Client(address, timeout=WAIT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            words = f"Expected a Dask scheduler at {address}, found none ({error}). Start one: dask scheduler."
            raise GraderError(words, slug="cluster") from error
        self.workers = sum(self._client.nthreads().values())
        if not self.workers:
            self._client.close()
            words = f"The Dask scheduler at {address} has no workers. Start some: dask worker {address} --nthreads 1."
            raise GraderError(words, slug="cluster")
        found = self._client.run(importlib.util.find_spec, PACKAGE)  # a task that a worker cannot read would hang
        lacking = sorted(worker for worker, spec in found.items() if spec is None)
        if lacking:
            self._client.close()
            words = f"Expected {PACKAGE} on every Dask worker, found none on {', '.join(lacking)}. Install it there."
            raise GraderError(words, slug="cluster")
        self._executor = self._client.get_executor(pure=False)  # else an equal task gets the result of the one before

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand a task over."""
        from distributed.scheduler import KilledWorker

        # A future of our own: what Dask raises for a task that has killed its workers is known in this file alone.
        outcome: Future[Any] = Future()

        def pass_on(done: Future[Any]) -> None:
            if done.cancelled():
                outcome.cancel()
            elif error := done.exception():
                outcome.set_exception(TaskLost(str(error)) if isinstance(error, KilledWorker) else error)
            else:
                outcome.set_result(done.result())

        self._executor.submit(fn, *args, **kwargs).add_done_callback(pass_on)
        return outcome

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002 - as its parent's
        """Leave the cluster; what was handed over and is not done is dropped."""
        self._executor.shutdown(wait=False)
        self._client.close()
