"""How far a student's process is asked.

What you can do with this file:

- hold the limits of a request, and what may be asked for: `Bounds`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from proctor.inside.wire import WireLimits

__all__ = ["Bounds"]


@dataclass
class Bounds:
    """
    Limits of what one request may take, and of what may be asked.

    `end` is when the whole notebook's time is over. `may_operate` allows operators between a student's object and the
    test's data, `operated` says that there was one.
    """

    call_seconds: float = 30.0
    deadline: float = float("inf")
    end: float = float("inf")
    may_operate: bool = True
    operated: bool = False
    wire: WireLimits = field(default_factory=WireLimits)

    def next_deadline(self, seconds: float | None = None) -> float:
        """When a request that is sent now must be answered."""
        seconds = self.call_seconds if seconds is None else seconds
        return min(self.deadline, self.end, time.monotonic() + seconds)

    @property
    def left_seconds(self) -> float:
        """What is left of the notebook's time; nothing or less when it is over."""
        return self.end - time.monotonic()
