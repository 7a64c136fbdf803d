"""Exercise 4.7: the affine layer, the one that learns."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.sampling import sizes
from chainrule.exercises.u04_backpropagation.common import drawn, layer_probes
from chainrule.nn import layers

__all__ = ["AFFINE"]

TAKE_IT_ANEW = 'Take `W` from `self.params["W"]` each time: the trainer puts new numbers there.'


def weights(rng, d, m):
    """W and b with no zeros in them."""
    return drawn(rng, (d, m)), drawn(rng, (m,))


def sample(rng):
    n, d, m = sizes(rng, 3)
    return weights(rng, d, m), drawn(rng, (n, d)), rng.standard_normal((n, m))


class AffineBySums:
    """Example by example, with outer products."""

    def __init__(self, W, b):
        self.params = {"W": np.asarray(W), "b": np.asarray(b)}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return np.array([row @ self.params["W"] + self.params["b"] for row in x])

    def backward(self, upstream):
        pairs = list(zip(self.x, upstream, strict=True))
        self.grads["W"] = sum(np.outer(row, g) for row, g in pairs)
        self.grads["b"] = sum(g for _, g in pairs)
        return np.array([self.params["W"] @ g for g in upstream])


class AffineByEinsum:
    """With the indices written out, and the biases first."""

    def __init__(self, W, b):
        self.params = {"b": b, "W": W}
        self.grads = {"W": None, "b": None}

    def forward(self, x):
        self.x = x
        return self.params["b"] + np.einsum("nd,dm->nm", x, self.params["W"])

    def backward(self, upstream):
        self.grads = {"W": np.einsum("nd,nm->dm", self.x, upstream), "b": np.einsum("nm->m", upstream)}
        return np.einsum("nm,dm->nd", upstream, self.params["W"])


def right_forward(x, W, b):
    return x @ W + b


def weight_gradient(x, W, upstream):
    return x.T @ upstream


def bias_gradient(x, W, upstream):
    return upstream.sum(axis=0)


def input_gradient(x, W, upstream):
    return upstream @ W.T


def affine_class(forward=right_forward, dW=weight_gradient, db=bias_gradient, dx=input_gradient):
    """A layer made of four rules."""

    class MadeAffine:
        def __init__(self, W, b):
            self.params = {"W": W, "b": b}
            self.grads = {}

        def forward(self, x):
            self.x = x
            return forward(x, self.params["W"], self.params["b"])

        def backward(self, upstream):
            W = self.params["W"]
            self.grads["W"] = dW(self.x, W, upstream)
            self.grads["b"] = db(self.x, W, upstream)
            return dx(self.x, W, upstream)

    return MadeAffine


class AddsOverCalls:
    def __init__(self, W, b):
        self.params = {"W": W, "b": b}
        self.grads = {"W": np.zeros(W.shape), "b": np.zeros(b.shape)}

    def forward(self, x):
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, upstream):
        self.grads["W"] = self.grads["W"] + self.x.T @ upstream
        self.grads["b"] = self.grads["b"] + upstream.sum(axis=0)
        return upstream @ self.params["W"].T


class KeepsTheFirstBatch:
    def __init__(self, W, b):
        self.params = {"W": W, "b": b}
        self.grads = {}
        self.batches = []

    def forward(self, x):
        self.batches.append(x)
        return x @ self.params["W"] + self.params["b"]

    def backward(self, upstream):
        first = self.batches[0]
        x = np.resize(first, (len(upstream), first.shape[1]))
        self.grads["W"] = x.T @ upstream
        self.grads["b"] = upstream.sum(axis=0)
        return upstream @ self.params["W"].T


class KeepsItsFirstWeights:
    def __init__(self, W, b):
        self.W, self.b = W.copy(), b.copy()
        self.params = {"W": W, "b": b}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, upstream):
        self.grads["W"] = self.x.T @ upstream
        self.grads["b"] = upstream.sum(axis=0)
        return upstream @ self.W.T


class KeepsTheArray(KeepsItsFirstWeights):
    """Follows a change in place, but not another array."""

    def __init__(self, W, b):
        super().__init__(W, b)
        self.W, self.b = W, b


class OneForAll:
    """All layers share what the last forward kept."""

    kept: ClassVar[dict] = {}

    def __init__(self, W, b):
        self.kept.update(W=W, b=b)
        self.params, self.grads = self.kept, {}

    def forward(self, x):
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, upstream):
        self.grads["W"] = self.x.T @ upstream
        self.grads["b"] = upstream.sum(axis=0)
        return upstream @ self.params["W"].T


def probes(rng):
    n, d, m = sizes(rng, 3)
    old, new = weights(rng, d, m), weights(rng, d, m)
    trained = (old, new, drawn(rng, (n, d)), rng.standard_normal((n, m)))
    return (
        *layer_probes(rng, parameters=weights),
        Probe("a layer that a trainer changes", trained, script="layer trained"),
    )


AFFINE = Exercise(
    name="Affine",
    unit="04_backpropagation",
    number="4.7",
    title="The layer that learns",
    points=4,
    reference=layers.Affine,
    hints=(
        (
            "Count shapes: the gradient of W must be (D, M). "
            "You have x of shape (N, D) and upstream of shape (N, M). "
            "In which order must they stand, and which of them is transposed, so that N disappears? "
            "Ask the same for the gradient of x, which must be (N, D)."
        ),
        (
            "forward keeps x in self: backward cannot do without it. backward does three things. "
            "For W, each example multiplies its inputs by its upstream numbers, and a matrix product adds that up. "
            "For b, add the rows of upstream, so that M numbers are left. "
            "For x, go back through the transposed weights; this one is returned, the other two go into grads."
        ),
        (
            "Two examples: x has the rows (1, 0) and (2, 1), W has the rows (1, -1) and (0, 2). "
            "upstream has the rows (1, 2) and (3, 4). "
            "dW has the rows (7, 10) and (3, 4): 7 is 1 times 1 from the first example and 2 times 3 from the "
            "second. db is (4, 6), and dx has the rows (-1, 4) and (-1, 8)."
        ),
    ),
    alternatives={"example by example": AffineBySums, "with einsum": AffineByEinsum, "made of rules": affine_class()},
    probes=probes,
    sample=sample,
    tolerance=300.0,
    mistakes={
        "dW_transposed": (
            affine_class(dW=lambda x, W, up: up.T @ x),
            "The gradient of W is transposed: upstream.T @ x has the shape (M, D), W has (D, M).",
        ),
        "bias_gradient_missing": (
            affine_class(db=lambda x, W, up: np.zeros_like(up[0])),
            "The gradient of b is zero, so the biases never learn: it is the sum of the rows of upstream.",
        ),
        "bias_gradient_over_everything": (
            affine_class(db=lambda x, W, up: np.full_like(up[0], up.sum())),
            (
                "The gradient of b is summed over everything, so all biases get the same number: sum over the "
                "examples, axis 0, only."
            ),
        ),
        "bias_gradient_of_the_wrong_axis": (
            affine_class(db=lambda x, W, up: up.sum(axis=1)),
            (
                "The gradient of b is summed over the units: one number for each example is left; sum over "
                "the examples, axis 0."
            ),
        ),
        "bias_gradient_not_summed": (
            affine_class(db=lambda x, W, up: 1.0 * up),
            "The gradient of b is upstream itself: one b serves all examples, so their parts add up.",
        ),
        "means_in_place_of_sums": (
            affine_class(dW=lambda x, W, up: x.T @ up / len(x), db=lambda x, W, up: up.mean(axis=0)),
            (
                "The gradients are divided by the number of examples, but the loss has divided already: its "
                "1/N is in upstream."
            ),
        ),
        "mean_of_the_bias_gradient": (
            affine_class(db=lambda x, W, up: up.mean(axis=0)),
            "The gradient of b is a mean over the examples; it is their sum.",
        ),
        "ignores_upstream": (
            affine_class(dx=lambda x, W, up: np.ones_like(up) @ W.T),
            "dL/dx does not use upstream: it is upstream @ W.T.",
        ),
        "W_not_transposed": (
            affine_class(dx=lambda x, W, up: up @ W),
            "dL/dx uses W, but the way back goes through W.T: (N, M) times (M, D).",
        ),
        "bias_forgotten": (
            affine_class(forward=lambda x, W, b: x @ W),
            "forward gives x W without the bias b.",
        ),
        "adds_over_calls": (
            AddsOverCalls,
            "A second backward adds to the gradients of the first: grads must hold those of the last batch alone.",
        ),
        "keeps_its_first_weights": (
            KeepsItsFirstWeights,
            'The layer works with a W of its own: a trainer puts new numbers into params, so take self.params["W"].',
        ),
        "keeps_the_first_batch": (
            KeepsTheFirstBatch,
            "backward uses the x of the first forward; keep that of the last one.",
        ),
    },
    traps=(
        Trap("keeps_its_first_weights", breaks=TAKE_IT_ANEW),
        Trap(KeepsTheArray, breaks=TAKE_IT_ANEW),
        Trap(OneForAll, breaks="`forward(x)` returns `(N, M)`, and keeps what `backward` needs."),
    ),
)
