"""Sizes, standard errors, moved images, timing and packing: what students write in Unit 07."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, strategies as st

from chainrule.authoring.building.notebook import read_notebook
from chainrule.capstone.packing import pack_capstone
from chainrule.capstone.shifting import shift_images
from chainrule.capstone.sizing import accuracy_noise, widest_hidden
from chainrule.capstone.timing import time_call
from chainrule.checking.catalog.entries import GROUPS
from support.courses import COURSE


def parameters(sizes):
    """Counted one by one."""
    return sum(1 for D, M in itertools.pairwise(sizes) for _ in range(M) for _ in range(D + 1))


class TestSizing:
    """How wide, and how sure."""

    @given(
        inputs=st.integers(1, 30), classes=st.integers(1, 9), layers=st.integers(1, 4), budget=st.integers(-5, 3_000)
    )
    def test_the_width_fits_and_one_more_does_not(self, inputs, classes, layers, budget):
        width = widest_hidden(inputs, classes, layers, budget)

        assert width == 0 or parameters([inputs, *[width] * layers, classes]) <= budget
        assert parameters([inputs, *[width + 1] * layers, classes]) > budget

    @pytest.mark.parametrize("sizes", [(0, 10, 1), (64, 0, 1), (64, 10, 0)])
    def test_sizes_of_nothing_are_refused(self, sizes):
        with pytest.raises(ValueError, match="Expected positive sizes"):
            widest_hidden(*sizes, 100)

    @pytest.mark.parametrize(("accuracy", "images"), [(0.9, 50), (0.5, 200), (0.2, 8)])
    def test_the_standard_error_is_the_scatter_of_drawn_accuracies(self, accuracy, images):
        drawn = np.random.default_rng(0).binomial(images, accuracy, 40_000) / images

        np.testing.assert_allclose(drawn.std(), accuracy_noise(accuracy, images), rtol=0.02)

    @pytest.mark.parametrize(("accuracy", "images"), [(1.1, 10), (-0.1, 10), (0.5, 0)])
    def test_what_is_no_share_of_images_is_refused(self, accuracy, images):
        with pytest.raises(ValueError, match="Expected a share"):
            accuracy_noise(accuracy, images)


def shifted(images, down, right):
    """Every pixel takes from where it came, with the share of each of four neighbors."""
    N, H, W = images.shape
    result = np.zeros((N, H, W))
    for r, c, i, j in itertools.product(range(H), range(W), range(H), range(W)):
        share = max(0, 1 - abs(r - down - i)) * max(0, 1 - abs(c - right - j))
        result[:, r, c] += share * images[:, i, j]
    return result


class TestShifting:
    """Images that move by any distance."""

    @given(down=st.floats(-6, 6), right=st.floats(-6, 6))
    def test_each_pixel_is_a_mixture_of_four(self, down, right):
        images = np.random.default_rng(0).uniform(-1, 1, (2, 4, 5))

        np.testing.assert_allclose(shifted(images, down, right), shift_images(images, down, right), atol=1e-12)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_the_dtype_is_kept_and_the_input_unchanged(self, dtype):
        images = np.ones((2, 3, 4), dtype=dtype)
        images.flags.writeable = False

        assert dtype == shift_images(images, 0.3, -1.2).dtype

    def test_whole_numbers_become_float64(self):
        found = shift_images(np.array([[[4, 8]]]), 0, 0.25)

        assert (np.float64, [[[3.0, 7.0]]]) == (found.dtype, found.tolist())

    @pytest.mark.parametrize("shape", [(8, 8), (2, 64), (1, 2, 3, 4)])
    def test_other_shapes_are_refused(self, shape):
        with pytest.raises(ValueError, match=r"Expected images of shape \(N, H, W\)"):
            shift_images(np.zeros(shape), 1, 1)


class TestTiming:
    """The shortest time from an idle device to its result."""

    def test_it_waits_warms_up_and_takes_the_shortest(self):
        call, synchronize, clock = GROUPS["fake device"](1.0, 500.0, 50.0, 40.0, 60.0)

        assert 41.0 == time_call(call, synchronize, clock, 3)

    def test_the_timing_cell_fails_where_the_time_does_not_grow_with_the_work(self):
        """A clock that ticks once a look, as one that does not wait, shows the same time for any work."""
        sources = ["".join(cell["source"]) for cell in read_notebook(COURSE.source("07_capstone"))["cells"]]
        ticks = itertools.count()
        space = {"np": np, "xp": np, "time_call": time_call, "perf_counter": lambda: next(ticks)}

        with pytest.raises(AssertionError, match="in the same time on the CPU: the clock did not wait"):
            exec(next(it for it in sources if "def layer_seconds" in it), space)  # noqa: S102 - the course's own cell

    def test_no_timed_call_is_refused(self):
        with pytest.raises(ValueError, match="at least one timed call, found 0"):
            time_call(lambda: None, lambda: None, lambda: 0.0, 0)


class TestPacking:
    """A network as plain arrays."""

    def test_layers_are_counted_from_one(self):
        weights, biases = [np.ones((2, 3)), np.zeros((3, 1))], [np.zeros(3), np.ones(1)]
        packed = pack_capstone([2, 3, 1], ["relu"], weights, biases)

        assert {"sizes", "activations", "W1", "b1", "W2", "b2"} == set(packed)
        assert ([2, 3, 1], ["relu"]) == (packed["sizes"], packed["activations"])
        assert all(np.array_equal(packed[f"W{i}"], it) for i, it in enumerate(weights, 1))
        assert all(np.array_equal(packed[f"b{i}"], it) for i, it in enumerate(biases, 1))

    def test_later_training_does_not_change_what_was_packed(self):
        W = np.ones((2, 1), dtype=np.float32)
        packed = pack_capstone([2, 1], [], [W], [np.zeros(1)])
        W += 1

        assert (np.float32, [[1.0], [1.0]]) == (packed["W1"].dtype, packed["W1"].tolist())

    def test_a_missing_bias_is_refused(self):
        with pytest.raises(ValueError, match="as many biases as weights, found 0 and 1"):
            pack_capstone([2, 1], [], [np.ones((2, 1))], [])
