"""Readings judge what a network computes: any right one passes, and a wrong one is told what it did."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest

from chainrule.checking import Named, Probe, judge
from chainrule.checking.comparing.compare import Expected, compare
from chainrule.checking.comparing.observe import observe
from chainrule.checking.comparing.probes import read_result
from chainrule.checking.keys.keyfile import pack, unpack
from chainrule.checking.values import Unreadable, count_numbers
from chainrule.exercises import find

ON_BITS = Named("network on bits", (2, 2))
XOR = ([np.ones((2, 2)), np.array([[1.0], [-2.0]])], [np.array([0.0, -1.0]), np.zeros(1)])


def verdict(result):
    """What the check says of an answer that returns this."""
    return judge(find("xor_network").key(0), lambda: result)


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(XOR, id="arrays"),
        pytest.param([list(part) for part in XOR], id="lists of arrays"),
        pytest.param(tuple(tuple(it.tolist() for it in part) for part in XOR), id="plain lists"),
        pytest.param(tuple([it.astype(np.float32) for it in part] for part in XOR), id="float32"),
        pytest.param(tuple([it.astype(int) for it in part] for part in XOR), id="integers"),
        pytest.param(
            ([np.array([[1, -1], [-1, 1]]), np.ones((1, 1)).repeat(2, 0)], [np.zeros(2), np.zeros(1)]),
            id="another network",
        ),
    ],
)
def test_any_right_network_passes(result):
    """Whatever holds its numbers, and whichever they are."""
    assert verdict(result).passed


@pytest.mark.parametrize(
    ("result", "words"),
    [
        pytest.param(np.eye(2), "a list of weights and a list of biases, found an array", id="one array"),
        pytest.param((1.0, 2.0), "one array for each layer, found a number", id="numbers"),
        pytest.param((*XOR, []), "found 3 results", id="three results"),
        pytest.param((XOR[0], XOR[1][:1]), "found 2 weights and 1 biases", id="a bias is missing"),
        pytest.param(([], []), "found 0 weights", id="no layers"),
        pytest.param(([np.ones(2)], [np.ones(1)]), "W of shape", id="weights in a row"),
        pytest.param(([np.ones((3, 1))], [np.ones(1)]), "Expected 2 rows in W of layer 1", id="three inputs"),
        pytest.param(([np.ones((2, 2))], [np.ones(2)]), "one output, found 2", id="two outputs"),
        pytest.param(([["a"], XOR[0][1]], XOR[1]), "an array of numbers for every layer", id="words"),
        pytest.param(([[[1, 2], [3]], XOR[0][1]], XOR[1]), "an array of numbers for every layer", id="ragged rows"),
    ],
)
def test_what_is_no_network_is_told(result, words):
    """In a sentence about the form, not as an exception."""
    found = verdict(result)

    assert not found.passed
    assert words in " ".join(found.finding.lines)
    assert "It raised" not in found.text()


def test_a_mistake_on_one_input_is_told_in_the_singular():
    """XOR has no other inputs to try."""
    either = ([np.ones((2, 2)), np.array([[1.0], [-1.0]])], XOR[1])

    assert "on the one input tried." in verdict(either).text()


def test_a_named_mistake_needs_no_general_hint():
    """W on the left is a matrix product already; to be told of @ would mislead."""
    found = judge(find("fully_connected").key(0), lambda x, W, b: W @ x + b)

    assert ("weights_on_the_left", False) == (found.finding.mistake, "entry by entry it is *" in found.text())


def test_a_missing_return_is_told_as_such():
    """A reading does not hide it."""
    assert "Is a return missing?" in verdict(None).text()


@pytest.mark.parametrize("number", [np.inf, np.nan, 1e308])
def test_numbers_of_any_size_are_judged(number):
    """Without a warning, and never as right."""
    assert not verdict(([XOR[0][0] * number, XOR[0][1]], XOR[1])).passed


def test_too_many_hidden_units_are_told():
    """Though the network is right."""
    wide = ([np.array([[1, 0, 1], [0, 1, 1]]), np.array([[1], [1], [-2]])], [np.array([0, 0, -1]), np.zeros(1)])

    assert verdict(wide).finding.mistake == "one_unit_too_many"


def test_a_curve_is_read_on_its_interval_alone():
    """Outside, right networks differ."""
    bent = ([np.ones((1, 1)), np.ones((1, 1))], [np.zeros(1), np.zeros(1)])
    straight = ([np.ones((1, 1))], [np.zeros(1)])
    inside, beyond = (Named("network on an interval", (low, 1.0, 11, 1)) for low in (0.0, -1.0))
    same, other = ([read_result(it, net) for net in (bent, straight)] for it in (inside, beyond))

    assert compare(Expected(same[0]), same[1], tolerance=50) is None
    assert compare(Expected(other[0]), other[1], tolerance=50) is not None


def test_an_unreadable_result_equals_only_itself():
    """So that a mistake which returns one is named."""
    one, two = Unreadable("This."), Unreadable("That.")

    assert compare(Expected(one), one, tolerance=0) is None
    assert compare(Expected(one), two, tolerance=0) is not None
    assert compare(Expected({"a": np.ones(1)}), one, tolerance=0).sentence == "This."


@pytest.mark.parametrize("name", ["xor_network", "parity_network", "relu_interpolant"])
def test_the_key_holds_no_network(name):
    """Only what it computes: neither weights nor layers to copy."""
    key = find(name).key(0)
    results = [case.expected.value for case in key.cases]
    results += [outcome.value for mistake in key.mistakes for outcome in mistake.outcomes if not outcome.failure]

    assert {dict, Unreadable} >= {type(it) for it in results}
    assert all(array.ndim <= 1 for it in results if isinstance(it, dict) for array in it.values())


def test_readings_travel_in_a_key():
    """With what they could not read."""
    key = find("xor_network").key(0)
    data = pack([key])
    structure = json.loads(np.load(io.BytesIO(data))["structure"].tobytes())

    assert "Unreadable" in json.dumps(structure)
    assert data == pack(unpack(data).values())
    assert unpack(data)["xor_network"].cases[0].probe.reading == ON_BITS


def test_lists_of_arrays_are_counted():
    """The smallest failing case is the one to show."""
    assert (15, 1) == (count_numbers([np.ones((3, 4)), (np.ones(2), 5.0)]), count_numbers("text"))


def test_float32_in_lists_sets_the_rounding_unit():
    """A right answer in float64 must not fail on float32 arguments."""
    key = find("collapse").key(0)
    case = next(it for it in key.cases if it.probe.label == "float32 arrays")

    assert case.eps > 1e-8
    assert observe(find("collapse").alternatives["with the biases inside the matrices"], case.probe).failure is None


def test_a_probe_without_a_reading_compares_the_result_itself():
    """As before."""
    assert observe(lambda: 3, Probe("plain", ())).value == 3
