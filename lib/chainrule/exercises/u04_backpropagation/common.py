"""What the exercises on backpropagation share: classes made of rules, and inputs for them.

What you can do with this file:

- make a gate or a layer of functions: `gate`, `activation_layer`;
- draw inputs that fit into a label: `drawn`, `apart`, `told`;
- draw one input of a gate or of a graph: `one_gate`, `node_sample`;
- build probes: `gate_probes`, `layer_probes`, `node_probes`.
"""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe, Strided
from chainrule.checking.values import brief
from chainrule.exercises.sampling import sizes

__all__ = [
    "activation_layer",
    "apart",
    "drawn",
    "gate",
    "gate_probes",
    "layer_probes",
    "node_probes",
    "node_sample",
    "one_gate",
    "told",
]


def gate(forward, backward):
    """A gate that keeps its inputs; `backward` gets the upstream gradient and these."""

    class MadeGate:
        def forward(self, *inputs):
            self.inputs = inputs
            return forward(*inputs)

        def backward(self, upstream):
            return backward(upstream, *self.inputs)

    return MadeGate


def activation_layer(forward, backward):
    """A layer without parameters that keeps its input; `backward` gets the upstream gradient and that."""

    class MadeLayer:
        def forward(self, x):
            self.x = x
            return forward(x)

        def backward(self, upstream):
            return backward(upstream, self.x)

    return MadeLayer


def drawn(rng, shape=(), low=0.3, high=2.5):
    """Numbers of both signs, none close to 0."""
    size = rng.uniform(low, high, shape)
    return np.where(rng.uniform(size=shape) < 0.5, -size, size)


def rounded(*arrays):
    """The same with few digits, for inputs that a label shows."""
    return tuple(np.round(array, 4) for array in arrays)


def apart(rng, shape=(), count=2):
    """Numbers that differ from each other at every place, and whose absolute values do too."""
    base = drawn(rng, shape, 0.3, 1.2)
    others = [base + sign * (rng.uniform(0.2, 1.0, shape) + 3 * i) for i, sign in enumerate((1, -1))]
    flip = rng.uniform(size=shape) < 0.5
    pair = (np.where(flip, base, others[0]), np.where(flip, others[0], base))
    return pair[:count]


def told(**values):
    """Inputs as the label of a probe."""
    return ", ".join(f"{name} = {brief(np.asarray(value))}" for name, value in values.items())


def gate_probes(rng, names, *, draw=drawn):
    """Probes for a gate: numbers, arrays of one shape, float32, integers, and a gate that is used again."""
    n, d, side = sizes(rng, 3)

    def inputs(*shape):
        if len(names) == 2 and draw is apart:
            return draw(rng, shape)
        return tuple(draw(rng, shape) for _ in names)

    def plain(values):
        return tuple(float(it) for it in rounded(*values))

    numbers, up = plain(inputs()), float(np.round(drawn(rng), 4))
    single = Probe(told(**dict(zip(names, numbers, strict=True)), upstream=up), (numbers, up), script="gate")
    integers = tuple(np.array([[3, -2, 5], [-4, 1, -6]]) + 2 * i * np.array([[1, -1, 1], [2, -1, 2]]) for i in range(2))
    small = tuple(it.astype(np.float32) for it in inputs(d, n))
    return (
        Probe(f"arrays of shape ({n}, {d})", (inputs(n, d), rng.standard_normal((n, d))), script="gate"),
        single,
        Probe(
            f"square arrays of shape ({side}, {side})",
            (inputs(side, side), rng.standard_normal((side, side))),
            script="gate",
        ),
        Probe("float32 arrays", (small, rng.standard_normal((d, n)).astype(np.float32)), script="gate"),
        Probe("integers", (integers[: len(names)], rng.standard_normal((2, 3))), script="gate"),
        Probe(
            "a gate that is used a second time, and whose backward is called twice",
            (plain(inputs()), inputs(n, d), rng.standard_normal((n, d))),
            script="gate again",
        ),
    )


def one_gate(names, *, draw=drawn):
    """From a generator to one random input of a gate."""

    def sample(rng):
        shape = sizes(rng, 2)
        inputs = draw(rng, shape) if draw is apart else tuple(draw(rng, shape) for _ in names)
        return inputs, rng.standard_normal(shape)

    return sample


