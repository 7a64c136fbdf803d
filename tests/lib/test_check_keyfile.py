"""A key that was written to a file and read again is the key that it was."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checking.keys.keyfile import pack, unpack
from chainrule.exercises import UNITS, of_unit

EXERCISES = [pytest.param(exercise, id=exercise.name) for unit in UNITS for exercise in of_unit(unit)]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_key_comes_back_as_it_was(exercise):
    """With types, shapes, dtypes, and the order of names, by which the first wrong part is found."""
    key = exercise.key(5)
    with np.printoptions(legacy="1.25"):  # a single number may be NumPy's or Python's
        written, read = repr(key), repr(unpack(pack([key]))[key.name])

    assert written == read
