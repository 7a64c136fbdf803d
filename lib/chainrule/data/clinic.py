"""Seven training runs that went wrong, as they were written down.

What you can do with this file:

- get the records of the seven runs: `load_clinic`, which gives a `Record` for each letter.

All of them train a network with one hidden layer on the small digits. The records lie in `clinic_runs`, one file
a run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Record", "load_clinic"]

FOLDER = Path(__file__).resolve().parent / "clinic_runs"


@dataclass(frozen=True)
class Record:
    """
    What was written down of a run.

    Attributes
    ----------
    first_loss : float
        Step 1: the loss before the first update.
    first_spread : float
        Step 1: the standard deviation of the logits there.
    handful : array of shape (40,)
        Step 2: training accuracy on 20 images after every epoch.
    steps : array of shape (100,)
        Step 3: the losses of the first hundred steps with the chosen rate.
    train_loss, val_loss : arrays of shape (E,)
        Step 6: losses after every epoch of the long run.
    """

    first_loss: float
    first_spread: float
    handful: np.ndarray
    steps: np.ndarray
    train_loss: np.ndarray
    val_loss: np.ndarray


def load_clinic() -> dict[str, Record]:
    """
    Give the records of the seven runs, A to G.

    Returns
    -------
    dict of str to Record
        Every run has one fault.

    Examples
    --------
    >>> runs = load_clinic()
    >>> "".join(runs), runs["A"].steps.shape
    ('ABCDEFG', (100,))
    """
    return {path.stem[-1].upper(): _read(path) for path in sorted(FOLDER.glob("run_?.json"))}


def _read(path: Path) -> Record:
    run: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    parts: dict[str, Any] = {name: np.array(it) if isinstance(it, list) else it for name, it in run.items()}
    return Record(**parts)
