"""Whether other accounts of this machine can read what a course keeps from students.

What you can do with this file:

- say it in a sentence, with the command that mends it: `privacy_warning`;
- stop where students have accounts for sure, since there is an exchange: `refuse_open_clone`;
- find out who can read a file, from what `os.stat` says of all folders on the way: `readers`.

Theory of operation. Somebody reads a file who may search every folder from / on and read the file itself; in a folder,
who may search it. Members of a group have the group's rights where the group is the owner's, all others' rights
elsewhere. root may read everything anyway. Access lists (setfacl) are not looked at, but for the mask that they put
in the place of the group's rights.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shlex
import stat
from typing import TYPE_CHECKING

from proctor.course.roster import roster_path
from proctor.course.state import SQLITE, instructors
from proctor.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from proctor.course.nbgrader import Course

__all__ = ["EVERYBODY", "privacy_warning", "readers", "refuse_open_clone"]

EVERYBODY = -1
"""In the place of a group's number: whoever has an account."""
EXCHANGE = "/usr/local/share/nbgrader/exchange"  # nbgrader's default


def readers(steps: Sequence[os.stat_result], shared: Collection[int]) -> set[int]:
    """
    Find out who can read a file or search a folder.

    Parameters
    ----------
    steps : sequence of os.stat_result
        What `os.stat` says of all folders from / on, and last of the file or folder.
    shared : collection of int
        The groups that have other members than the owner.

    Returns
    -------
    set of int
        `EVERYBODY`, and numbers of groups; empty where its owner is alone.
    """
    return {who for who in (EVERYBODY, *shared) if all(_lets(step, who) for step in steps)}


def privacy_warning(course: Course) -> str:
    """
    Say what other accounts of this machine can read of a course, and how to mend it.

    Parameters
    ----------
    course : Course
        The course. `c.Proctor.group` names a group that may read everything.

    Returns
    -------
    str
        One sentence; empty where there is nothing to say.
    """
    found = [(what, path, who) for what, path in _secrets(course) if (who := _who(path, instructors(course)))]
    if not found:
        return ""
    everything = _listed([what for what, *_ in found])
    mend = _mend(course.root.resolve(), [(path, who) for _, path, who in found])
    who_all = set[int]().union(*(who for *_, who in found))
    return f"{_names(who_all)} can read {everything}{_exchange_words(course)}; try: {mend}"


def refuse_open_clone(course: Course) -> None:
    """
    Stop where students of this machine can read what a course keeps from them.

    Parameters
    ----------
    course : Course
        The course. `c.Proctor.open_clone = True` allows it.

    Raises
    ------
    GraderError
        There is an exchange, and other accounts can read solutions, gradebook, roster or submissions.
    """
    if course.settings.get("Proctor", "open_clone", False, kinds=(bool,)) or _exchange(course) is None:
        return
    if words := privacy_warning(course):
        raise GraderError(f"{words} (c.Proctor.open_clone = True goes on without)", slug="open-clone")


def _secrets(course: Course) -> Iterator[tuple[str, Path]]:
    """What students must not read, as far as it exists: what it is, and where it really lies."""
    places = {"the solved notebooks": course.folder("source", ".", ".")}
    if course.db_url.startswith(SQLITE):
        places["the gradebook"] = course.root / course.db_url.removeprefix(SQLITE).partition("?")[0]
    places["the roster"] = roster_path(course)
    submitted = course.settings.get("CourseDirectory", "submitted_directory", "submitted", kinds=(str,))
    places["the submissions"] = course.root / submitted
    for what, path in places.items():
        with contextlib.suppress(PermissionError):  # what we ourselves may not look at is closed
            if path.exists():
                yield what, path.resolve()


def _who(path: Path, allowed: int | None) -> set[int]:
    """Who beside its owner can read a path; groups of nobody else do not count, nor do root's and the allowed one."""
    steps = [it.stat() for it in (*reversed(path.parents), path)]
    groups = {it.st_gid for it in steps} - {0, allowed}
    return readers(steps, [it for it in groups if not _is_own(it, steps[-1].st_uid)])


def _lets(step: os.stat_result, who: int) -> bool:
    """Whether one step lets somebody pass."""
    rights = step.st_mode >> 3 if step.st_gid == who else step.st_mode
    return bool(rights & (os.X_OK if stat.S_ISDIR(step.st_mode) else os.R_OK))


def _is_own(group: int, owner: int) -> bool:
    """Whether a group is its owner's alone, as most systems make one for each account."""
    try:
        account, entry = pwd.getpwuid(owner), grp.getgrgid(group)
    except KeyError:  # of another machine, or of a container without names
        return group == owner
    members = {*entry.gr_mem, *(it.pw_name for it in pwd.getpwall() if it.pw_gid == group)}
    return account.pw_gid == group and entry.gr_name == account.pw_name and members <= {account.pw_name, "root"}


def _mend(root: Path, found: Sequence[tuple[Path, set[int]]]) -> str:
    """The command that closes the course's folder, and what lies elsewhere."""
    commands: dict[str, list[str]] = {}
    for path, who in found:
        place = root if path.is_relative_to(root) else path
        group = place.stat().st_gid
        bits = ("g" if group in who else "") + ("o" if who - {group} else "")
        words = shlex.quote(str(place))
        places = commands.setdefault(bits, [])
        if words not in places:
            places.append(words)
    return " && ".join(f"chmod {bits}-rwx {' '.join(places)}" for bits, places in commands.items())


def _names(who: set[int]) -> str:
    """Who can read, in words."""
    if EVERYBODY in who:
        return "Other accounts of this machine"
    names = []
    for number in sorted(who):
        try:
            names.append(grp.getgrgid(number).gr_name)
        except KeyError:
            names.append(str(number))
    return f"Members of the group {_listed(names)}"


def _exchange(course: Course) -> Path | None:
    """The folder that students fetch from and submit to; None where there is none that everybody can write to."""
    folder = course.root / course.settings.get("Exchange", "root", EXCHANGE, kinds=(str,))
    can_write = stat.S_IWOTH | stat.S_IXOTH
    return folder if folder.is_dir() and folder.stat().st_mode & can_write == can_write else None


def _exchange_words(course: Course) -> str:
    """What is to be known about the exchange: that there are students, and that it must not be closed as well."""
    folder = _exchange(course)
    if folder is None:
        return ""
    inside = folder.resolve().is_relative_to(course.root.resolve())
    first = ", inside this folder: first give it another place (c.Exchange.root)" if inside else ""
    return f", and students can use the exchange {folder}{first}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
