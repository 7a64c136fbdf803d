"""The machine: its GPU, its cores, its texts, its disk, and whether it can fence student code.

What you can do with this file:

- examine the GPU: `gpu`; the threads of matrix products: `threads`;
- examine how texts are written: `texts`; the free space: `space`;
- examine bubblewrap: `bubblewrap`.
"""

from __future__ import annotations

import locale
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from chainrule.backend import gpu_state
from chainrule.doctor.condition import Condition, fine, note

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["bubblewrap", "gpu", "space", "texts", "threads"]

LEAST_FREE_BYTES = 1 << 30
NOBODY = 65_534
TRY_SECONDS = 10


def gpu() -> Condition:
    """
    Examine the GPU; everything runs without one.

    Returns
    -------
    Condition
        At worst a note, which says at which step it fails.

    Examples
    --------
    >>> gpu().state in ("ok", "note")
    True
    """
    state = gpu_state()
    return fine("GPU", state.sentence) if state.usable else note("GPU", state.sentence)


def threads() -> Condition:
    """
    Examine how many threads a matrix product takes.

    Returns
    -------
    Condition
        A note where there are more of them than cores.

    Examples
    --------
    >>> threads().part
    'BLAS threads'
    """
    cores = _cores()
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return note("BLAS threads", "Not known: threadpoolctl, which comes with scikit-learn, is not installed.")
    libraries: list[dict[str, Any]] = [it for it in threadpool_info() if it["user_api"] == "blas"]
    most = max((int(it["num_threads"]) for it in libraries), default=1)
    if most > cores:
        words = f"Matrix products take {most} threads, but there are {cores} cores, so they wait for each other"
        return note("BLAS threads", f"{words}; set OPENBLAS_NUM_THREADS={cores} before Jupyter starts.")
    return fine("BLAS threads", f"{most} for a matrix product; cores: {cores}.")


def texts() -> Condition:
    """
    Examine in which encoding files and the terminal are written.

    Returns
    -------
    Condition
        A note where it is not UTF-8; the course itself names its encoding everywhere.

    Examples
    --------
    >>> texts().part
    'UTF-8'
    """
    used = {"files": locale.getpreferredencoding(), "the terminal": getattr(sys.stdout, "encoding", None) or "utf-8"}
    odd = [
        f"{what} as {name}" for what, name in used.items() if name.lower().replace("-", "") not in ("utf8", "cp65001")
    ]
    if not odd:
        return fine("UTF-8", "Files and the terminal are written as UTF-8.")
    return note("UTF-8", f"This set-up writes {' and '.join(odd)}; set PYTHONUTF8=1 before Jupyter starts.")


def space(folder: Path) -> Condition:
    """
    Examine the free space where somebody works.

    Parameters
    ----------
    folder : pathlib.Path
        Where that is.

    Returns
    -------
    Condition
        A note below 1 GiB.

    Examples
    --------
    >>> import pathlib
    >>> space(pathlib.Path()).part
    'disk'
    """
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        return note("disk", f"Only {free / 2**20:.0f} MiB free in {folder}; notebooks may fail to save. Make room.")
    return fine("disk", f"{free / 2**30:.1f} GiB free.")


def bubblewrap() -> Condition:
    """
    Examine whether student code can be fenced here; `proctor doctor` looks closer.

    Returns
    -------
    Condition
        At worst a note: only grading needs it.

    Examples
    --------
    >>> bubblewrap().part
    'bubblewrap'
    """
    part = "bubblewrap"
    if sys.platform != "linux":
        return note(part, "Grading fences student code with bubblewrap, which exists on Linux alone; grade there.")
    if shutil.which("bwrap") is None:
        words = "Grading fences student code with bubblewrap, and there is none; try: apt-get install bubblewrap."
        return note(part, words)
    user: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    command = ["bwrap", "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/", "true"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TRY_SECONDS, **user)  # noqa: S603
        failed = run.stderr.strip() or f"status {run.returncode}" if run.returncode else ""
    except (OSError, subprocess.SubprocessError) as error:
        failed = str(error)
    if failed:
        hint = "The kernel may forbid user namespaces: sysctl kernel.apparmor_restrict_unprivileged_userns=0."
        return note(part, f"bubblewrap cannot start here ({failed.splitlines()[-1]}). {hint}")
    return fine(part, "bubblewrap starts, with namespaces of its own.")


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
