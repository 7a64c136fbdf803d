"""Taking a submission in: from files that anybody may have made to checked data.

What you can do with this file:

- read a student's notebook from a folder: `take_in`.

A submission is never trusted as a format. Names, links and sizes are checked by `submitted` and copied by `snapshot`,
bytes and cells are checked by `notebook`. What can be put right is put right and reported, what cannot is one
`SubmissionError` with one clear sentence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from proctor.course.names import shown
from proctor.errors import SubmissionError
from proctor.intake.notebook import parse_notebook
from proctor.intake.submitted import MOST_BYTES, Listing, listed
from proctor.model import Submission

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["take_in"]


def take_in(
    folder: Path,
    notebook: str,
    *,
    others: frozenset[str] = frozenset(),
    most_bytes: int = MOST_BYTES,
    listing: Listing | None = None,
    kernel: str = "",
) -> Submission:
    """
    Read a student's notebook from the folder that was handed in.

    Parameters
    ----------
    folder : pathlib.Path
        The submission, or its snapshot.
    notebook : str
        The name that the assignment's notebook has, without ".ipynb".
    others : frozenset of str
        The assignment's other notebooks, which are never taken for this one.
    most_bytes : int
        A larger notebook is refused.
    listing : Listing, optional
        What is in the folder, and what was left out of it; looked up when not given.
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
    listing = listing or listed(folder)
    wanted = f"{notebook}.ipynb"
    top = [name for name in listing.files if "/" not in name and name.endswith(".ipynb")]
    top = [name for name in top if name == wanted or name.removesuffix(".ipynb") not in others]
    if wanted in listing.left_out:
        slug, reason = listing.left_out[wanted]
        raise SubmissionError(f"Expected a notebook {wanted}, found that it cannot be taken: {reason}.", slug=slug)
    repairs: list[str] = []
    chosen = wanted
    if wanted not in top:
        if len(top) != 1:
            found = ", ".join(map(shown, sorted(listing.files)[:5])) or "nothing"
            more = " ".join(("", *listing.told()))
            raise SubmissionError(f"Expected a notebook {wanted}, found {found}.{more}", slug="missing")
        chosen = top[0]
        repairs.append(f"The notebook is called {shown(chosen)}; it was taken for {wanted}.")
    data = _data(folder, chosen, most_bytes)
    cells, more_repairs = parse_notebook(data, shown(chosen), kernel=kernel)
    copies = [name for name in top if name != chosen and b'"grade_id"' in _data(folder, name, most_bytes)]
    extra = tuple(name for name in sorted(listing.files) if name != chosen)
    return Submission(chosen, cells, (*repairs, *more_repairs), extra, _of_copies(chosen, copies))


def _of_copies(chosen: str, copies: list[str]) -> tuple[str, ...]:
    """A word about other notebooks with answers: the work may be in the wrong one."""
    if not copies:
        return ()
    named = ", ".join(map(shown, copies[:3]))
    return (f"{shown(chosen)} was graded; there is {named} too, with cells of an assignment.",)


def _data(folder: Path, name: str, most_bytes: int) -> bytes:
    try:
        size = (folder / name).stat().st_size
        if size > most_bytes:
            message = f"Expected {shown(name)} to have at most {most_bytes} bytes, found {size}."
            raise SubmissionError(message, slug="too-large")
        return (folder / name).read_bytes()
    except OSError as error:
        raise SubmissionError(f"{shown(name)} cannot be read ({error.strerror}).", slug="unreadable") from error
