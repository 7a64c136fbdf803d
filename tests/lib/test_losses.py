"""Softmax, cross-entropy and hinge: values by loops and by scikit-learn, dtypes, inputs, refusals, gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import hinge_loss as their_hinge, log_loss

from chainrule.nn import losses

N, C = 6, 4
TABLES = ["softmax", "predict"]
LABELED = ["cross_entropy", "cross_entropy_grad", "hinge_loss", "hinge_loss_grad"]
finite = st.floats(-50, 50)
tables = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=finite)


def keep(array):
    """An ordinary NumPy array."""
    return array


def freeze(array):
    """A NumPy array that raises when it is written to."""
    array = array.copy()
    array.flags.writeable = False
    return array


@pytest.fixture(params=[keep, freeze], ids=["numpy", "read-only"])
def make(request):
    """The backend that a test's arrays live in."""
    return request.param


@pytest.fixture
def batch(rng):
    """Scores and labels."""
    return 2 * rng.standard_normal((N, C)), rng.integers(0, C, N)


def called(name, scores, y, **options):
    """Call a function of one table, with labels where it takes them."""
    function = getattr(losses, name)
    return function(scores, y, *options.values()) if name in LABELED else function(scores)


@pytest.mark.parametrize("name", [*TABLES, *LABELED])
class TestArrays:
    """What all functions of scores share."""

    @pytest.mark.parametrize("dtype", ["float32", "float64"])
    def test_floating_dtypes_stay(self, name, dtype, batch, make):
        result = called(name, make(batch[0].astype(dtype)), make(batch[1]))

        assert result.dtype == (np.int64 if name == "predict" else dtype)

    def test_integers_give_what_floats_give(self, name, batch):
        whole = np.rint(batch[0]).astype(np.int64)
        expected = called(name, whole.astype(float), batch[1])
        found = called(name, whole, batch[1])

        assert (expected.tolist(), expected.dtype) == (found.tolist(), found.dtype)

    def test_inputs_are_left_alone(self, name, batch, make):
        scores, y = make(batch[0]), make(batch[1])
        before = scores.tolist(), y.tolist()
        called(name, scores, y)

        assert before == (scores.tolist(), y.tolist())

    def test_rows_in_another_order_give_the_same_in_that_order(self, name, batch):
        expected = called(name, *batch)
        found = called(name, batch[0][::-1], batch[1][::-1])

        assert np.allclose(expected[::-1] if np.ndim(expected) else expected, found)

    def test_a_thousand_is_no_problem(self, name, batch):
        with np.errstate(all="raise", under="ignore"):
            found = called(name, np.where(batch[0] > 0, 1000.0, -1000.0), batch[1])

        assert np.isfinite(found).all()

    @pytest.mark.parametrize("shape", [(C,), (2, N, C), (N, 0)], ids=str)
    def test_no_table_is_refused(self, name, shape, batch):
        with pytest.raises(ValueError, match=r"Expected (logits|scores) of shape \(N, C\).*found shape"):
            called(name, np.zeros(shape), batch[1])

    @pytest.mark.parametrize("dtype", ["complex128", "U9", "object"])
    def test_other_numbers_are_refused(self, name, dtype, batch):
        with pytest.raises(TypeError, match=f"Expected an array of real numbers, found dtype {np.dtype(dtype)}"):
            called(name, batch[0].astype(dtype), batch[1])


@pytest.mark.parametrize("name", LABELED)
class TestLabels:
    """Labels that do not fit are refused, not misread."""

    @pytest.mark.parametrize(
        ("y", "words"),
        [
            (np.zeros((N, 1), int), r"shape \(6,\), one for each row, found shape \(6, 1\)"),
            (np.zeros(N - 1, int), r"shape \(6,\), one for each row, found shape \(5,\)"),
            (np.zeros(N), "whole numbers, found dtype float64"),
            (np.full(N, C), "from 0 to 3, found 4 to 4"),
            (np.full(N, -1), "from 0 to 3, found -1 to -1"),
            (np.zeros(N, bool), "whole numbers, found dtype bool"),
        ],
        ids=["column", "one missing", "floats", "counted from one", "negative", "truth values"],
    )
    def test_are_refused(self, name, y, words, batch):
        with pytest.raises(ValueError, match=f"Expected labels .*{words}"):
            called(name, batch[0], y)

    @pytest.mark.parametrize("dtype", ["uint8", "int32", "int64"])
    def test_of_every_size_are_read(self, name, dtype, batch):
        assert called(name, *batch).tolist() == called(name, batch[0], batch[1].astype(dtype)).tolist()


