"""What a computation would ask of a GPU.

What you can do with this file:

- count operations, waits and copies while something runs: `counting`, which gives `Counts`;
- note one of them: `COUNTS`.
"""

from __future__ import annotations

import contextlib
import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["COUNTS", "Counts", "counting"]


@dataclasses.dataclass
class Counts:
    """
    Operations that the device runs, times that the host waits for it, copies to it and from it.

    An operation is a call that starts work; a view (`reshape`, a slice, `T`) starts none.
    A function counts once, though CuPy may need several kernels for it.
    """

    operations: int = 0
    waits: int = 0
    to_device: int = 0
    to_host: int = 0

    def __sub__(self, earlier: Counts) -> Counts:
        """What came in between."""
        mine, theirs = dataclasses.astuple(self), dataclasses.astuple(earlier)
        return Counts(*(after - before for after, before in zip(mine, theirs, strict=True)))


COUNTS = Counts()


@contextlib.contextmanager
def counting() -> Iterator[Counts]:
    """
    Count what happens inside the block.

    Yields
    ------
    Counts
        Zeros; filled in when the block ends.

    Examples
    --------
    >>> from chainrule.stand_in import counting, pretending
    >>> with pretending() as xp, counting() as counts:
    ...     _ = float((xp.ones(3) * 2).sum())
    >>> counts
    Counts(operations=3, waits=1, to_device=0, to_host=1)
    """
    before, inside = dataclasses.replace(COUNTS), Counts()
    yield inside
    for name, value in dataclasses.asdict(COUNTS - before).items():
        setattr(inside, name, value)
