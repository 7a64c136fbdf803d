"""What the exercises of this unit share.

What you can do with this file:

- declare an exercise of the unit: `exercise`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from chainrule.checking import Exercise

__all__ = ["exercise"]


def exercise(number: str, title: str) -> Any:
    """Give a declaration of this unit with its heading filled in."""
    return partial(Exercise, unit="07_capstone", number=number, title=title)
