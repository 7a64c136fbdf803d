"""What a page says and code can break.

What you can do with this file:

- declare a rule or a trap of the page with a mutant of the solution that breaks it: `Trap`.

`chainrule verify` fails where the exercise's own check lets the mutant pass, and where the sentence no longer stands on
the page. So what is said is tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Trap"]


@dataclass(frozen=True)
class Trap:
    """
    A mutant of the solution, and the sentence of the page that it breaks.

    `mutant` is an answer, or the name of a declared mistake. `breaks` is a sentence or a part of one as it stands
    in the unit's text, in either language; line breaks do not count.
    """

    mutant: Callable[..., Any] | str
    breaks: str