class TestOneHot:
    """Labels as rows."""

    def test_each_row_has_its_one(self):
        assert [[0, 1, 0], [0, 0, 1], [0, 1, 0]] == losses.one_hot(np.array([1, 2, 1], np.uint8), 3).tolist()

    def test_no_labels_give_no_rows(self):
        assert (0, 3) == losses.one_hot(np.zeros(0, int), 3).shape

    def test_a_label_beyond_the_classes_is_refused(self):
        with pytest.raises(ValueError, match="from 0 to 2, found 0 to 3; count from 0"):
            losses.one_hot(np.array([0, 3]), 3)


class TestSoftmax:
    """Scores as probabilities."""

    @given(tables)
    def test_rows_are_probabilities(self, table):
        p = losses.softmax(table)

        assert (p >= 0).all()
        assert np.allclose(1, p.sum(axis=1))

    @given(tables, finite)
    def test_a_number_added_to_a_row_changes_nothing(self, table, amount):
        assert np.allclose(losses.softmax(table), losses.softmax(table + amount), rtol=1e-9)

    @given(tables)
    def test_values_are_those_of_the_definition(self, table):
        expected = [[math.exp(x) / sum(math.exp(it) for it in row) for x in row] for row in table.tolist()]

        assert np.allclose(expected, losses.softmax(table), rtol=1e-9, atol=1e-300)

    @given(arrays(np.int8, (3, 4), elements=st.integers(-20, 20), unique=True))
    def test_the_label_is_the_same_before_and_after(self, table):
        assert losses.predict(table).tolist() == losses.predict(losses.softmax(table)).tolist()


class TestCrossEntropy:
    """The loss and its gradient."""

    def test_is_scikit_learns(self, batch):
        expected = log_loss(batch[1], losses.softmax(batch[0]), labels=range(C))

        assert expected == pytest.approx(float(losses.cross_entropy(*batch)), rel=1e-12)

    @pytest.mark.parametrize("classes", [2, 3, 10])
    def test_of_equal_scores_is_the_logarithm_of_the_classes(self, classes):
        assert math.log(classes) == pytest.approx(
            float(losses.cross_entropy(np.full((5, classes), 7.0), np.arange(5) % 2))
        )

    def test_of_a_certain_mistake_is_the_lead(self):
        assert 2000.0 == float(losses.cross_entropy(np.array([[1000.0, -1000.0]]), np.array([1])))

    def test_gradient_is_that_of_central_differences(self, batch):
        assert np.allclose(differences(losses.cross_entropy, *batch), losses.cross_entropy_grad(*batch), atol=1e-9)

    def test_gradient_rows_sum_to_zero(self, batch):
        assert np.allclose(0, losses.cross_entropy_grad(*batch).sum(axis=1), atol=1e-15)


class TestHinge:
    """The loss with a margin and its gradient."""

    @pytest.mark.parametrize("delta", [0.3, 1.0, 2.5])
    def test_is_the_sum_of_the_definition(self, batch, delta):
        scores, y = batch
        parts = [max(0.0, scores[n, j] - scores[n, y[n]] + delta) for n in range(N) for j in range(C) if j != y[n]]

        assert sum(parts) / N == pytest.approx(float(losses.hinge_loss(scores, y, delta)), rel=1e-12)

    def test_of_two_classes_is_scikit_learns(self, batch):
        scores, y = batch[0][:, :2], batch[1] % 2
        expected = their_hinge(2 * y - 1, scores[:, 1] - scores[:, 0], labels=[-1, 1])

        assert expected == pytest.approx(float(losses.hinge_loss(scores, y)), rel=1e-12)

    @pytest.mark.parametrize(("classes", "delta"), [(10, 1.0), (3, 0.5)])
    def test_of_equal_scores_is_the_margin_of_every_other_class(self, classes, delta):
        assert (classes - 1) * delta == float(losses.hinge_loss(np.zeros((4, classes)), np.arange(4) % 3, delta))

    @pytest.mark.parametrize("delta", [0.3, 1.0, 2.5])
    def test_gradient_is_that_of_central_differences(self, batch, delta):
        expected = differences(lambda scores, y: losses.hinge_loss(scores, y, delta), *batch)

        assert np.allclose(expected, losses.hinge_loss_grad(*batch, delta), atol=1e-9)

    @given(tables)
    def test_gradient_rows_sum_to_zero(self, table):
        y = np.arange(len(table)) % table.shape[1]

        assert np.allclose(0, losses.hinge_loss_grad(table, y, 1.5).sum(axis=1), atol=1e-12)


def differences(loss, scores, y):
    """Central differences of a loss of scores."""
    slopes = np.zeros(scores.shape)
    for index in np.ndindex(*scores.shape):
        ends = []
        for step in (1e-6, -1e-6):
            moved = scores.copy()
            moved[index] += step
            ends.append(float(loss(moved, y)))
        slopes[index] = (ends[0] - ends[1]) / 2e-6
    return slopes
