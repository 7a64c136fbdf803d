"""The digits: all of them, scaled, shuffled and split without overlap."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets

from chainrule.data import digits as module, load_digits

pytestmark = pytest.mark.processes


@pytest.fixture
def digits():
    """One split with the default share."""
    return load_digits(np.random.default_rng(0))


def rows(x, y):
    """Images with their labels as sortable tuples, so that order does not count."""
    return sorted((*pixels, label) for pixels, label in zip(x.tolist(), y.tolist(), strict=True))


@pytest.mark.parametrize(("validation", "held_out"), [(0.0, 0), (0.2, 359), (0.5, 898), (1.0, 1797)])
def test_the_share_decides_the_sizes(validation, held_out):
    """The rest is for training."""
    digits = load_digits(np.random.default_rng(0), validation=validation)

    assert [(1797 - held_out, 64), (held_out, 64)] == [digits.x_train.shape, digits.x_val.shape]


def test_every_image_has_a_label(digits):
    """Images and labels have the same number of rows."""
    assert [len(digits.x_train), len(digits.x_val)] == [len(digits.y_train), len(digits.y_val)]


def test_pixels_fill_the_range_from_0_to_1(digits):
    """Both ends are reached."""
    assert (digits.x_train.min(), digits.x_train.max()) == (0.0, 1.0)


def test_dtypes_are_float64_and_int64(digits):
    """The same on every platform."""
    assert (np.float64, np.int64) == (digits.x_train.dtype, digits.y_train.dtype)


@pytest.mark.parametrize("part", ["y_train", "y_val"])
def test_all_ten_labels_occur_in_both_parts(digits, part):
    """Neither part lacks a digit."""
    assert list(range(10)) == np.unique(getattr(digits, part)).tolist()


def test_the_parts_together_hold_every_image_once(digits):
    """The split is disjoint and complete, and labels travel with their images."""
    bunch = datasets.load_digits()
    found = rows(np.vstack([digits.x_train, digits.x_val]), np.concatenate([digits.y_train, digits.y_val]))

    assert rows(bunch.data / 16.0, bunch.target) == found


def test_the_same_generator_gives_the_same_split(digits):
    """Randomness comes from the argument alone."""
    again = load_digits(np.random.default_rng(0))

    assert digits.x_val.tolist() == again.x_val.tolist()


def test_another_generator_gives_another_split(digits):
    """The images are shuffled."""
    other = load_digits(np.random.default_rng(1))

    assert digits.y_val.tolist() != other.y_val.tolist()


def test_scikit_learn_is_not_imported_for_them():
    """Its import takes seconds, and notebooks of several units would pay them."""
    code = "import sys, numpy; from chainrule.data import load_digits; load_digits(numpy.random.default_rng(0))"
    program = [sys.executable, "-c", f"{code}; print('sklearn' in sys.modules)"]
    told = subprocess.run(program, capture_output=True, check=True)

    assert b"False" == told.stdout.strip()


def test_where_the_file_lies_elsewhere_scikit_learn_is_asked(digits, monkeypatch):
    """The same images either way."""
    module._table.cache_clear()
    monkeypatch.setattr(module, "FILE", Path("nowhere.csv.gz"))
    asked = load_digits(np.random.default_rng(0))
    module._table.cache_clear()

    assert [digits.x_val.tolist(), digits.y_val.tolist()] == [asked.x_val.tolist(), asked.y_val.tolist()]


def test_a_changed_array_leaves_the_next_split_as_it_is(digits):
    """The file is read once, and every split is a copy."""
    before = digits.x_train.copy()
    digits.x_train[...], digits.y_train[...] = -1, -1
    again = load_digits(np.random.default_rng(0))

    assert [before.tolist(), 0] == [again.x_train.tolist(), again.y_train.min()]