def layer_probes(rng, parameters, *, integers=True, extremes=()):
    """
    Probes for a layer.

    `parameters` gives the layer's arguments from a generator and the sizes D and M; for a layer without parameters,
    whose output has the shape of its input, it gives an empty tuple.
    """
    n, d, m, side = sizes(rng, 4)

    def probe(label, dimensions, dtype=float, wrap=lambda array: array):
        batch, features, units = dimensions
        made = tuple(it.astype(dtype) for it in parameters(rng, features, units))
        x = drawn(rng, (batch, features)).astype(dtype)
        upstream = rng.standard_normal((batch, units if made else features)).astype(dtype)
        return Probe(label, (made, wrap(x), wrap(upstream)), script="layer")

    def wide(batch, features, units):
        made = parameters(rng, features, units)
        return made, drawn(rng, (batch, features)), drawn(rng, (batch, units if made else features))

    small, small_x, small_up = wide(1, 2, 1)
    small, (small_x, small_up) = rounded(*small), rounded(small_x, small_up)
    names = dict(zip(("W", "b"), small, strict=False))
    made, before, _ = wide(m + 1, d, m)
    later = drawn(rng, (n, d)), rng.standard_normal((n, m if made else d))
    probes = [
        probe(f"a batch of {n} examples with {d} features" + f" and {m} units" * bool(made), (n, d, m)),
        Probe(told(**names, x=small_x, upstream=small_up), (small, small_x, small_up), script="layer"),
        probe(f"{side} examples with {side} features" + f" and {side} units" * bool(made), (side, side, side)),
        probe("one example alone", (1, d, m)),
        probe("float32 numbers", (n, d, m), np.float32),
        probe("arrays that are not contiguous in memory", (n, d, m), wrap=Strided),
        Probe(
            "a layer that runs forward on two batches, then backward twice for the second one",
            (made, before, *later),
            script="layer again",
        ),
    ]
    if integers:
        whole = np.array([[3, -2], [-1, 4], [5, 1]])
        made = parameters(rng, 2, 4)
        upstream = rng.standard_normal((3, 4 if made else 2))
        probes.append(Probe("integers", (made, whole, upstream), script="layer"))
    if extremes:
        x = np.array([extremes], dtype=float)
        label = "very large and very small numbers"
        probes.append(Probe(label, ((), x, drawn(rng, x.shape)), script="layer"))
    return tuple(probes)


def node_probes(rng):
    """Probes for nodes: small graphs, shared nodes, arrays, a second backward, and chains of diamonds."""
    x, y, z, w = (float(it) for it in np.round(rng.uniform(0.4, 1.9, 4) * rng.choice([-1, 1], 4), 4))
    worked = (("+", 0, 1), ("*", 3, 2))
    neuron = (("*", 0, 1), ("+", 3, 2), ("exp", 4), ("+", 5, 0), ("reciprocal", 6))
    shortcut = (("*", 0, 1), ("exp", 2), ("+", 0, 3))
    longer = (("exp", 0), ("*", 2, 1), ("+", 3, 0), ("*", 4, 2), ("+", 5, 5), ("*", 6, 0))
    # An inner node that is used directly and through another one, as the first input and as the second.
    shared = (("exp", 0), ("*", 2, 1))
    left, right = (*shared, ("+", 2, 3)), (*shared, ("+", 3, 2))
    arrays = tuple(rng.uniform(0.5, 1.5, (2, 3)) for _ in range(3))
    return (
        Probe(f"f = (x + y) * z with x = {x}, y = {y}, z = {z}", ((x, y, z), worked), script="graph"),
        Probe(f"b = a + a with a = {w}", ((w,), (("+", 0, 0),)), script="graph"),
        Probe(f"a * a with a = {y}", ((y,), (("*", 0, 0),)), script="graph"),
        Probe(f"exp(a) with a = {z}", ((z,), (("exp", 0),)), script="graph"),
        Probe(f"1/a with a = {x}", ((x,), (("reciprocal", 0),)), script="graph"),
        Probe("1 / (x + exp(x * y + z))", ((abs(x), y, z), neuron), script="graph"),
        Probe("x + exp(x * y)", ((x, y), shortcut), script="graph"),
        Probe("a graph that uses x four times", ((x / 2, w / 2), longer), script="graph"),
        Probe("a + a * y with a = exp(x)", ((x, y), left), script="graph"),
        Probe("a * y + a with a = exp(x)", ((z, w), right), script="graph"),
        Probe("arrays of one shape", (arrays, neuron), script="graph"),
        Probe("(x + y) * z, backward called twice", ((x, y, z), worked), script="graph twice"),
        Probe("chains of diamonds", (w, (1, 2, 5, 8, 14)), script="diamonds"),
    )


def node_sample(rng):
    """A graph that uses its last node twice, with random numbers for its inputs."""
    x, y, z = (float(it) for it in rng.uniform(0.4, 1.9, 3))
    return (x, -y, z), (("*", 0, 1), ("+", 3, 2), ("exp", 4), ("+", 5, 0), ("reciprocal", 6), ("*", 7, 7))
