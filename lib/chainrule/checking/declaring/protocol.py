"""What every kind of declaration gives, so that whoever checks, grades, packs or simulates knows none of them.

What you can do with this file:

- read what a kind must have: `Declared`, and what it makes for one set of inputs: `Key`;
- say what a simulated student hands in: `HandedIn`;
- take the heading that the kinds of this folder share: `Headed`.

A new kind is one file in this folder. A key that lies in a student edition is a dataclass marked with `packed`
of `checking/keys/keyfile.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.random import Generator

    from chainrule.checking.telling.verdict import Verdict

__all__ = ["Declared", "HandedIn", "Headed", "Key"]


class Key(Protocol):
    """What a check needs of a declaration, as data: one for visible checks, others for hidden tests."""

    @property
    def name(self) -> str:
        """What the student defines."""

    @property
    def unit(self) -> str:
        """The unit's folder name."""

    @property
    def section(self) -> str:
        """The heading to reread."""

    @property
    def points(self) -> int:
        """What the hidden test is worth."""

    def judge(self, answer: Any, *, hidden: bool = False) -> Verdict:
        """Judge whatever a student made; `hidden` says that this is the verdict that counts. Never raises."""


@runtime_checkable
class Declared(Protocol):
    """What a name in a notebook may stand for."""

    @property
    def name(self) -> str:
        """What the student defines, also the grade id; unique in the course."""

    @property
    def unit(self) -> str:
        """The unit's folder name, such as "02_activations"."""

    @property
    def number(self) -> str:
        """The number of the heading, such as "2.3"."""

    @property
    def section(self) -> str:
        """The heading to reread, as it stands in the notebook."""

    @property
    def points(self) -> int:
        """What the hidden test is worth."""

    @property
    def hidden_test(self) -> str:
        """What happens to the answer after submitting, to follow "After you submit, relu is"."""

    def key(self, seed: int, *, hidden: bool = False) -> Key:
        """Make what a check needs; `seed` chooses random inputs, and a hidden key never leaves the grader."""

    def handed_in(self, rng: Generator, *, right: bool) -> HandedIn:
        """Draw what a simulated student hands in, right or wrong."""


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """
    What a simulated student hands in.

    `answer` is the value or function that the name gets, or `cell` the line that assigns it; `files` lie beside the
    notebook. `points` is what it deserves and `mistake` the name of what is wrong.
    """

    points: int
    answer: Any = None
    cell: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    mistake: str = ""


@dataclass(frozen=True, kw_only=True)
class Headed:
    """
    A declaration under a heading.

    Attributes
    ----------
    name : str
        What the student defines, also the grade id.
    unit : str
        The unit's folder name, such as "02_activations".
    number, title : str
        "2.3" and "ReLU and its gradient"; together the heading to reread.
    """

    name: str
    unit: str
    number: str
    title: str

    @property
    def section(self) -> str:
        """The heading to reread, as it stands in the notebook."""
        return f"Exercise {self.number} - {self.title}"
