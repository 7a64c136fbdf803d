"""Every function of the library on NumPy, on read-only NumPy, on the stand-in for CuPy, and on CuPy."""

from __future__ import annotations

import contextlib
import importlib
import pkgutil

import numpy as np
import pytest

import chainrule
from chainrule import experiments
from chainrule.authoring.building.parts import lies_in
from chainrule.backend import get_array_module, to_device, to_host
from chainrule.checking import judge
from chainrule.checking.comparing.observe import observe
from chainrule.checking.comparing.probes import materialize
from chainrule.checking.judging.device import carried, device_note
from chainrule.checking.telling import intermediates
from chainrule.exercises import UNITS, of_unit
from chainrule.nn import activations, approximation, graph, layers, metrics
from chainrule.nn.augmentation import images
from chainrule.nn.initializers import init_constant
from chainrule.nn.multilayer import ACTIVATIONS, multilayer_perceptron
from chainrule.nn.optimizers import SGD, Adam, Momentum
from chainrule.nn.preprocessing import arguments as of_preprocessing
from chainrule.nn.regularization import arguments as of_regularization
from chainrule.nn.training import fit
from chainrule.stand_in import pretending

EXERCISES = [pytest.param(exercise, id=exercise.name) for unit in UNITS for exercise in of_unit(unit)]
REFERENCES = {id(it.values[0].reference) for it in EXERCISES}
# Nothing of these computes with arrays that it is given, or they are the tools of the tests below.
ELSEWHERE = {
    *("aliases", "authoring", "backend", "checking", "cli", "desk", "doctor", "exercises", "lab", "plotting"),
    *("capstone.digits", "capstone.file", "capstone.form", "capstone.packing", "capstone.turning"),
    *("shell", "stand_in"),
}
# They take no arrays, or make them on the host for `to_device` to move.
ON_THE_HOST = {
    "load_clinic",
    "DataUnavailableError",
    "Digits", "Mnist", "floating_dtype", "layer_sizes", "load_digits", "load_gate", "load_mnist",
    "load_parity", "moons", "one_each", "saved_parameters", "share", "spirals", "strength_of", "throw_thumbtack",
}  # fmt: skip
# Descriptions of what others offer.
FORMS = {"EpochHook", "History", "Infers", "Layer", "Loss", "Optimizer", "StopsHere", "Gate", "Record", "Run"}


@contextlib.contextmanager
def numpy():
    yield np


@contextlib.contextmanager
def cupy():
    yield importlib.import_module("cupy")


DEVICES = [
    pytest.param(numpy, id="read-only numpy"),
    pytest.param(lambda: pretending(strict=True), id="stand-in"),
    pytest.param(cupy, id="cupy", marks=pytest.mark.needs("gpu")),
]


def node(function, *values):
    """Value and gradients of a function of nodes, whose output is summed."""
    nodes = [graph.Node(value) for value in values]
    output = graph.total(function(*nodes))
    output.backward()
    return [output.value, *(it.grad for it in nodes)]


def layer(made, x, upstream):
    return [made.forward(x), made.backward(upstream)]


def loss(made, output, y):
    return [made.forward(output, y), made.backward()]


def trained(xp, x, y, optimizer, **settings):
    rng = np.random.default_rng(1)
    network = multilayer_perceptron([x.shape[1], 8, 3], rng, xp=xp, dtype="float64", **settings)
    fit(network, x, y, optimizer=optimizer, epochs=2, batch_size=4, rng=rng, progress=False)
    return [network.parameters, network.infer(x)]


def small_trainer(x, y, xp):
    network = experiments.make_network([x.shape[1], 5, 3], np.random.default_rng(0), xp=xp)
    run = experiments.train(
        network, x, y, activation=activations.tanh, derivative=activations.tanh_grad, steps=3, lr=0.1,
    )  # fmt: skip
    right = experiments.accuracy_of(network, x, y, activations.tanh)
    return [experiments.classify(network, x, activations.tanh), xp.asarray([*run.losses, right])]


