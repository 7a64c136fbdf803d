"""Mistakes that only a GPU would show are caught without one, and no right code is refused."""

from __future__ import annotations

import contextlib
import math

import numpy as np
import pytest

from chainrule.stand_in import counting, pretending

ROWS, WIDTH, CLASSES = 6, 4, 3


# Each takes float32 arrays x (N, D), W (D, C), b (C,) and labels y (N,), and the module of the arrays.
def right(xp, x, W, b, y):
    z = x @ W + b
    shifted = z - z.max(axis=1, keepdims=True)
    p = xp.exp(shifted) / xp.exp(shifted).sum(axis=1, keepdims=True)
    onehot = (y[:, None] == xp.arange(W.shape[1])).astype(x.dtype)
    return x.T @ (p - onehot) / len(x)


def zeros_of_numpy(xp, x, W, b, y):
    out = np.zeros((len(x), W.shape[1]), dtype=np.float32)
    return out + x @ W


def list_of_rows_to_numpy(xp, x, W, b, y):
    return np.array([row.sum() for row in x])


def mask_of_numpy(xp, x, W, b, y):
    return x * np.ones(x.shape, dtype=np.float32)


def random_numbers_of_numpy(xp, x, W, b, y):
    return x + np.random.default_rng(0).standard_normal(x.shape).astype(np.float32)


def labels_of_numpy(xp, x, W, b, y):
    return (x @ W) * np.eye(CLASSES, dtype=np.float32)[np.zeros(len(x), dtype=int)]


def constants_in_a_list(xp, x, W, b, y):
    return xp.maximum(x, [0.0] * WIDTH)


def sum_of_a_list(xp, x, W, b, y):
    return xp.sum([x.sum(), x.mean()])


def where_in_a_sum(xp, x, W, b, y):
    return xp.sum(x, axis=0, where=x > 0)


def initial_in_a_maximum(xp, x, W, b, y):
    return x.max(axis=0, initial=0.0)


def where_in_a_ufunc(xp, x, W, b, y):
    return xp.log(x, where=x > 0, out=xp.zeros_like(x))


def mode_in_take(xp, x, W, b, y):
    return xp.take(x, y, axis=1, mode="clip")


def insert_a_column(xp, x, W, b, y):
    return xp.insert(x, 0, 1.0, axis=1)


def block_of_arrays(xp, x, W, b, y):
    return xp.block([[x, x]])


def errstate_around(xp, x, W, b, y):
    with xp.errstate(divide="ignore"):
        return x / x


def geometric_steps(xp, x, W, b, y):
    return x[0, 0] * xp.geomspace(1.0, 10.0, 3)


def float64_from_zeros(xp, x, W, b, y):
    return x @ W + xp.zeros(W.shape[1])


def float64_from_a_scalar(xp, x, W, b, y):
    return x * np.float64(0.1)


def float64_from_a_root(xp, x, W, b, y):
    return x * np.sqrt(2 / WIDTH)


def float64_from_labels(xp, x, W, b, y):
    return x * y[:, None]


def float_in_the_loop(xp, x, W, b, y):
    return x * sum(float(row.sum()) for row in x)


def item_in_the_step(xp, x, W, b, y):
    return x * (1.0 / x.max().item())


def condition_in_the_step(xp, x, W, b, y):
    return x if x.sum() > 1e9 else x * 2


def rows_by_a_mask(xp, x, W, b, y):
    return x[y == 0].sum(axis=0)


def places_that_are_not_zero(xp, x, W, b, y):
    return x * len(xp.nonzero(x)[0])


def math_of_an_array(xp, x, W, b, y):
    return x * math.exp(x[0, 0])


def largest_by_python(xp, x, W, b, y):
    return x * max(x[0])


def change_of_the_input(xp, x, W, b, y):
    x -= x.mean(axis=0)
    return x @ W


def mask_of_the_host(xp, x, W, b, y):
    out = x * 1
    out[np.zeros(x.shape, dtype=bool)] = 0
    return out


def rows_by_numpy(xp, x, W, b, y):
    return x[np.arange(3)]


def assignment_from_the_host(xp, x, W, b, y):
    out = xp.zeros_like(x)
    out[:3] = np.ones((3, WIDTH), dtype=np.float32)
    return out


def adding_at_the_same_places(xp, x, W, b, y):
    out = xp.zeros((CLASSES, WIDTH), dtype=x.dtype)
    out[y] += x
    return out


def size_from_an_array(xp, x, W, b, y):
    return xp.zeros((y.max() + 1, WIDTH), dtype=x.dtype)


def range_of_an_array(xp, x, W, b, y):
    return x * sum(range(y.max()))


def result_on_the_host(xp, x, W, b, y):
    return (x @ W).get()


