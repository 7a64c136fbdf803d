"""What a process does that makes pages: one at a time, under limits of its own.

What you can do with this file:

- be such a process: `serve`; make a page, whatever the notebook is: `make_page`;
- render a page without any limit: `rendered`.

A page comes back as a `Made`, never as an exception. Time is limited twice: here by an alarm, which Python's code and
its regular expressions obey, and from outside (`bulkhead.py`) for code that obeys no alarm.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from functools import cache
from typing import TYPE_CHECKING

from proctor.inside.fence import die_with_parent
from proctor.pages.feedback.html import code, code_style, output, picture, prose
from proctor.pages.feedback.page import Page, page_of
from proctor.pages.feedback.secrecy import handed_in
from proctor.pages.feedback.shapes import read_notebook
from proctor.pages.feedback.task import Made, OutOfTimeError, TooLongError, reason_of
from proctor.pages.frame import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from jinja2 import Environment

    from proctor.pages.feedback.task import PageTask

__all__ = ["make_page", "rendered", "serve"]

MOST_PAGE_BYTES = 64 << 20
AGAIN_SECONDS = 0.5


def serve(pipe: Connection, memory_bytes: int) -> None:
    """
    Make pages until the parent ends this process.

    Parameters
    ----------
    pipe : multiprocessing.connection.Connection
        Brings a `PageTask` and takes its `Made`, again and again.
    memory_bytes : int
        How many addresses this process may use.
    """
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted ends this process
    # What a library writes on its way down; the reason is told by the one who finds this process dead.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for kind, most in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    while True:
        pipe.send(make_page(pipe.recv()))


def make_page(task: PageTask) -> Made:
    """
    Make a page, or find out why there is none.

    Parameters
    ----------
    task : PageTask
        Whose page.

    Returns
    -------
    Made
        Whatever the notebook is.
    """
    try:
        with _limited(task.seconds):
            return Made(_page(task))
    except BaseException as error:  # noqa: BLE001 - a library in Rust panics past Exception
        return Made(reason=reason_of(error))


def _page(task: PageTask) -> bytes:
    notebook = read_notebook(task.path)
    facts = (task.assignment, notebook, task.marks)
    handed = handed_in(task.submitted, f"{task.marks.name}.ipynb")
    page = page_of(*facts, show_hidden=task.show_hidden, student=task.student, about=task.about, handed=handed)
    made = rendered(page).encode(errors="replace")
    if len(made) > MOST_PAGE_BYTES:
        raise TooLongError
    return made


def rendered(page: Page) -> str:
    """
    Render a page.

    Parameters
    ----------
    page : Page
        From `page_of`.

    Returns
    -------
    str
        Its HTML.
    """
    return _templates().get_template("page.html").render(page=page, code_style=code_style())


@cache
def _templates() -> Environment:
    made = environment("proctor.pages.feedback")
    made.filters |= {"prose": prose, "code": code, "output": output, "picture": picture}
    return made


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise `OutOfTimeError` after some time, and again, since what is raised in a callback may get lost."""

    def ring(*_: object) -> None:
        raise OutOfTimeError

    before = signal.signal(signal.SIGALRM, ring)
    left = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *left)
        signal.signal(signal.SIGALRM, before)