# From a name to a call with z (N, D), u of its shape, W (D, 3), b (3,), labels y (N,) and the module.
CALLS = {
    "elu_grad_from_output": lambda z, u, W, b, y, xp: activations.elu_grad_from_output(activations.elu(z)),
    "selu_grad_from_output": lambda z, u, W, b, y, xp: activations.selu_grad_from_output(activations.selu(z)),
    "tanh": lambda z, u, W, b, y, xp: activations.tanh(z),
    "prelu_grad": lambda z, u, W, b, y, xp: activations.prelu_grad(z, u[0]),
    "maxout_grad": lambda z, u, W, b, y, xp: activations.maxout_grad(xp.stack([z, u])),
    "leaky_relu_grad": lambda z, u, W, b, y, xp: activations.leaky_relu_grad(z, 0.1),
    "leaky_relu_grad_from_output": lambda z, u, W, b, y, xp: activations.leaky_relu_grad_from_output(z, 0.1),
    "relu_grad_from_output": lambda z, u, W, b, y, xp: activations.relu_grad_from_output(activations.relu(z)),
    "relu_network": lambda z, u, W, b, y, xp: approximation.relu_network([W], [b], z),
    "as_images": lambda z, u, W, b, y, xp: images.as_images(xp.stack([z, u])),
    "Weights": lambda z, u, W, b, y, xp: small_trainer(z, y, xp),
    "accuracy": lambda z, u, W, b, y, xp: xp.asarray(metrics.accuracy(y, y)),
    "confusion_matrix": lambda z, u, W, b, y, xp: metrics.confusion_matrix(y, y, 3),
    "mean": lambda z, u, W, b, y, xp: node(lambda a: graph.mean(a, axis=0), z),
    "take": lambda z, u, W, b, y, xp: node(lambda a: graph.take(a, (xp.arange(len(y)), y)), z),
    "total": lambda z, u, W, b, y, xp: node(lambda a: graph.total(a, axis=1), z),
    "cross_entropy": lambda z, u, W, b, y, xp: node(lambda a: graph.cross_entropy(a, y), z),
    "exp": lambda z, u, W, b, y, xp: node(graph.exp, z),
    "log": lambda z, u, W, b, y, xp: node(lambda a: graph.log(a * a), z),
    "maximum": lambda z, u, W, b, y, xp: node(graph.maximum, z, u),
    "reciprocal": lambda z, u, W, b, y, xp: node(graph.reciprocal, z),
    "relu": lambda z, u, W, b, y, xp: node(graph.relu, z),
    "sigmoid": lambda z, u, W, b, y, xp: node(graph.sigmoid, z),
    "Node": lambda z, u, W, b, y, xp: node(lambda a, c, d: (a @ c + d) * 2.0, z, W, b),
    "reshape_gate": lambda z, u, W, b, y, xp: node(lambda a: a.reshape(-1) if hasattr(a, "reshape") else a, z),
    "init_constant": lambda z, u, W, b, y, xp: list(init_constant((4, 3), 0.5, xp=xp)),
    "first_difference": lambda z, u, W, b, y, xp: [
        z
        if intermediates.first_difference({"z": z}, {"z": u}) and not intermediates.first_difference({"z": z}, {"z": z})
        else u
    ],
    "ELU": lambda z, u, W, b, y, xp: layer(layers.ELU(), z, u),
    "SELU": lambda z, u, W, b, y, xp: layer(layers.SELU(), z, u),
    "LeakyReLU": lambda z, u, W, b, y, xp: layer(layers.LeakyReLU(0.2), z, u),
    "PReLU": lambda z, u, W, b, y, xp: layer(layers.PReLU(u[0]), z, u),
    "Maxout": lambda z, u, W, b, y, xp: layer(layers.Maxout(xp.stack([W, -W]), xp.stack([b, b])), z, u[:, :3]),
    "Hinge": lambda z, u, W, b, y, xp: loss(layers.Hinge(0.5), z, y),
    "SquaredError": lambda z, u, W, b, y, xp: loss(layers.SquaredError(), z, u),
    "SGD": lambda z, u, W, b, y, xp: trained(xp, z, y, SGD(0.1)),
    "Momentum": lambda z, u, W, b, y, xp: trained(xp, z, y, Momentum(0.1), loss="hinge"),
    "Adam": lambda z, u, W, b, y, xp: trained(xp, z, y, Adam(0.01)),
    "as_examples": lambda z, u, W, b, y, xp: of_preprocessing.as_examples(z),
    "one_a_feature": lambda z, u, W, b, y, xp: of_preprocessing.one_a_feature("mean", u[0], z),
    "mask_like": lambda z, u, W, b, y, xp: of_regularization.mask_like(u > 0, z),
    **{
        f"multilayer_perceptron, {name}": lambda z, u, W, b, y, xp, name=name: trained(
            xp, z, y, SGD(0.1), activation=name
        )
        for name in ACTIVATIONS
    },
}
# They are called by the call on the right.
THROUGH = {
    "train": "Weights", "classify": "Weights", "forward": "Weights", "make_network": "Weights",
    "accuracy_of": "Weights", "Network": "multilayer_perceptron, relu",
    "fit": "SGD", "multilayer_perceptron": "SGD", "named_intermediates": "first_difference",
    "apply_gate": "Node", "topological_order": "Node", "take_gate": "take", "total_gate": "total",
}  # fmt: skip


