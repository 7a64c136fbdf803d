"""The seed of a student's hidden inputs, derived from the course's secret.

What you can do with this file:

- get the course's secret: `secret`;
- derive a student's seed from it: `seed_for`.

A new secret gives new hidden inputs.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING

from proctor.course.state import state_folder, write_whole
from proctor.errors import GraderError

if TYPE_CHECKING:
    from proctor.course.nbgrader import Course

__all__ = ["secret", "seed_for"]

SECRET_BYTES = 32


def secret(course: Course) -> bytes:
    """
    Get the course's secret; made when first asked for.

    Parameters
    ----------
    course : Course
        The course.

    Returns
    -------
    bytes
        32 of them.
    """
    path = state_folder(course) / "secret"
    if not path.is_file():
        write_whole(path, secrets.token_bytes(SECRET_BYTES))
    try:
        found = path.read_bytes()
    except OSError as error:
        raise GraderError(f"{path} cannot be read ({error.strerror}).", slug="state") from error
    if len(found) != SECRET_BYTES:
        message = f"Expected {SECRET_BYTES} bytes in {path}, found {len(found)}. Delete the file; a new secret is made."
        raise GraderError(message, slug="state")
    return found


def seed_for(key: bytes, course: str, assignment: str, notebook: str, student: str) -> str:
    """
    Derive what test code finds in PROCTOR_SEED.

    Parameters
    ----------
    key : bytes
        The course's secret.
    course, assignment, notebook, student : str
        Whose seed it is.

    Returns
    -------
    str
        64 hexadecimal digits; nobody can tell them without the secret.

    Examples
    --------
    >>> len(seed_for(b"key", "course", "ps1", "problem1", "ann"))
    64
    """
    text = json.dumps([course, assignment, notebook, student])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
