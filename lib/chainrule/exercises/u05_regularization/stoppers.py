"""Early stopping in other words, right and wrong.

What you can do with this file:

- watch a run as one should: `RememberingAll`, `CountingDown`;
- watch it wrongly: `NeverReset`, `OneTooLate`, `KeepsTheLast`, `TieIsBetter`, `NanIsBetter`, `HigherIsBetter`,
  `ComparesWithTheLast`, `KeepsAReference`.
"""

from __future__ import annotations

import math

import numpy as np

__all__ = [
    "ComparesWithTheLast",
    "CountingDown",
    "HigherIsBetter",
    "KeepsAReference",
    "KeepsTheLast",
    "NanIsBetter",
    "NeverReset",
    "OneTooLate",
    "RememberingAll",
    "TieIsBetter",
]


class RememberingAll:
    """Early stopping from the whole record, without counters."""

    def __init__(self, patience):
        self.patience = patience
        self.losses, self.seen = [], []

    def update(self, loss, parameters):
        self.losses.append(math.inf if math.isnan(loss) else loss)
        self.seen.append(np.array(parameters))
        return len(self.losses) - 1 - self.losses.index(min(self.losses)) >= self.patience

    def best(self):
        return self.seen[self.losses.index(min(self.losses))]


class CountingDown:
    """Early stopping with the patience that is left."""

    def __init__(self, patience):
        self.full = self.left = patience
        self.lowest, self.kept = None, None

    def update(self, loss, parameters):
        better = not np.isnan(loss) and (self.lowest is None or loss < self.lowest)
        if better:
            self.lowest, self.kept = loss, parameters.copy()
        self.left = self.full if better else self.left - 1
        return self.left <= 0

    def best(self):
        return self.kept


class NeverReset:
    """The count of epochs without improvement goes on after an improvement."""

    def __init__(self, patience):
        self.patience, self.lowest, self.kept, self.bad = patience, math.inf, None, 0

    def update(self, loss, parameters):
        if loss < self.lowest:
            self.lowest, self.kept = loss, parameters.copy()
        else:
            self.bad += 1
        return self.bad >= self.patience

    def best(self):
        return self.kept


class OneTooLate:
    """Stops one epoch after patience is over."""

    def __init__(self, patience):
        self.patience, self.lowest, self.kept, self.bad = patience, math.inf, None, 0

    def update(self, loss, parameters):
        if loss < self.lowest:
            self.lowest, self.kept, self.bad = loss, parameters.copy(), 0
        else:
            self.bad += 1
        return self.bad > self.patience

    def best(self):
        return self.kept


class KeepsAReference:
    """Remembers which array was best, not what stood in it."""

    def __init__(self, patience):
        self.patience, self.lowest, self.saved, self.bad = patience, math.inf, None, 0

    def update(self, loss, parameters):
        if loss < self.lowest:
            self.lowest, self.saved, self.bad = loss, parameters, 0
        else:
            self.bad += 1
        return self.bad >= self.patience

    def best(self):
        return self.saved


class KeepsTheLast:
    """Gives the last parameters in place of the best."""

    def __init__(self, patience):
        self.patience, self.lowest, self.kept, self.bad = patience, math.inf, None, 0

    def update(self, loss, parameters):
        self.kept = parameters.copy()
        if loss < self.lowest:
            self.lowest, self.bad = loss, 0
        else:
            self.bad += 1
        return self.bad >= self.patience

    def best(self):
        return self.kept


class TieIsBetter:
    """A plateau counts as improvement."""

    def __init__(self, patience):
        self.patience, self.lowest, self.kept, self.bad = patience, math.inf, None, 0

    def update(self, loss, parameters):
        if loss <= self.lowest:
            self.lowest, self.kept, self.bad = loss, parameters.copy(), 0
        else:
            self.bad += 1
        return self.bad >= self.patience

    def best(self):
        return self.kept


class NanIsBetter:
    """`not loss >= lowest` is true for NaN, and every later comparison with NaN too."""

    def __init__(self, patience):
        self.patience, self.lowest, self.kept, self.bad = patience, math.inf, None, 0

    def update(self, loss, parameters):
        if not loss >= self.lowest:
            self.lowest, self.kept, self.bad = loss, parameters.copy(), 0
        else:
            self.bad += 1
        return self.bad >= self.patience

    def best(self):
        return self.kept


class HigherIsBetter:
    """Watches for the largest number, as one would with an accuracy."""

    def __init__(self, patience):
        self.patience, self.lowest, self.kept, self.bad = patience, -math.inf, None, 0

    def update(self, loss, parameters):
        if loss > self.lowest:
            self.lowest, self.kept, self.bad = loss, parameters.copy(), 0
        else:
            self.bad += 1
        return self.bad >= self.patience

    def best(self):
        return self.kept


class ComparesWithTheLast:
    """Compares with the epoch before in place of the best one."""

    def __init__(self, patience):
        self.patience, self.before, self.kept, self.bad = patience, math.inf, None, 0

    def update(self, loss, parameters):
        if loss < self.before:
            self.kept, self.bad = parameters.copy(), 0
        else:
            self.bad += 1
        self.before = loss
        return self.bad >= self.patience

    def best(self):
        return self.kept
