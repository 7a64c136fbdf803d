"""Taking a submission in: from files that anybody may have made to checked data.

What you can do with this file:

- read a student's notebook from a folder: `take_in`.

A submission is never trusted as a format. Names, links and sizes are checked by `submitted`, bytes and cells by
`notebook`; what can be put right is put right and reported, what cannot is one `SubmissionError` with one clear
sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proctor.errors import SubmissionError
from proctor.intake.notebook import parse_notebook
from proctor.intake.submitted import files_of, of_decent_size, refuse_second_names, shown
from proctor.model import Submission

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["MOST_BYTES", "take_in"]

MOST_BYTES = 256 << 20


def take_in(
    folder: Path,
    notebook: str,
    *,
    others: frozenset[str] = frozenset(),
    most_bytes: int = MOST_BYTES,
    ignore: tuple[str, ...] = (),
    kernel: str = "",
) -> Submission:
    """
    Read a student's notebook from the folder that was handed in.

    Parameters
    ----------
    folder : pathlib.Path
        The submission. Links in it are refused: they may point at other people's files.
    notebook : str
        The name that the assignment's notebook has, without ".ipynb".
    others : frozenset of str
        The assignment's other notebooks, which are never taken for this one.
    most_bytes : int
        A larger notebook is refused.
    ignore : tuple of str
        Patterns of names that are left out, as nbgrader has them.
    kernel : str
        The name of the kernel that the assignment asks for; another one is reported.

    Returns
    -------
    Submission
        Checked; a notebook of another name is taken when it is the only one.

    Raises
    ------
    SubmissionError
        There is no notebook, or none that can be read; the slug is "missing", "link", "too-large",
        "unreadable", "not-json" or "not-a-notebook".
    """
    files = files_of(folder, ignore)
    wanted = f"{notebook}.ipynb"
    notebooks = [name for name in files if name.endswith(".ipynb")]
    refuse_second_names(files)
    repairs: list[str] = []
    chosen = wanted
    if wanted not in notebooks:
        top = [name for name in notebooks if "/" not in name and name.removesuffix(".ipynb") not in others]
        if len(top) != 1:
            found = ", ".join(map(shown, sorted(files)[:5])) or "nothing"
            raise SubmissionError(f"Expected a notebook {wanted}, found {found}.", slug="missing")
        chosen = top[0]
        repairs.append(f"The notebook is called {shown(chosen)}; it was taken for {wanted}.")
    size = files[chosen].stat().st_size
    if size > most_bytes:
        message = f"Expected {shown(chosen)} to have at most {most_bytes} bytes, found {size}."
        raise SubmissionError(message, slug="too-large")
    try:
        data = files[chosen].read_bytes()
    except OSError as error:
        raise SubmissionError(f"{shown(chosen)} cannot be read ({error.strerror}).", slug="unreadable") from error
    cells, more = parse_notebook(data, shown(chosen), kernel=kernel)
    extra = of_decent_size({name: path for name, path in files.items() if name != chosen}, repairs)
    return Submission(chosen, cells, (*repairs, *more), extra)
