"""What goes wrong with one student's work, kept from all others.

What you can do with this file:

- do something for each student, whoever makes it fail: `one_by_one`; make one thing of all: `of_all_but`;
- ask whether an error would meet everybody: `is_everybodys`; say any other in a sentence: `sentence_of`.

Theory of operation. Whatever exception one student causes costs that student alone. What is wrong with the machine, the
gradebook or the course would meet all others as well: that ends the run, in one sentence.
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, TypeVar

from proctor.course.names import shown
from proctor.errors import AuthorError, GraderError, SubmissionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    T = TypeVar("T")

__all__ = ["FULL", "is_everybodys", "of_all_but", "one_by_one", "sentence_of"]

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE})
"""Numbers of errors of a machine that has no room, or no descriptors, for anybody."""
OWN = frozenset({"autograded", "copy", "feedback", "gradebook-row", "journal", "late-penalty", "state"})
"""Slugs of errors that are about one student's files or rows, though our machine or the author's plugin has raised."""


def is_everybodys(error: BaseException) -> bool:
    """
    Ask whether an error would meet all other students as well.

    Parameters
    ----------
    error : BaseException
        What was raised over one student's work.

    Returns
    -------
    bool
        True for a full disk, a gradebook that is gone, a course that is broken, and whoever interrupts.
    """
    if isinstance(error, (GraderError, AuthorError)):
        return error.slug not in OWN
    if isinstance(error, OSError) and error.errno in FULL:
        return True
    return not isinstance(error, Exception)


def sentence_of(error: Exception) -> str:
    """
    Say in one sentence what went wrong with a student's work.

    Parameters
    ----------
    error : Exception
        Its text may be a student's.

    Returns
    -------
    str
        Short, and of characters that can be printed.

    Examples
    --------
    >>> sentence_of(ValueError("odd"))
    'Something went wrong here with this submission (ValueError: odd). Report it.'
    """
    if isinstance(error, (GraderError, AuthorError, SubmissionError)):
        return str(error)
    return f"Something went wrong here with this submission ({type(error).__name__}: {shown(str(error))}). Report it."


def one_by_one(students: Iterable[str], do: Callable[[str], T]) -> tuple[dict[str, T], dict[str, str]]:
    """
    Do something for each student.

    Parameters
    ----------
    students : iterable of str
        For whom.
    do : callable
        Takes a student.

    Returns
    -------
    tuple of (dict, dict)
        What came of it by student; and for those with whom it failed, a sentence.

    Raises
    ------
    ProctorError
        What would meet everybody.
    """
    done: dict[str, T] = {}
    failed: dict[str, str] = {}
    for student in students:
        try:
            done[student] = do(student)
        except Exception as error:
            if is_everybodys(error):
                raise
            failed[student] = sentence_of(error)
    return done, failed


def of_all_but(students: Sequence[str], make: Callable[[Sequence[str]], T]) -> tuple[T, dict[str, str]]:
    """
    Make one thing of a class, without those with whom it cannot be made.

    Parameters
    ----------
    students : sequence of str
        The class.
    make : callable
        Takes some of them. It is asked for all at once; where that fails for each alone, and where nobody fails alone,
        for all but one.

    Returns
    -------
    tuple of (object, dict)
        What was made; and for each who is not in it, a sentence.

    Raises
    ------
    Exception
        It can be made of nobody, so no student is the cause.
    """
    try:
        return make(students), {}
    except Exception as error:
        if is_everybodys(error):
            raise
        _, failed = one_by_one(students, lambda it: make([it]))
        if not failed:
            return _of_all_but_one(students, make, error)
        if len(failed) == len(students) > 1:
            raise
    return make([it for it in students if it not in failed]), failed


def _of_all_but_one(
    students: Sequence[str], make: Callable[[Sequence[str]], T], error: Exception
) -> tuple[T, dict[str, str]]:
    """Leave out the one whose part in it fails in company alone, such as an odd number in a mean."""
    for number in range(len(students)):
        try:
            made = make([*students[:number], *students[number + 1 :]])
        except Exception as again:
            if is_everybodys(again):
                raise
        else:
            return made, {students[number]: sentence_of(error)}
    raise error
