"""Running an answer without its noise.

What you can do with this file:

- keep prints, displayed objects, plots and warnings of a block away from the notebook: `Quiet`.

An answer may print or plot and still be right; twenty probes would repeat that twenty times. Text is
counted and dropped, so an answer that prints without end costs no memory.
"""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from typing import Any, Self

from chainrule.shell import current_shell

__all__ = ["Quiet"]


class _Counter(io.TextIOBase):
    """A text stream that keeps the number of characters and drops the text."""

    def __init__(self) -> None:
        super().__init__()
        self.characters = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.characters += len(text)
        return len(text)


class Quiet:
    """
    A context manager that hides output.

    Attributes
    ----------
    characters : int
        How much text was written to stdout and stderr.
    warned : list of warnings.WarningMessage
        The warnings of the block, each of them.
    """

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._text = _Counter()
        self.warned: list[warnings.WarningMessage] = []

    @property
    def characters(self) -> int:
        return self._text.characters

    def __enter__(self) -> Self:
        self._stack.enter_context(contextlib.redirect_stdout(self._text))
        self._stack.enter_context(contextlib.redirect_stderr(self._text))
        self.warned = self._stack.enter_context(warnings.catch_warnings(record=True))
        warnings.simplefilter("always")  # else an overflow that was warned of once is not noticed in the next call
        self._stack.enter_context(_no_new_figures())
        self._stack.enter_context(_no_display())
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.__exit__(*exception)  # type: ignore[arg-type]


@contextlib.contextmanager
def _no_new_figures() -> Any:
    """Close the figures that a block opens, where matplotlib is in use at all."""
    before = _open_figures()
    try:
        yield
    finally:
        for number in _open_figures() - before:
            sys.modules["matplotlib.pyplot"].close(number)


def _open_figures() -> set[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot else set()


@contextlib.contextmanager
def _no_display() -> Any:
    """Drop what a block displays, where IPython runs it."""
    shell = current_shell()
    if shell is None:
        yield
        return
    from IPython.core.displaypub import CapturingDisplayPublisher

    publisher, shell.display_pub = shell.display_pub, CapturingDisplayPublisher()
    try:
        yield
    finally:
        shell.display_pub = publisher
