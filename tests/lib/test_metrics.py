"""Accuracy and confusion agree with scikit-learn, and refuse labels that do not fit."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as theirs

from chainrule.nn import metrics


@pytest.fixture
def labels(rng):
    """Predicted and right labels; class 4 never occurs."""
    return rng.integers(0, 4, 50), rng.integers(0, 4, 50)


def test_accuracy_is_scikit_learns(labels):
    assert theirs.accuracy_score(labels[1], labels[0]) == metrics.accuracy(*labels)


def test_accuracy_is_a_plain_float(labels):
    assert type(metrics.accuracy(*labels)) is float


@pytest.mark.parametrize("dtype", ["uint8", "int64"])
def test_confusion_is_scikit_learns(labels, dtype):
    found = metrics.confusion_matrix(*(it.astype(dtype) for it in labels), 5)

    assert theirs.confusion_matrix(labels[1], labels[0], labels=range(5)).tolist() == found.tolist()
    assert np.intp == found.dtype


@pytest.mark.parametrize(
    ("predicted", "y"),
    [([1, 2], [1]), ([[1], [2]], [1, 2]), ([], [])],
    ids=["lengths differ", "a column", "no examples"],
)
def test_labels_that_do_not_fit_are_refused(predicted, y):
    with pytest.raises(ValueError, match="Expected two vectors of labels of one length"):
        metrics.accuracy(np.array(predicted), np.array(y))


def test_confusion_counts_where_integers_have_32_bits(labels, monkeypatch):
    """NumPy counts in intp and refuses what does not fit into it, on a 32-bit platform every int64."""

    def bincount(pairs, minlength):
        assert np.can_cast(pairs.dtype, np.int32)
        return counted(pairs, minlength=minlength)

    counted = np.bincount
    monkeypatch.setattr(np, "intp", np.int32)
    monkeypatch.setattr(np, "bincount", bincount)

    assert 50 == metrics.confusion_matrix(*labels, 5).sum()


@pytest.mark.parametrize(("predicted", "y", "name"), [([0, 3], [0, 1], "predicted"), ([0, 1], [-1, 0], "y")])
def test_confusion_refuses_a_label_that_is_none(predicted, y, name):
    with pytest.raises(ValueError, match=f"Expected labels from 0 to 2 in {name}"):
        metrics.confusion_matrix(np.array(predicted), np.array(y), 3)
