"""What a call did beside its value: it happens here too.

What you can do with this file:

- change arguments, print, warn and set the random state as the student's process tells: `take_over`.

Everything is checked: the other side may tell anything.
"""

from __future__ import annotations

import sys
import warnings
from typing import TYPE_CHECKING, Any, TextIO

from proctor.examiner.arguments import with_functions
from proctor.inside import aliases, ambient
from proctor.inside.texts import encodable
from proctor.inside.wire import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["take_over"]

CATEGORIES: dict[Any, type[Warning]] = {
    category.__name__: category
    for category in (RuntimeWarning, UserWarning, DeprecationWarning, FutureWarning, SyntaxWarning, ResourceWarning)
}


def take_over(more: dict[str, Any], originals: list[Any], functions: Mapping[int, Callable[..., Any]]) -> bool:
    """
    Let happen here what happened there.

    Parameters
    ----------
    more : dict
        The part of a reply that tells it.
    originals : list
        The mutable arguments of the call.
    functions : mapping of int to callable
        The test's functions that were sent.

    Returns
    -------
    bool
        Whether the random state was set.

    Raises
    ------
    Malformed
        It cannot have happened.
    """
    for number, contents in _pairs(more.get("changed"), int):
        if not 0 <= number < len(originals):
            raise Malformed(f"Expected one of {len(originals)} arguments, found number {number}.")
        # What it holds now may be another argument, or a function of the test: as references and numbers they came.
        aliases.restore(originals[number], with_functions(aliases.resolved(contents, originals), functions))
    for stream, text in _pairs(more.get("printed"), str):
        if type(text) is str:
            _print(text, sys.stderr if stream == "stderr" else sys.stdout)
    if "random" in more:
        try:
            ambient.set_random_state(more["random"])
        except (TypeError, ValueError, OverflowError) as error:
            raise Malformed("Expected a random state, found another value.") from error
    for category, text in _pairs(more.get("warned"), str):
        words = text if type(text) is str else ""
        # Raises where the test has turned warnings into errors; everything else has happened by then.
        warnings.warn_explicit(words, CATEGORIES.get(category, UserWarning), "the answer", 0)
    return "random" in more


def _print(text: str, stream: TextIO) -> None:
    """A stream that keeps texts takes any; one that writes bytes, between two cells, no halves of characters."""
    try:
        stream.write(text)  # no `print`: a test may have replaced that
    except UnicodeEncodeError:
        stream.write(encodable(text))


def _pairs(value: Any, first: type) -> list[Any]:
    """A list of pairs as the other side should send it; nothing where there is none."""
    if value is None:
        return []
    if type(value) is not list or not all(type(it) is list and len(it) == 2 and type(it[0]) is first for it in value):
        raise Malformed("Expected pairs, found another value.")
    return value
