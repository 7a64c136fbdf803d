"""How far a student's process is asked.

What you can do with this file:

- hold the limits of a request, and what may be asked for: `Bounds`.

What an object says of itself is the student's word. A test may hear it where it heard it in the solved notebook, too:

``data``   an operator or `in` of the object's meets data of the test
``alike``  the object is compared with another object of the student's: `==`, `<`
``truth``  it is asked whether it is true
``hash``   it lies in a set or is a key
``kept``   it calls a function that an earlier test gave it
"""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

from proctor.inside.wire import WireLimits

__all__ = ["Bounds"]

EARLIER = min  # kept: a test may replace the builtin, and its calls go on


@dataclass
class Bounds:
    """
    Limits of what one request may take, and of what may be asked.

    `end` is when the whole notebook's time is over. `may` has the kinds of words of objects that a test may hear, None
    for all; `heard` those that it has heard.
    """

    call_seconds: float = 30.0
    deadline: float = float("inf")
    end: float = float("inf")
    may: frozenset[str] | None = None
    heard: set[str] = field(default_factory=set)
    wire: WireLimits = field(default_factory=WireLimits)

    def next_deadline(self, seconds: float | None = None) -> float:
        """When a request that is sent now must be answered."""
        seconds = self.call_seconds if seconds is None else seconds
        return EARLIER(self.deadline, self.end, monotonic() + seconds)

    def hears(self, kind: str) -> bool:
        """Whether a test may hear an object's word of this kind; then it is noted."""
        if self.may is not None and kind not in self.may:
            return False
        self.heard.add(kind)
        return True

    @property
    def left_seconds(self) -> float:
        """What is left of the notebook's time; nothing or less when it is over."""
        return self.end - monotonic()
