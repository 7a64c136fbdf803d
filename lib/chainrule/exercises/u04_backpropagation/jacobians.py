"""Exercises 4.5 and 4.6: tables of slopes, products with them, and the gradient of |W x|^2."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Large, Named, Probe
from chainrule.checking.declaring.exercise import Exercise, Gradient
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import away_from_zero, entrywise_probes, sizes
from chainrule.nn import numeric

__all__ = ["JACOBIAN", "L2", "VJP"]

declared = partial(Exercise, unit="04_backpropagation")
table = partial(declared, number="4.5", title="Jacobians, and how to avoid them")


def jacobian_probes(rng):
    d, m, side = sizes(rng, 3)

    def point(size):
        return rng.uniform(-1.5, 1.5, size)

    return (
        Probe(f"{m} functions of {d} numbers", (Named("waves", (m,)), point(d), 1e-3)),
        Probe("squares of 2 numbers", (Named("squares"), np.array([3.0, -1.0]), 1e-3)),
        Probe("sums of squares, of 3 numbers", (Named("sums of squares"), np.array([1.0, 2.0, 3.0]), 1e-3)),
        Probe(f"{side} functions of {side} numbers", (Named("waves", (side,)), point(side), 1e-3)),
        Probe("h left out", (Named("waves", (d,)), point(m))),
        Probe("a large h", (Named("waves", (m,)), point(d), 0.2)),
        Probe("one function of one number", (Named("waves", (1,)), point(1), 0.1)),
        Probe("integers", (Named("waves", (m,)), np.array([2, -1, 0, 3]), 0.01)),
    )


def by_rows_of_unit_vectors(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    columns = [(f(x + it) - f(x - it)) / (2 * h) for it in h * np.eye(len(x))]
    return np.array(columns).T


def by_columns(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    result = np.zeros((len(f(x)), len(x)))
    for j in range(len(x)):
        up, down = x.copy(), x.copy()
        up[j] += h
        down[j] -= h
        result[:, j] = (f(up) - f(down)) / (2 * h)
    return result


def one_sided(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    return np.array([(f(x + it) - f(x)) / h for it in h * np.eye(len(x))]).T


def keeps_the_integers(f, x, h=1e-5):
    columns = []
    for j in range(len(x)):
        up, down = np.array(x), np.array(x)
        up[j] += h if up.dtype.kind == "f" else 0
        down[j] -= h if down.dtype.kind == "f" else 0
        columns.append((f(up) - f(down)) / (2 * h))
    return np.array(columns).T


def moves_the_input(f, x, h=1e-5):
    columns = []
    for j in range(len(x)):
        x[j] += h
        above = f(x)
        x[j] -= 2 * h
        columns.append((above - f(x)) / (2 * h))
    return np.array(columns).T


JACOBIAN = table(
    name="jacobian",
    points=2,
    reference=numeric.jacobian,
    hints=(
        (
            "Move x_0 a little, and nothing else. f gives M numbers before and M numbers after. "
            "Which part of the table do their differences fill, a row or a column? "
            "How often must you do this for the whole table?"
        ),
        (
            "For each place j, make an array of D zeros with h in place j. "
            "Call f twice: with x plus this array, and with x minus it. "
            "The difference of the two results, divided by twice h, is an array of M slopes: column j. "
            "Collect the D columns, and put them side by side. "
            "x may hold integers, which cannot move by 0.00001: make floats of them first."
        ),
        (
            "f gives the three numbers x_0 times x_1, x_0 plus x_1, and the square of x_1; take x = (2, 5). "
            "Moving x_0 gives the slopes (5, 1, 0), and moving x_1 gives (2, 1, 10). "
            "Side by side they make the rows (5, 2), (1, 1) and (0, 10): three outputs, two inputs."
        ),
    ),
    alternatives={"with unit vectors": by_rows_of_unit_vectors, "column by column": by_columns},
    probes=jacobian_probes,
    sample=lambda rng: (Named("waves", (4,)), rng.uniform(-1.5, 1.5, 3), 1e-2),
    tolerance=2e6,  # h = 1e-5 costs five digits
    mistakes={
        "transposed": (
            lambda f, x, h=1e-5: by_columns(f, x, h).T,
            "The table is transposed: outputs are rows, inputs are columns.",
        ),
        "one_sided": (
            one_sided,
            "This looks ahead only; the difference f(x + h) - f(x - h) is far more accurate.",
        ),
        "all_inputs_at_once": (
            lambda f, x, h=1e-5: (f(x + h) - f(x - h)) / (2 * h),
            "x + h moves all inputs at once: move one at a time, each gives one column.",
        ),
        "divided_by_h": (
            lambda f, x, h=1e-5: 2 * by_columns(f, x, h),
            sentences.DIVIDED_BY_H,
        ),
        "diagonal_only": (
            lambda f, x, h=1e-5: by_columns(f, x, h) * np.eye(len(f(np.asarray(x, dtype=float))), len(x)),
            "All entries off the diagonal are 0, which is right for entrywise functions only.",
        ),
        "outputs_summed": (
            lambda f, x, h=1e-5: by_columns(f, x, h).sum(axis=0),
            "The outputs are summed, which gives one row; keep a row for each output.",
        ),
        "moves_the_input": (
            moves_the_input,
            sentences.MOVES_THE_INPUT,
        ),
        "integers_cut_off": (
            keeps_the_integers,
            sentences.INTEGERS_CUT_OFF,
        ),
        "own_step": (
            lambda f, x, h=1e-5: by_columns(f, x, 1e-5),
            sentences.OWN_STEP,
        ),
    },
    traps=(
        Trap("all_inputs_at_once", breaks="only one input moves at a time"),
        Trap("transposed", breaks="a row for each output, a column for each input"),
    ),
)

# --- product with a diagonal Jacobian ----------------------------------------------------------------


def vjp_probes(rng):
    usual = entrywise_probes(
        rng, away_from_zero(), upstream=True, special=(-30.0, -1.0, 0.0, 1.0, 30.0), integers=(-3, -1, 0, 2)
    )
    large = (Large((100, 320), int(rng.integers(1000))), Large((100, 320), 2000 + int(rng.integers(1000))))
    return (*usual, Probe("a batch of 100 examples with 320 features", large, script="summary"))


def by_small_jacobians(upstream, x):
    """Builds the Jacobian of one example at a time: only (D, D) numbers."""
    rows = [g @ np.diag(2.0 * row) for g, row in zip(upstream, np.asarray(x, dtype=float), strict=True)]
    return np.array(rows).reshape(np.shape(x))


def vjp_sample(rng):
    shape = sizes(rng, 2)
    return rng.standard_normal(shape), away_from_zero()(rng, shape)


def doubled_in_place(upstream, x):
    upstream *= 2 * x
    return upstream


VJP = table(
    name="square_vjp",
    points=1,
    reference=lambda upstream, x: 2.0 * x * upstream,
    hints=(
        (
            "Take a single entry of x, say 3. If it rises by 0.01, by how much does its square rise? "
            "And by how much does the loss rise, if upstream says 4 at this place?"
        ),
        (
            "Every entry of x reaches one output only, so each entry is handled for itself. "
            "Multiply upstream by the slope of the square at x, entry by entry. "
            "Nothing is summed, and no table is built."
        ),
        "x = (-4, 0.5) and upstream = (2, 10). The slopes are (-8, 1), so the result is (-16, 10).",
    ),
    alternatives={
        "one example at a time": by_small_jacobians,
        "as a sum": lambda upstream, x: upstream * x + x * upstream,
    },
    probes=vjp_probes,
    sample=vjp_sample,
    properties=("row_by_row", "scales_with_upstream"),
    gradient=Gradient(of=np.square, wrt=("x",)),
    mistakes={
        "ignores_upstream": (
            lambda upstream, x: 2.0 * x,
            "This is the diagonal of the Jacobian alone; multiply it by the upstream gradient.",
        ),
        "value_instead_of_slope": (
            lambda upstream, x: upstream * x**2,
            "The upstream gradient is multiplied by x^2, the value; the slope of x^2 is 2 x.",
        ),
        "two_forgotten": (
            lambda upstream, x: upstream * x,
            "The 2 of the slope 2 x is missing.",
        ),
        "adds_upstream": (
            lambda upstream, x: upstream + 2.0 * x,
            "Slopes along a path are multiplied; here they are added.",
        ),
        "summed_over_the_batch": (
            lambda upstream, x: (2.0 * x * upstream).sum(axis=0),
            "The result is summed over the examples; every entry of x has a gradient of its own.",
        ),
        "overwrites_upstream": (
            doubled_in_place,
            sentences.OVERWRITES_UPSTREAM,
        ),
    },
    traps=(Trap("summed_over_the_batch", breaks="`upstream`, `x` and the result have one shape"),),
)

# --- |W x|^2 -----------------------------------------------------------------------------------------


def l2_reference(W, x):
    q = W @ x
    return 2.0 * q @ x.T, 2.0 * W.T @ q


def l2_by_sums(W, x):
    """Index by index, as the chain rule writes it."""
    W, x = np.asarray(W, dtype=float), np.asarray(x, dtype=float)
    dW, dx = np.zeros(W.shape), np.zeros(x.shape)
    for k in range(W.shape[0]):
        q = sum(W[k, j] * x[j, 0] for j in range(W.shape[1]))
        for j in range(W.shape[1]):
            dW[k, j] += 2 * q * x[j, 0]
            dx[j, 0] += 2 * q * W[k, j]
    return dW, dx


def l2_by_rows(W, x):
    """The same in rows: z = x W with everything transposed."""
    row = x.T
    upstream = 2.0 * (row @ W.T)
    return (row.T @ upstream).T, (upstream @ W).T


def l2_expanded(W, x):
    """f = x^T (W^T W) x."""
    return 2.0 * W @ (x @ x.T), 2.0 * (W.T @ W) @ x


def l2_probes(rng):
    m, d, side = sizes(rng, 3)

    def pair(rows, columns):
        return rng.uniform(-1.5, 1.5, (rows, columns)), rng.uniform(-1.5, 1.5, (columns, 1))

    seeds = np.array([[0.1, 0.5], [-0.3, 0.8]]), np.array([[0.2], [0.4]])
    small = tuple(it.astype(np.float32) for it in pair(m, d))
    return (
        Probe(f"W of shape ({m}, {d})", pair(m, d)),
        Probe("the numbers of the text", seeds),
        Probe(f"a square W of shape ({side}, {side})", pair(side, side)),
        Probe("one row", pair(1, d)),
        Probe("one column", pair(m, 1)),
        Probe("float32 numbers", small),
        Probe("integers", (np.array([[1, -2, 3], [0, 4, -1]]), np.array([[2], [-1], [3]]))),
    )


def l2_sample(rng):
    m, d = sizes(rng, 2)
    return rng.standard_normal((m, d)), rng.standard_normal((d, 1))


L2 = declared(
    name="l2_backward",
    number="4.6",
    title="A matrix times a column",
    points=2,
    reference=l2_reference,
    hints=(
        (
            "Count shapes: x is (D, 1), and the upstream gradient of q is (M, 1). "
            "dW must be (M, D), and dx must be (D, 1). "
            "Which product of a column and a row has M rows and D columns? "
            "Which way must W be turned, so that it takes M numbers to D numbers?"
        ),
        (
            "Compute q first, and then its upstream gradient, twice q. For dW, multiply this column by x as a row. "
            "For dx, go back through the transposed W. "
            "Use the matrix product both times, and look at the shapes that come out."
        ),
        (
            "W has the rows (1, 2), (0, -1), (3, 1), and x is the column (2, 1). "
            "q is the column (4, -1, 7), so upstream is (8, -2, 14). "
            "dW has the rows (16, 8), (-4, -2), (28, 14): three rows and two columns, as W has. "
            "dx is the column (50, 32): 50 comes from 8 times 1, -2 times 0 and 14 times 3."
        ),
    ),
    alternatives={"index by index": l2_by_sums, "in rows": l2_by_rows, "expanded": l2_expanded},
    probes=l2_probes,
    sample=l2_sample,
    tolerance=5000.0,
    gradient=Gradient(of=lambda W, x: ((W @ x) ** 2).sum(), wrt=("W", "x")),
    mistakes={
        "dW_transposed": (
            lambda W, x: (x @ (2.0 * W @ x).T, 2.0 * W.T @ (W @ x)),
            "dW is transposed: its shape is that of W, (M, D), so it is 2q times the row x^T.",
        ),
        "W_not_transposed": (
            lambda W, x: (2.0 * (W @ x) @ x.T, 2.0 * W @ (W @ x)),
            "dx uses W where W^T belongs: going back through W needs its transpose.",
        ),
        "factors_in_the_order_of_rows": (
            lambda W, x: (2.0 * (W @ x) @ x.T, 2.0 * (W @ x) @ W.T),
            "2q W^T has the order that rows need; with columns it is W^T 2q.",
        ),
        "two_forgotten": (
            lambda W, x: ((W @ x) @ x.T, W.T @ (W @ x)),
            "The slope of q^2 is 2q: the factor 2 is missing.",
        ),
        "upstream_forgotten": (
            lambda W, x: (np.ones((len(W), 1)) @ x.T * 1.0, W.T @ np.ones((len(W), 1))),
            "The upstream gradient of W x is 2q, not 1.",
        ),
        "q_not_multiplied_by_x": (
            lambda W, x: (2.0 * (W @ x) * np.ones((1, len(x))), 2.0 * W.T @ (W @ x)),
            "dW must hold 2q times x: the entry in row k and column j is 2 q_k x_j.",
        ),
    },
    traps=(
        Trap("W_not_transposed", breaks=r"It is $W^T \cdot 2q$."),
        Trap("dW_transposed", breaks="the gradient must have the shape of the thing"),
    ),
)
