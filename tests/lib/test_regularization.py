"""`chainrule.nn.regularization`: values against independent formulas, dtypes, expectations, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from chainrule.nn import regularization as r

N, D, M = 5, 4, 3
DRAW = np.random.default_rng(0)


def arrays(dtype):
    """Arguments of every function that computes with arrays; masks stay masks."""
    rng = np.random.default_rng(7)

    def drawn(*shape):
        return (2 * rng.standard_normal(shape) + 1).astype(dtype)

    kept = rng.random((N, D)) < 0.6
    model = lambda x: x[:, :2] ** 2  # noqa: E731 - stands for a trained network
    return {
        "l2_penalty": (drawn(D, M), drawn(M), 0.3),
        "l1_penalty": (drawn(D, M), drawn(M), 0.3),
        "elastic_net_penalty": (drawn(D, M), drawn(M), 0.3, 0.2),
        "decay_step": (drawn(D), drawn(D), drawn(D), 0.1, 0.9, 0.2),
        "soft_threshold": (drawn(N, D), 0.7),
        "ensemble_predict": ([model, model], drawn(N, D)),
        "permute_hidden": (drawn(D, M), drawn(M), drawn(M, N), np.array([2, 0, 1])),
        "dropout_forward": (drawn(N, D), kept, 0.6),
        "dropout_backward": (drawn(N, D), kept, 0.6),
        "classic_dropout": (drawn(N, D), kept, 0.6),
        "dropconnect_forward": (drawn(N, D), drawn(D, M), drawn(M), rng.random((D, M)) < 0.6, 0.6),
        "batchnorm_forward": (drawn(N, D), drawn(D), drawn(D), 0.1),
        "batchnorm_infer": (drawn(N, D), drawn(D), drawn(D), drawn(D), abs(drawn(D)), 0.1),
        "batchnorm_backward": (drawn(N, D), drawn(N, D), drawn(D), 0.1),
        "stochastic_depth": (drawn(N, D), drawn(N, D), np.array([1, 0, 1, 1, 0]), 0.6),
        "fractional_max_pool": (drawn(2, 5, 4), np.array([1, 2, 2]), np.array([2, 1, 1])),
    }


def parts(found):
    return list(found) if isinstance(found, tuple) else [found]


def frozen(arg):
    if isinstance(arg, np.ndarray):
        arg.flags.writeable = False
    return arg


@pytest.mark.parametrize("name", arrays(float))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
class TestEveryFunction:
    """What holds for all functions that compute with arrays."""

    def test_keeps_the_dtype(self, name, dtype):
        found = parts(getattr(r, name)(*arrays(dtype)[name]))

        assert {np.dtype(dtype)} == {it.dtype for it in found}

    def test_reads_read_only_arrays_and_leaves_them(self, name, dtype):
        args = [frozen(arg) for arg in arrays(dtype)[name]]
        before = [np.array(arg) if isinstance(arg, np.ndarray) else None for arg in args]
        getattr(r, name)(*args)

        assert all(was is None or np.array_equal(was, arg) for was, arg in zip(before, args, strict=True))


def slope_along(function, args, place, direction, step=1e-6):
    """Central difference along a direction of one argument."""
    ends = []
    for sign in (1, -1):
        moved = [*args]
        moved[place] = moved[place] + sign * step * direction
        ends.append(function(*moved))
    return (ends[0] - ends[1]) / (2 * step)


class TestPenalties:
    """A penalty and its gradients belong together."""

    @pytest.mark.parametrize("name", ["l2_penalty", "l1_penalty", "elastic_net_penalty"])
    @pytest.mark.parametrize("place", [0, 1], ids=["W", "b"])
    def test_gradients_are_the_slopes(self, name, place):
        args, function = arrays(float)[name], getattr(r, name)
        direction = DRAW.standard_normal(args[place].shape)
        numeric = slope_along(lambda *it: function(*it)[0], args, place, direction)

        assert numeric == pytest.approx((function(*args)[1 + place] * direction).sum(), abs=1e-7)

    def test_values(self):
        W, b = np.array([[1.0, -2.0], [0.0, 3.0]]), np.array([5.0, 5.0])

        assert r.l2_penalty(W, b, 0.5)[0] == pytest.approx(0.25 * 14)
        assert r.l1_penalty(W, b, 0.5)[0] == pytest.approx(0.5 * 6)
        assert r.elastic_net_penalty(W, b, 2.0, 0.25)[0] == pytest.approx(2 * (0.25 * 6 + 0.375 * 14))

    def test_decay_equals_the_penalty_without_momentum_only(self):
        w, v, g = DRAW.standard_normal((3, 6))
        for momentum, same in ((0.0, True), (0.9, False)):
            one = two = (w, v)
            for _ in range(2):
                one = r.decay_step(*one, g, 0.1, momentum, 0.5)
                two = r.decay_step(*two, g + 0.5 * two[0], 0.1, momentum, 0.0)

            assert same == np.allclose(one[0], two[0])

    @given(st.floats(-5, 5), st.floats(0, 3))
    def test_soft_threshold_minimizes_its_loss(self, w, t):
        """No u on a fine grid is better."""
        best = float(r.soft_threshold(np.array([w]), t)[0])
        grid = np.linspace(-6, 6, 2401)

        assert (best - w) ** 2 / 2 + t * abs(best) <= ((grid - w) ** 2 / 2 + t * np.abs(grid)).min() + 1e-12


class TestEarlyStopping:
    """The rules, on losses that break simpler ones."""

    @staticmethod
    def watch(patience, losses):
        stopper, w = r.EarlyStopping(patience), np.zeros(1)
        answers = []
        for loss in losses:
            w += 1
            answers.append(stopper.update(loss, w))
        return answers, stopper.best()

    @pytest.mark.parametrize(
        ("losses", "answers", "best"),
        [
            pytest.param([3, 2, 4, 4], [False, False, False, True], 2, id="patience"),
            pytest.param([3, 4, 2, 4], [False, False, False, False], 3, id="reset"),
            pytest.param([3, 3, 3], [False, False, True], 1, id="plateau"),
            pytest.param([math.nan, 3, math.nan, math.nan], [False, False, False, True], 2, id="nan"),
        ],
    )
    def test_with_a_patience_of_two(self, losses, answers, best):
        found, kept = self.watch(2, losses)

        assert answers == found
        assert [best] == kept.tolist()

    def test_before_the_first_number_there_is_no_best(self):
        stopper = r.EarlyStopping(1)

        assert stopper.update(math.nan, np.zeros(2)) is True
        assert stopper.best() is None


class TestRandomMethodsKeepTheMean:
    """Averaged over many masks, training gives what the test gives."""

    @staticmethod
    def mean_of(function, count=4000):
        rng = np.random.default_rng(3)
        return sum(function(rng) for _ in range(count)) / count

    def test_dropout(self):
        x = np.array([[1.0, -2.0, 3.0]])
        found = self.mean_of(lambda rng: r.dropout_forward(x, r.draw_mask(x.shape, 0.7, rng), 0.7))

        assert np.allclose(x, found, atol=0.15)

    def test_classic_dropout(self):
        x = np.array([[1.0, -2.0, 3.0]])
        found = self.mean_of(lambda rng: r.classic_dropout(x, r.draw_mask(x.shape, 0.7, rng), 0.7))

        assert np.allclose(r.classic_dropout(x, None, 0.7), found, atol=0.1)

    def test_dropconnect(self):
        x, W, b = np.ones((1, 3)), np.ones((3, 2)), np.array([0.5, -0.5])
        found = self.mean_of(lambda rng: r.dropconnect_forward(x, W, b, r.draw_mask(W.shape, 0.7, rng), 0.7))

        assert np.allclose(x @ W + b, found, atol=0.1)

    def test_stochastic_depth(self):
        x, branch = np.full((1, 2), 2.0), np.ones((1, 2))
        found = self.mean_of(lambda rng: r.stochastic_depth(x, branch, r.draw_mask((1,), 0.8, rng), 0.8))

        assert np.allclose(r.stochastic_depth(x, branch, None, 0.8), found, atol=0.03)
        assert np.allclose(2.8, r.stochastic_depth(x, branch, None, 0.8))


class TestBatchNormalization:
    """Against its definition and its slopes."""

    def test_a_batch_comes_out_with_mean_beta_and_deviation_gamma(self):
        x, gamma, beta = DRAW.standard_normal((50, 3)), np.array([2.0, 0.5, 1.0]), np.array([1.0, -1.0, 0.0])
        out, mean, var = r.batchnorm_forward(x, gamma, beta, 0.0)

        assert np.allclose(beta, out.mean(axis=0))
        assert np.allclose(gamma, out.std(axis=0))
        assert np.allclose(out, r.batchnorm_infer(x, gamma, beta, mean, var, 0.0))

    @pytest.mark.parametrize("place", [0, 1, 2], ids=["x", "gamma", "beta"])
    def test_backward_is_the_slope(self, place):
        upstream, x = DRAW.standard_normal((2, N, D))
        args = [x, DRAW.standard_normal(D), DRAW.standard_normal(D)]
        direction = DRAW.standard_normal(args[place].shape)
        numeric = slope_along(lambda *it: (upstream * r.batchnorm_forward(*it, 0.2)[0]).sum(), args, place, direction)
        found = r.batchnorm_backward(upstream, x, args[1], 0.2)[place]

        assert numeric == pytest.approx((found * direction).sum(), rel=1e-6)


class TestEnsembles:
    """Predictions may be averaged, parameters may not."""

    def test_a_twin_computes_the_same(self):
        x, W1, b1, W2 = (DRAW.standard_normal(shape) for shape in ((N, D), (D, 6), 6, (6, M)))
        twin = r.permute_hidden(W1, b1, W2, DRAW.permutation(6))
        output = [np.tanh(x @ first + bias) @ second for first, bias, second in ((W1, b1, W2), twin)]

        assert np.allclose(*output)

    def test_no_model_is_refused(self):
        with pytest.raises(ValueError, match="at least one model, found none"):
            r.ensemble_predict([], np.zeros((1, 2)))


class TestPooling:
    """Increments add up, and regions hold all pixels."""

    @given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 2**32))
    def test_increments_are_ones_and_twos_that_add_up(self, outputs, twos, seed):
        size = outputs + min(twos, outputs)
        increments = r.pool_increments(size, outputs, np.random.default_rng(seed))

        assert size == increments.sum()
        assert outputs == len(increments)
        assert set(increments.tolist()) <= {1, 2}

    def test_pooling_takes_the_largest_of_each_region(self):
        rng = np.random.default_rng(5)
        rows, columns = r.pool_increments(7, 5, rng), r.pool_increments(6, 4, rng)
        X = rng.standard_normal((3, 7, 6))
        found = r.fractional_max_pool(X, rows, columns)
        tops, lefts = np.cumsum(rows) - rows, np.cumsum(columns) - columns

        assert np.array_equal(np.maximum.reduceat(np.maximum.reduceat(X, tops, axis=1), lefts, axis=2), found)


def ones(*shape):
    return np.ones(shape)


REFUSED = {
    "keep": (lambda: r.dropout_forward(ones(2, 2), ones(2, 2), 0.0), "keep above 0"),
    "drawn keep": (lambda: r.draw_mask((2,), 1.2, DRAW), "keep above 0"),
    "mask": (lambda: r.dropout_forward(ones(2, 2), ones(2), 0.5), r"mask of shape \(2, 2\)"),
    "strength": (lambda: r.l2_penalty(ones(2, 2), ones(2), -1.0), "strength of 0 or above"),
    "ratio": (lambda: r.elastic_net_penalty(ones(2, 2), ones(2), 1.0, 1.5), "ratio from 0 to 1"),
    "threshold": (lambda: r.soft_threshold(ones(2), -1.0), "threshold of 0 or above"),
    "decay": (lambda: r.decay_step(ones(2), ones(3), ones(2), 0.1, 0.9, 0.1), "one shape"),
    "patience": (lambda: r.EarlyStopping(0), "patience of at least 1"),
    "order": (lambda: r.permute_hidden(ones(2, 3), ones(3), ones(3, 2), ones(2)), r"order \(H,\)"),
    "connections": (lambda: r.dropconnect_forward(ones(2, 3), ones(2, 2), ones(2), ones(2, 2), 0.5), "Expected x"),
    "statistics": (lambda: r.batchnorm_infer(ones(2, 3), ones(3), ones(3), ones(2), ones(3)), "Expected x of shape"),
    "upstream": (lambda: r.batchnorm_backward(ones(2, 2), ones(2, 3), ones(3)), "Expected upstream"),
    "branch": (lambda: r.stochastic_depth(ones(2, 2), ones(2, 3), None, 0.5), "one shape"),
    "examples": (lambda: r.stochastic_depth(ones(2, 2), ones(2, 2), ones(2, 2), 0.5), "one entry an example"),
    "outputs": (lambda: r.pool_increments(9, 4, DRAW), "outputs from 5 to 9"),
    "heights": (lambda: r.fractional_max_pool(ones(1, 3, 3), ones(2), ones(3)), "heights that sum to H"),
    "regions": (lambda: r.fractional_max_pool(ones(1, 3, 3), np.array([3]), np.array([1, 2])), "size 1 or 2"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused(case):
    call, words = REFUSED[case]

    with pytest.raises(ValueError, match=words):
        call()
