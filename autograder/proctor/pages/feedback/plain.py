"""The page of a notebook that cannot be shown: points and comments of the gradebook, and why there is no more.

What you can do with this file:

- make that page: `plain_page`.

It reads nothing of the notebook, so nothing in a notebook can keep it from being made.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from proctor.pages.frame import environment

if TYPE_CHECKING:
    from jinja2 import Environment

    from proctor.pages.feedback.task import PageTask

__all__ = ["plain_page"]


def plain_page(task: PageTask, reason: str) -> bytes:
    """
    Make a page of the gradebook alone.

    Parameters
    ----------
    task : PageTask
        Whose page, and the marks of the gradebook.
    reason : str
        One sentence.

    Returns
    -------
    bytes
        Its HTML, all texts escaped.
    """
    template = _templates().get_template("plain.html")
    return template.render(task=task, marks=task.marks, reason=reason).encode(errors="replace")


@cache
def _templates() -> Environment:
    return environment("proctor.pages.feedback")
