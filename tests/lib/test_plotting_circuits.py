"""Circuits and rows of images show what they are given."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule import plotting


def texts(ax):
    return [it.get_text() for it in ax.texts if it.get_text()]


def test_a_wire_shows_value_and_gradient():
    ax = plotting.circuit({"x": (0, 0), "exp": (1, 0)}, [("x", "exp", 1.0, 2.71828)])

    assert ["1", "2.72", "x", "exp"] == texts(ax)


def test_an_unknown_gradient_is_left_out():
    ax = plotting.circuit({"x": (0, 0), "f": (1, 0)}, [("x", "f", -0.0, None)])

    assert ["0", "x", "f"] == texts(ax)


def test_rows_of_images_stand_below_each_other_with_their_names():
    ones = np.arange(9.0)[None, :]
    ax = plotting.image_rows({"first": np.vstack([ones, ones]), "second": ones})
    canvas = ax.images[0].get_array()

    assert (7, 7) == canvas.shape
    assert ["first", "second"] == [it.get_text() for it in ax.get_yticklabels()]
    assert 1.0 == canvas[2, 2]


def test_images_that_are_no_squares_are_refused():
    with pytest.raises(ValueError, match="square images"):
        plotting.image_rows({"odd": np.zeros((2, 10))})
