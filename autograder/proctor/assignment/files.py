"""The files of an assignment: the author's, what of them students were given, and what students write themselves.

What you can do with this file:

- find them: `files_of`, which returns `Files`.

Student code sees of the author's files only what was released. A file is the students' own if the course's
`c.Autograde.exclude_overwriting` names it, or if it is a module that `source/` and `release/` have with different
contents. All others are put back over what was handed in.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from proctor.errors import AuthorError
from proctor.intake.submitted import MOST_BYTES, ignored

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from proctor.course.nbgrader import Course

__all__ = ["Files", "files_of"]


@dataclass(frozen=True)
class Files:
    """
    What lies beside the notebooks, by name.

    `author` are the author's, `released` what students were given, and `own` the names of those that students write.
    """

    author: Mapping[str, Path] = field(default_factory=dict)
    released: Mapping[str, Path] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

    @property
    def solved(self) -> dict[str, Path]:
        """What lies beside the solved notebook: what was released, and the author's version of what students write."""
        return {**self.released, **{name: self.author[name] for name in self.own if name in self.author}}

    @property
    def modules(self) -> frozenset[str]:
        """The modules that students write."""
        return frozenset(".".join(PurePosixPath(it).with_suffix("").parts) for it in self.own if it.endswith(".py"))

    def beside(self, handed_in: Mapping[str, Path]) -> dict[str, Path]:
        """What lies beside a submission's notebook: the author's files, and of the rest what was handed in."""
        theirs = {name: path for name, path in self.released.items() if name not in self.own}
        return {**self.released, **handed_in, **theirs}

    def named_in(self, texts: Iterable[str]) -> dict[str, Path]:
        """The files kept back that some tests name, for where these tests run."""
        back = {name: path for name, path in self.author.items() if name not in self.released}
        whole = "\n".join(texts) if back else ""
        return {name: path for name, path in back.items() if PurePosixPath(name).stem in whole}


def files_of(course: Course, assignment: str) -> Files:
    """
    Find the files of an assignment.

    Parameters
    ----------
    course : Course
        The course.
    assignment : str
        Its name.

    Returns
    -------
    Files
        Without notebooks, and without what nbgrader ignores. Where one of the folders is not there, the other has all.

    Raises
    ------
    AuthorError
        They are larger than a submission may be.
    """
    source, release = (course.folder(step, ".", assignment) for step in ("source", "release"))
    author, released = _found(course, source), _found(course, release)
    if not source.is_dir():
        return Files(released, released)
    if not release.is_dir():
        return Files(author, author)
    own = {name for name in course.exclude_overwriting.get(assignment, ()) if not name.endswith(".ipynb")}
    both = (name for name in author.keys() & released.keys() if name.endswith(".py"))
    own |= {name for name in both if author[name].read_bytes() != released[name].read_bytes()}
    given = {name: author[name] if name in author and name not in own else path for name, path in released.items()}
    return Files(author, given, frozenset(own))


def _found(course: Course, folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    total = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not ignored(name, course.ignore))
        for name in sorted(names):
            path = Path(place, name)
            # Links too: nbgrader copies what they lead to, and the author may let them lead anywhere.
            if ignored(name, course.ignore) or name.endswith(".ipynb") or not path.is_file():
                continue
            found[path.relative_to(folder).as_posix()] = path
            total += path.stat().st_size
    if total > MOST_BYTES:
        message = f"Expected the author's files in {folder} to have at most {MOST_BYTES} bytes together, found {total}."
        raise AuthorError(f"{message} Let the notebook fetch large data, or make it.", slug="too-large")
    return found
