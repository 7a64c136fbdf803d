"""Ending a training run in time, with the best parameters in hand.

What you can do with this file:

- watch the validation loss and keep the best parameters: `EarlyStopping`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chainrule.backend import Array

__all__ = ["EarlyStopping"]


class EarlyStopping:
    """
    Keep a copy of the best parameters, and say when patience is over.

    An epoch is an improvement when its loss is lower than every loss before. NaN and a tie are none.

    Attributes
    ----------
    best_loss : float
        The lowest loss so far; infinity before the first.

    Parameters
    ----------
    patience : int
        Epochs in a row without improvement after which to stop, from 1.

    References
    ----------
    Prechelt, Early stopping - but when?, in Neural networks: tricks of the trade, Springer (1998).

    Examples
    --------
    >>> import numpy as np
    >>> stopper, w = EarlyStopping(patience=2), np.zeros(1)
    >>> for loss in (0.9, 0.5, 0.6, 0.7):
    ...     w += 1
    ...     done = stopper.update(loss, w)
    >>> done, stopper.best().tolist()
    (True, [2.0])
    """

    def __init__(self, patience: int) -> None:
        if not patience >= 1:
            raise ValueError(f"Expected a patience of at least 1 epoch, found {patience}.")
        self.patience = patience
        self.best_loss = math.inf
        self._best: Array | None = None
        self._waited = 0

    def update(self, loss: float, parameters: Array) -> bool:
        """Take in the validation loss of an epoch and its parameters; True means stop."""
        if loss < self.best_loss:
            # A copy: the next updates change the array in place.
            self.best_loss, self._best, self._waited = float(loss), parameters.copy(), 0
        else:
            self._waited += 1
        return self._waited >= self.patience

    def best(self) -> Array | None:
        """Give the parameters of the best epoch; None before the first."""
        return self._best
