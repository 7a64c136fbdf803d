"""What a student wrote stays theirs: answers that pass are kept as files that run by themselves.

What you can do with this file:

- keep every answer of the notebook that passes its check: `keep`;
- find the folder of what was kept: `kept_folder`; list it: `kept_files`.

The folder `mynn` lies one folder above the notebook, so that all units find it; beside it where nothing can be written
above. Where a grader executes the notebook (NBGRADER_EXECUTION is set), nothing is kept.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import textwrap
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from chainrule.checking.declaring.exercise import Exercise, ExerciseKey
from chainrule.desk.keyring import visible_key
from chainrule.desk.sources import CannotKeep, module_text
from chainrule.desk.standing import UNTRIED, unit_exercises
from chainrule.shell import notebook_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chainrule.checking.declaring.protocol import Key
    from chainrule.checking.telling.verdict import Finding

__all__ = ["FOLDER", "keep", "kept_files", "kept_folder"]

FOLDER = "mynn"
WIDTH = 88
INIT = '''"""What I wrote in Chain Rule, a file for each function or class: `from mynn import relu`."""

from importlib import import_module


def __getattr__(name):
    try:
        found = getattr(import_module(f"{__name__}.{name}"), name)
    except ModuleNotFoundError:
        raise AttributeError(f"{name} was not kept yet") from None
    globals()[name] = found  # in the place of the module of the same name
    return found
'''
MARK = "# Kept by Chain Rule"  # what begins otherwise is not ours, and is left alone
NOTHING_YET = "No exercise has been checked yet. Run the checks of this notebook, then keep what passes."


def keep() -> None:
    """
    Keep every function and class of this notebook that passes its check, each as a file of its own.

    A file is written only after it has run by itself and passed the check again. What fails changes no file: what was
    kept before stays.

    Examples
    --------
    >>> from chainrule.desk.standing import forget
    >>> forget()
    >>> keep()
    No exercise has been checked yet. Run the checks of this notebook, then keep what passes.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return
    names = notebook_names()
    functions = [it.name for it in unit_exercises() if isinstance(it, (Exercise, ExerciseKey))]
    if not functions:
        print(NOTHING_YET)  # noqa: T201 - the terminal's display
        return
    there = [it for it in functions if callable(names.get(it))]
    keys = {it: visible_key(it) for it in there}
    findings = {it: key.judge(names[it]).finding for it, key in keys.items()}
    waiting = [it for it in functions if it not in there or _is_untried(findings[it])]
    told = [_told(it, finding) for it, finding in findings.items() if finding and it not in waiting]
    right = [it for it, finding in findings.items() if finding is None]
    try:
        folder = _made_folder() if right else Path()
    except OSError as error:
        print(f"Nothing was kept: no folder {FOLDER} can be made above or in {Path.cwd()} ({error.strerror}).")  # noqa: T201
        return
    kept: list[str] = []
    for it in right:
        try:
            _keep_one(keys[it], names, folder)
            kept.append(it)
        except CannotKeep as error:
            told.append(f"{it}: {error}")
        except OSError as error:
            told.append(f"{it}: it cannot be written to {folder} ({error.strerror})")
    lines = [f"{len(kept)} of {len(functions)} are kept{f' in {folder}' if right else ' so far'}."]
    lines += [textwrap.indent(textwrap.fill(", ".join(kept), WIDTH), "  ")] if kept else []
    lines += ["Not kept:", *(f"  {it}." for it in told)] if told else []
    lines += [textwrap.fill(f"Not written yet: {', '.join(waiting)}.", WIDTH)] if waiting else []
    print("\n".join(lines))  # noqa: T201 - the terminal's display


def kept_folder() -> Path | None:
    """
    Find the folder of what was kept.

    Returns
    -------
    pathlib.Path or None
        Above the working folder or in it; None where nothing was kept yet.

    Examples
    --------
    >>> kept_folder() is None or kept_folder().name == "mynn"
    True
    """
    return next((it for it in _places() if (it / "__init__.py").is_file()), None)


def kept_files() -> dict[str, Path]:
    """
    List what was kept.

    Returns
    -------
    dict of str to pathlib.Path
        From the names of functions and classes to their files.

    Examples
    --------
    >>> all(path.suffix == ".py" for path in kept_files().values())
    True
    """
    folder = kept_folder()
    paths = sorted(folder.glob("*.py")) if folder else []
    return {it.stem: it for it in paths if not it.stem.startswith("__")}


def _places() -> tuple[Path, Path]:
    here = Path.cwd()
    return here.parent / FOLDER, here / FOLDER


def _made_folder() -> Path:
    """The folder, with the text that makes it a package."""
    found = kept_folder()
    if found is not None and os.access(found, os.W_OK):
        return found
    above, beside = _places()
    for place in (above, beside):
        try:
            place.mkdir(exist_ok=True)
            if not (place / "__init__.py").exists():
                _write(place / "__init__.py", INIT)
        except OSError:
            if place is beside:
                raise
        else:
            return place
    raise AssertionError("unreachable")


def _is_untried(finding: Finding | None) -> bool:
    return finding is not None and finding.slug in UNTRIED


def _told(name: str, finding: Finding) -> str:
    earlier = "; the one that was kept before stays" if name in kept_files() else ""
    return f"{name}: {finding.title}{earlier}"


def _keep_one(key: Key, names: Mapping[str, Any], folder: Path) -> None:
    """Write an answer down, unless the same one is there."""
    text, path = module_text(key.name, names), folder / f"{key.name}.py"
    before = path.read_text(encoding="utf-8") if path.exists() else MARK
    if not before.startswith(MARK):
        raise CannotKeep(f"{path} is a file of your own; give it another name")
    if before.partition("\n\n")[2] != text:
        _try_alone(key, text)
        _write(path, f"{_header(key)}\n\n{text}")


def _try_alone(key: Key, text: str) -> None:
    """Run a text where the notebook is not, and check what it defines."""
    alone = ModuleType(f"{FOLDER}.{key.name}.alone")
    sys.modules[alone.__name__] = alone  # data classes look their module up
    try:
        exec(compile(text, f"{FOLDER}/{key.name}.py", "exec"), vars(alone))  # noqa: S102 - the student's own code
        finding = key.judge(getattr(alone, key.name)).finding
    except Exception as error:  # noqa: BLE001 - whatever it raises is told
        raise CannotKeep(f"it does not run without the notebook ({type(error).__name__}: {error})") from None
    finally:
        del sys.modules[alone.__name__]
    if finding is not None:
        raise CannotKeep(
            f"without the notebook it gives something else ({finding.title}). Run its cell, then keep again"
        )


def _header(key: Key) -> str:
    now = dt.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    return f"{MARK} on {now}, from {_notebook()}.\n# {key.section}."


def _notebook() -> str:
    """The notebook's name, where JupyterLab or VS Code tells it, or else its folder."""
    told = notebook_names().get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME") or ""
    return Path(str(told)).name if str(told).endswith(".ipynb") else f"the folder {Path.cwd().name}"


def _write(path: Path, text: str) -> None:
    """Write a file in one step, so that no half of one is ever read."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
