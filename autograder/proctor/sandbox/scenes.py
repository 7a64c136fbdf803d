"""The policies under which students' notebooks and examiners run.

What you can do with this file:

- make the student's: `student_policy`; make the examiner's: `examiner_policy`;
- list the installed packages that student code sees: `seen_by`; and the others: `kept_from`.
"""

from __future__ import annotations

import functools
import importlib.metadata
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from proctor.sandbox.packages import MORE, WHOLE, laid_out
from proctor.sandbox.policy import PASSWD, Fence, Policy
from proctor.sandbox.search_path import PACKAGE_FOLDERS, search_path
from proctor.sandbox.visible import distributions, interpreter, normalized, package_paths

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["examiner_policy", "kept_from", "seen_by", "student_policy"]

EDITION, OWN = "/edition", "/own"
VARIABLES = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/desk",
    "LANG": "C.UTF-8",
    "TMPDIR": "/tmp",  # noqa: S108 - the sandbox's own
    "IPYTHONDIR": "/tmp/ipython",  # noqa: S108
    "MPLCONFIGDIR": "/tmp/matplotlib",  # noqa: S108
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",  # the order of a set, and so what is printed of it, is the same in every run
    "PYTHONNOUSERSITE": "1",
    "PYTHONSAFEPATH": "1",
    "PYTHONPATH": f"{EDITION}:{WHOLE}:{MORE}:{OWN}",
    "PYTHONUTF8": "1",
    "NBGRADER_EXECUTION": "autograde",
}


def seen_by(modules: Iterable[str], fence: Fence) -> tuple[str, ...]:
    """The installed distributions that student code sees; kept, since to look takes a while."""
    return _seen(tuple(modules), fence.more, tuple(sorted(fence.editions)), fence.hidden)


def kept_from(modules: Iterable[str], fence: Fence) -> tuple[str, ...]:
    """The installed distributions that student code does not see."""
    there = {normalized(it.metadata["Name"]) for it in importlib.metadata.distributions()}
    return tuple(sorted(there - set(seen_by(modules, fence))))


@functools.cache
def _seen(
    modules: tuple[str, ...], more: tuple[str, ...], never: tuple[str, ...], hidden: tuple[str, ...]
) -> tuple[str, ...]:
    return distributions(modules, more, never=never, hidden=hidden)


def student_policy(modules: Iterable[str], fence: Fence) -> Policy:
    """
    Make the policy of an assignment.

    Parameters
    ----------
    modules : iterable of str
        What its notebooks import; the distributions that provide them are seen, with what they need.
    fence : Fence
        What else is seen; its editions take the place of whatever is installed under their names.

    Returns
    -------
    Policy
        For a warm parent.
    """
    python = interpreter()
    installed = package_paths(seen_by(modules, fence))
    packages = laid_out(installed, without=fence.editions)
    shown: dict[str, Path] = {str(path): path for path in python.shown} | packages.shown
    shown |= {f"{EDITION}/{name}": path for name, path in fence.editions.items()}
    shown[f"{OWN}/inside"] = Path(__file__).resolve().parents[1] / "inside"  # of proctor nothing else
    return Policy(
        program=(str(python.program), "-m", "inside.warm"),
        shown=shown,
        covered=(*(str(path) for path in python.covered), *packages.covered),
        devices=fence.devices,
        variables=VARIABLES,
        files={"/etc/passwd": PASSWD.encode(), **_fonts()},
    )


def examiner_policy(folder: Path) -> Policy:
    """
    Make the policy of examiners: all installed packages, the author's files, and nothing that can be written.

    Parameters
    ----------
    folder : pathlib.Path
        The author's files.

    Returns
    -------
    Policy
        For a warm parent whose forks are no namespaces of their own.
    """
    python = interpreter()
    own_package, files = Path(__file__).resolve().parents[1], {"/etc/passwd": PASSWD.encode(), **_fonts()}
    # The interpreter runs outside of its virtual environment: it finds its library, but no folder of packages.
    entries = [
        it
        for it in sys.path
        if Path(it).name in PACKAGE_FOLDERS or not any(Path(it).is_relative_to(top) for top in python.shown)
    ]
    own = set() if str(own_package.parent) in entries else {own_package}
    packages = search_path(entries, [*python.shown, *own, *map(Path, files)])
    shown = {str(path): path for path in (*python.shown, *own)} | packages | {"/author": folder}
    variables = {name: VARIABLES[name] for name in VARIABLES if name not in ("PYTHONPATH", "MPLBACKEND", "HOME")}
    path = os.pathsep.join([*packages, *(str(it.parent) for it in own)])
    return Policy(
        program=(str(python.program), "-m", "proctor.examiner.warm"),
        shown=shown,
        variables=variables | {"PYTHONPATH": path, "MPLBACKEND": "agg", "HOME": "/tmp"},  # noqa: S108 - the sandbox's own
        files=files,
        may_enclose=False,
    )


def _fonts() -> dict[str, bytes]:
    """matplotlib's list of fonts, which takes it a second to make."""
    try:
        import matplotlib as mpl
        from matplotlib.font_manager import FontManager
    except ImportError:
        return {}
    name = f"fontlist-v{FontManager.__version__}.json"
    path = Path(mpl.get_cachedir()) / name
    return {f"/tmp/matplotlib/{name}": path.read_bytes()} if path.is_file() else {}  # noqa: S108 - the sandbox's own
