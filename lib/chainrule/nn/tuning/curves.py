"""Step 6: what two loss curves say.

What you can do with this file:

- turn the losses of a run into a verdict: `diagnose_curves`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from chainrule.backend import Array, to_host

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["diagnose_curves"]

RISE = 1.1  # more than a tenth above its lowest value, a curve has turned
FALL = 0.95  # in five epochs more than a twentieth down, it has not come to rest
WINDOW = 5


def diagnose_curves(train_loss: Sequence[float] | Array, val_loss: Sequence[float] | Array, low: float) -> str:
    """
    Say what the curves of a run show, with the first rule that fits.

    Parameters
    ----------
    train_loss, val_loss : arrays of shape (E,)
        Training and validation loss after each of the same epochs, at least six.
    low : float
        A training loss up to here counts as low.

    Returns
    -------
    str
        "diverged": a loss is not finite, or the last training loss lies above the first.
        "overfit": the last validation loss lies more than 10 % above the lowest one.
        "stopped early": the last validation loss lies more than 5 % below that of five epochs before.
        "underfit": the last training loss lies above `low`.
        "good": none of these.

    Notes
    -----
    A small gap between the curves is no rule: it is good news only where both are low.

    References
    ----------
    Goodfellow, Bengio, Courville, Deep learning, MIT Press (2016), chapter 11.

    Examples
    --------
    >>> diagnose_curves([2, 1, 0.5, 0.3, 0.2, 0.1, 0.05], [2, 1.2, 0.9, 0.8, 0.9, 1.0, 1.1], 0.2)
    'overfit'
    """
    train, val = ([float(loss) for loss in np.asarray(to_host(curve))] for curve in (train_loss, val_loss))
    if len(train) != len(val) or len(train) <= WINDOW:
        raise ValueError(f"Expected two curves of one length, at least 6, found {len(train)} and {len(val)} losses.")
    if not all(math.isfinite(loss) for loss in train + val) or train[-1] > train[0]:
        return "diverged"
    if val[-1] > RISE * min(val):
        return "overfit"
    if val[-1] < FALL * val[-1 - WINDOW]:
        return "stopped early"
    return "underfit" if train[-1] > low else "good"
