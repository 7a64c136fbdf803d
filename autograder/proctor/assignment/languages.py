"""The language of an assignment's notebooks.

What you can do with this file:

- refuse what is not Python: `require_python`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from proctor.errors import AuthorError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["require_python"]

PYTHON = ("python", "ipython", "xpython", "pyodide", "conda", "venv")


def require_python(notebook: str, kernelspec: Mapping[str, Any], paths: Iterable[Path]) -> None:
    """
    Refuse a notebook in another language.

    Parameters
    ----------
    notebook : str
        Its name.
    kernelspec : mapping of str to object
        What the gradebook knows of its kernel.
    paths : iterable of pathlib.Path
        The author's notebooks, which may tell more.

    Raises
    ------
    AuthorError
        It is in another language, as far as anything tells.
    """
    language = str(kernelspec.get("language", "")) or next((it for path in paths if (it := _language(path))), "")
    name = str(kernelspec.get("name", ""))
    # A kernel of an environment may have any name, so a name alone tells only where it is one of another language's.
    known = language.lower() if language else name.lower()
    if not known or known.startswith(PYTHON) or (not language and "py" in known):
        return
    if not language and _is_pythons(kernelspec):
        return
    words = (
        f"Expected notebooks in Python, found {notebook} with the kernel {name or '?'} ({language or 'of no Python'})."
    )
    raise AuthorError(f"{words} proctor grades Python alone; try `nbgrader autograde` for this one.", slug="language")


def _is_pythons(kernelspec: Mapping[str, Any]) -> bool:
    """Whether the name for people says Python."""
    return "python" in str(kernelspec.get("display_name", "python")).lower()


def _language(path: Path) -> str:
    """What a notebook says of its language."""
    try:
        metadata = json.loads(path.read_bytes())["metadata"]
        found = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""
    return str(found or "")
