"""Exercise 2.3: the gradient that shrinks through layers of sigmoids."""

from __future__ import annotations

import math

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap

__all__ = ["SIGMOID_GRADIENT_BOUND"]


def sigmoid_gradient_bound(layers):
    """The largest possible factor of the gradient through `layers` sigmoids with weights of 1."""
    return 0.25**layers


def bound_by_product(layers):
    factor = 1.0
    for _ in range(layers):
        factor *= 0.25
    return factor


SIGMOID_GRADIENT_BOUND = Exercise(
    name="sigmoid_gradient_bound",
    unit="02_activations",
    number="2.3",
    title="How small the gradient gets",
    points=1,
    reference=sigmoid_gradient_bound,
    hints=(
        (
            "One layer multiplies the gradient by 0.25 at best. "
            "What does a second layer do with what is left: does it subtract something, or does it multiply once more? "
            "By what is a gradient multiplied that goes through no layer at all?"
        ),
        (
            "Multiplying by the same number again and again is a power. "
            "The number is the largest slope that a sigmoid has, and the exponent is the number of layers. "
            "For 0 layers the power is 1, which is right: nothing has happened to the gradient."
        ),
        (
            "Two layers leave at most 0.0625. "
            "Four layers are two and then two more: 0.0625 times 0.0625 is 0.0039. "
            "Six layers multiply by 0.0625 once more, and leave at most 0.000244."
        ),
    ),
    alternatives={
        "layer by layer": bound_by_product,
        "as a power of 2": lambda layers: 2.0 ** (-2 * layers),
        "through logarithms": lambda layers: math.exp(-layers * math.log(4.0)),
    },
    probes=lambda rng: tuple(
        Probe(f"{layers} layers", (int(layers),)) for layers in (2, 1, 3, 5, 10, 3 + int(rng.integers(9, 20)))
    ),
    sample=lambda rng: (int(rng.integers(1, 40)),),
    tolerance=200.0,
    mistakes={
        "slope_of_tanh": (
            lambda layers: 1.0**layers,
            "1 is the largest slope of tanh; that of the sigmoid is 0.25, at z = 0.",
        ),
        "sum_of_the_slopes": (
            lambda layers: 0.25 * layers,
            "0.25 L adds the slopes; along a path they are multiplied.",
        ),
        "half_a_layer": (
            lambda layers: 0.5**layers,
            "0.5 is the output of the sigmoid at z = 0; the slope there is 0.5 (1 - 0.5) = 0.25.",
        ),
        "one_layer_short": (
            lambda layers: 0.25 ** (layers - 1),
            "Each of the L layers multiplies by its own slope, the last one too: L factors, not L - 1.",
        ),
    },
    traps=(
        Trap("sum_of_the_slopes", breaks="A gradient that goes down through $L$ layers is multiplied by $L$ slopes."),
    ),
)