def library():
    """Names of the public functions and classes that compute, and that no exercise has as its reference."""
    for info in pkgutil.walk_packages(chainrule.__path__, "chainrule."):
        if lies_in(info.name.removeprefix("chainrule."), ELSEWHERE):
            continue
        module = importlib.import_module(info.name)
        for name in getattr(module, "__all__", ()):
            value = getattr(module, name)
            if callable(value) and value.__module__ == info.name and id(value) not in REFERENCES:
                yield name


def test_no_function_is_left_out():
    """A new one needs a line above, or an exercise."""
    assert set(library()) - CALLS.keys() - THROUGH.keys() - ON_THE_HOST - FORMS == set()


def arguments(xp, dtype):
    rng = np.random.default_rng(8)
    z, u = rng.standard_normal((2, 5, 4)).astype(dtype)
    host = [z, u, rng.standard_normal((4, 3)).astype(dtype), rng.standard_normal(3).astype(dtype)]
    moved = [to_device(it, xp) for it in [*host, np.array([0, 2, 1, 1, 0])]]
    for it in moved if xp is np else ():
        it.setflags(write=False)
    return moved


def listed(result):
    return result if isinstance(result, (list, tuple)) else [result]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", CALLS)
def test_a_function_agrees_with_numpy(name, device, dtype):
    """Values of float64, the module and the dtype of the arguments."""
    expected = listed(CALLS[name](*arguments(np, "float64"), np))
    with device() as xp:
        results = listed(CALLS[name](*arguments(xp, dtype), xp))
        found = [to_host(it) for it in results]

        assert {get_array_module(it) for it in results} == {xp}
    tolerance = 1e-3 if dtype == "float32" else 1e-10
    assert all(np.allclose(*pair, rtol=tolerance, atol=tolerance) for pair in zip(expected, found, strict=True))


@pytest.mark.parametrize("device", DEVICES[1:])
@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_reference_is_right_on_the_device(exercise, device):
    """On every input that the checks try, classes too; that its result stays there is what the next test asks."""
    with device() as xp:
        verdict = judge(exercise.key(0), carried(exercise.reference, xp))

    assert verdict.finding is None


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_reference_is_refused(exercise):
    """The note that students get about their own answers."""
    answer = exercise.reference
    names = vars(importlib.import_module(answer.__module__))
    names["xp"] = np
    try:
        assert device_note(exercise.key(0), answer) == ""
    finally:
        del names["xp"]


def floats_in(value):
    """The arrays of real numbers in a value; numbers alone have the type that they were counted in."""
    if isinstance(value, (list, tuple)):
        return [array for entry in value for array in floats_in(entry)]
    return [value] if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind == "f" else []


def stays_single(answer, exercise):
    """Whether an answer gives float32 where all that it takes is float32; None where no probe asks."""
    found = []
    for probe in exercise.probes(np.random.default_rng(0)):
        given = floats_in([materialize(arg) for arg in probe.args])
        if given and all(array.dtype == np.float32 for array in given):
            outcome = observe(answer, probe)
            found += [array.dtype == np.float32 for array in floats_in(outcome.value)]
    return all(found) if found else None


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_reference_keeps_float32(exercise):
    shares = exercise.name == "accuracy_of_lines"  # it counts, and counts are no array of its inputs

    assert stays_single(exercise.reference, exercise) in ((False,) if shares else (True, None))
