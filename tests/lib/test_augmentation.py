"""`chainrule.nn.augmentation`: values against independent formulas, dtypes, inputs left alone, statistics, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from chainrule.nn import augmentation as a


def images(*shape, dtype=float):
    return np.random.default_rng(1).random(shape).astype(dtype)


def calls(dtype):
    """A call of every function, as (function, X, further arguments)."""
    gray, color = images(4, 6, 5, dtype=dtype), images(4, 6, 5, 3, dtype=dtype)
    places = np.array([0, 2, 4, 1])
    weights, order = images(4, dtype=dtype), np.array([2, 0, 3, 1])
    return {
        "horizontal_flip": (a.horizontal_flip, gray, np.array([True, False, True, False])),
        "horizontal_flip color": (a.horizontal_flip, color, np.array([True, False, True, False])),
        "random_crop": (a.random_crop, gray, 3, np.random.default_rng(0)),
        "random_crop color": (a.random_crop, color, 3, np.random.default_rng(0)),
        "rescale": (a.rescale, gray, 8),
        "rescale color": (a.rescale, color, 3),
        "translate": (a.translate, gray, 1, -2),
        "translate color": (a.translate, color, -1, 2),
        "rotate": (a.rotate, gray, 33.0),
        "rotate color": (a.rotate, color, 33.0),
        "color_jitter": (a.color_jitter, color, 2 * images(4, 3, dtype=dtype)),
        "cutout": (a.cutout, gray, places, places, 3),
        "cutout color": (a.cutout, color, places, places, 3),
        "mixup": (a.mixup, gray, np.eye(4, dtype=dtype), weights, order),
    }


@pytest.mark.parametrize("name", calls(float))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtype_stays_and_read_only_images_are_left_alone(name, dtype):
    function, X, *rest = calls(dtype)[name]
    before = X.copy()
    X.flags.writeable = False
    found = function(X, *rest)
    first = found[0] if isinstance(found, tuple) else found

    assert np.dtype(dtype) == first.dtype
    assert np.array_equal(before, X)
    assert not np.shares_memory(first, X)


def test_flipping_twice_gives_the_images_back():
    X, flips = images(3, 4, 5), np.array([True, False, True])

    assert np.array_equal(X, a.horizontal_flip(a.horizontal_flip(X, flips), flips))
    assert np.array_equal(np.fliplr(X[0]), a.horizontal_flip(X, flips)[0])


class TestCrop:
    """Every place that fits is equally likely."""

    def test_places_are_uniform(self):
        X = np.tile(np.arange(30.0).reshape(6, 5), (6000, 1, 1))
        corners = a.random_crop(X, 4, np.random.default_rng(2))[:, 0, 0].astype(int)
        counts = np.bincount(corners, minlength=30).reshape(6, 5)

        assert np.count_nonzero(counts) == 3 * 2
        assert np.all(np.abs(counts[:3, :2] - 1000) < 5 * 30)

    def test_a_crop_is_a_part_of_its_image(self):
        X = images(5, 7, 6)
        windows = np.lib.stride_tricks.sliding_window_view(X, (3, 3), axis=(1, 2))
        found = a.random_crop(X, 3, np.random.default_rng(3))

        assert all((windows[n] == found[n]).all(axis=(2, 3)).any() for n in range(5))


class TestPlacement:
    """Against other ways to say the same."""

    @given(st.integers(1, 4))
    def test_whole_factors_repeat_pixels(self, factor):
        X = images(2, 3, 3)

        assert np.array_equal(np.kron(X, np.ones((1, factor, factor))), a.rescale(X, 3 * factor))

    @given(st.integers(-7, 7), st.integers(-7, 7))
    def test_a_shift_is_a_window_of_the_padded_image(self, down, right):
        X = images(2, 5, 4)
        padded = np.pad(X, ((0, 0), (7, 7), (7, 7)))

        assert np.array_equal(padded[:, 7 - down : 12 - down, 7 - right : 11 - right], a.translate(X, down, right))

    @pytest.mark.parametrize("quarters", [-1, 0, 1, 2, 3])
    def test_quarter_turns_are_those_of_numpy(self, quarters):
        X = images(2, 6, 6)

        assert np.array_equal(np.rot90(X, quarters, axes=(1, 2)), a.rotate(X, 90 * quarters))

    def test_a_turn_moves_the_mass_where_geometry_says(self):
        """A spot to the right of the middle goes up when turned by 90 degrees, and half way by 45."""
        X = np.zeros((1, 21, 21))
        X[0, 10, 18] = 1

        assert [[0, 2, 10]] == np.argwhere(a.rotate(X, 90)).tolist()
        assert np.allclose([10 - 8 / 2**0.5, 10 + 8 / 2**0.5], np.argwhere(a.rotate(X, 45))[:, 1:].mean(axis=0), atol=1)


class TestContent:
    """Holes, colors and mixtures."""

    def test_the_removed_area_is_as_computed(self):
        """8 x 8 pixels, size 4: 3.5 rows and columns on average."""
        rows, columns = (it.ravel() for it in np.meshgrid(range(8), range(8)))
        removed = (a.cutout(np.ones((64, 8, 8)), rows, columns, 4) == 0).sum(axis=(1, 2))

        assert 3.5**2 == removed.mean()
        assert 2 * 2 == removed[0]

    def test_colors_stay_within_0_and_1(self):
        X, factors = images(3, 2, 2, 3), 4 * images(3, 3)
        found = a.color_jitter(X, factors)

        assert np.array_equal(np.minimum(X * factors.reshape(3, 1, 1, 3), 1), found)

    def test_mixed_inputs_equal_mixed_labels_where_both_are_the_labels(self):
        Y, weights, order = np.eye(5), images(5), np.array([3, 0, 4, 1, 2])
        X_mixed, Y_mixed = a.mixup(Y, Y, weights, order)

        assert np.array_equal(X_mixed, Y_mixed)
        assert np.allclose(1, Y_mixed.sum(axis=1))


ONE = np.ones((2, 4, 4))
REFUSED = {
    "rows": (lambda: a.rescale(np.ones((2, 16)), 3), "Expected images of shape"),
    "flips": (lambda: a.horizontal_flip(ONE, np.array([True])), "flips of shape"),
    "crop": (lambda: a.random_crop(ONE, 5, np.random.default_rng(0)), "size from 1 to 4"),
    "size": (lambda: a.rescale(ONE, 0), "size of at least 1"),
    "factors": (lambda: a.color_jitter(ONE, np.ones((2, 3))), "Expected images"),
    "middles": (lambda: a.cutout(ONE, np.zeros(3), np.zeros(2), 2), "rows of shape"),
    "partners": (lambda: a.mixup(ONE, np.eye(2), np.ones(3), np.arange(2)), "one weight and one partner"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused(case):
    call, words = REFUSED[case]

    with pytest.raises(ValueError, match=words):
        call()