def plotting_of_an_array(xp, x, W, b, y):
    return x * np.asarray(x.sum(axis=0)).max()


def constant_from_a_list_on_the_host(xp, x, W, b, y):
    return x * xp.asarray([0.5, 1.0, 1.5, 2.0], dtype=x.dtype)  # moved again in every step


def normal_numbers_of_the_device(xp, x, W, b, y):
    return x + xp.random.default_rng(0).normal(size=x.shape)


# --- functions of NumPy on arrays of the device: most run there, those that CuPy does not take over fail ------------


def exponential_of_numpy(xp, x, W, b, y):
    return np.exp(x)


def larger_of_numpy(xp, x, W, b, y):
    return np.maximum(x @ W + b, 0)


def sum_of_numpy(xp, x, W, b, y):
    return np.sum(x, axis=0)


def concatenation_of_numpy(xp, x, W, b, y):
    return np.concatenate([x, x], axis=1)


def choice_of_numpy(xp, x, W, b, y):
    return np.where(x > 1, x, x * 0)


def zeros_like_of_numpy(xp, x, W, b, y):
    return np.zeros_like(x) + x


def accumulated_by_numpy(xp, x, W, b, y):
    return np.add.reduce(x, axis=0)


def norm_of_numpy(xp, x, W, b, y):
    return x / np.linalg.norm(x)


# --- unsigned whole numbers take no negative one; NumPy 2 says the same, so these need no stand-in -------------------


def minus_one_into_bytes(xp, x, W, b, y):
    labels = y.astype("u1")
    labels[0] = -1
    return labels


def bytes_full_of_minus_one(xp, x, W, b, y):
    return xp.full(3, -1, dtype="u1")


def minus_one_added_to_bytes(xp, x, W, b, y):
    return y.astype("u1") + -1


def bytes_not_below_minus_one(xp, x, W, b, y):
    return xp.maximum(y.astype("u1"), -1)


# --- a scalar of NumPy is no number of Python: it brings its own dtype along


def rate_from_a_grid_of_numpy(xp, x, W, b, y):
    return x * np.logspace(-3, -1, 3)[1]


def mean_of_the_host_subtracted(xp, x, W, b, y):
    return x - np.mean([1.0, 2.0])


def power_of_a_scalar(xp, x, W, b, y):
    return x ** np.float64(0.5)


def float64_epsilon(xp, x, W, b, y):
    return x / (x + np.finfo(np.float64).eps)


UNSIGNED = {
    minus_one_into_bytes,
    bytes_full_of_minus_one,
    minus_one_added_to_bytes,
    bytes_not_below_minus_one,
}
FAULTS = [
    value
    for value in list(globals().values())
    if callable(value) and getattr(value, "__module__", "") == __name__ and value is not right
]


def symptom(step):
    """What gives a step away; nothing for a right one."""
    rng = np.random.default_rng(5)
    arrays = [rng.uniform(0.5, 2.0, size=shape).astype("f4") for shape in ((ROWS, WIDTH), (WIDTH, CLASSES), (CLASSES,))]
    with pretending(strict=True) as xp:
        moved = [xp.array(it) for it in (*arrays, np.array([0, 1, 2, 2, 1, 0]))]
        try:
            with counting() as counts:
                result = step(xp, *moved)
        except (TypeError, AttributeError, OverflowError) as error:
            return f"refused: {error}"
        changed = any(not np.array_equal(it.get(), before) for it, before in zip(moved, arrays, strict=False))
    if changed:
        return "changes its input"
    if not isinstance(result, xp.ndarray):
        return "its result lies on the host"
    if result.dtype != np.float32:
        return f"its result is {result.dtype}"
    return "waits" if counts.waits else "copies" if counts.to_device or counts.to_host else ""


def test_enough_are_planted():
    assert len(FAULTS) >= 40


@pytest.mark.parametrize("fault", FAULTS, ids=lambda it: it.__name__)
def test_a_planted_fault_is_caught(fault):
    assert symptom(fault)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda it: it.__name__)
def test_on_the_cpu_it_shows_nothing(fault):
    """NumPy runs it, or the fault would need no stand-in. Three use what only arrays of a GPU have, or NumPy lacks."""
    rng = np.random.default_rng(5)
    arrays = [rng.uniform(0.5, 2.0, size=shape).astype("f4") for shape in ((ROWS, WIDTH), (WIDTH, CLASSES), (CLASSES,))]
    if fault is result_on_the_host:
        arrays = [it.view(_WithGet) for it in arrays]

    with pytest.raises(OverflowError) if fault in UNSIGNED else contextlib.nullcontext():
        fault(np, *arrays, np.array([0, 1, 2, 2, 1, 0]))


class _WithGet(np.ndarray):
    def get(self):
        return np.asarray(self)


def test_the_right_step_shows_nothing():
    assert symptom(right) == ""
