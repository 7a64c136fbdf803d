"""The finding is the most telling one: a named mistake first, then symptoms, then regularities."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from chainrule.checking import Probe, Strided, judge
from chainrule.checking.comparing.probes import materialize
from chainrule.exercises import UNITS, find, of_unit
from chainrule.nn.collapse import collapse
from support.toys import ADDER, COUNTER, DOUBLE, toy

EXERCISES = [pytest.param(exercise, id=exercise.name) for unit in UNITS for exercise in of_unit(unit)]


@pytest.mark.parametrize("exercise", EXERCISES)
class TestDeclaredMistakes:
    """A declared mistake is caught, named and shown to apply."""

    def test_each_is_named(self, exercise):
        key = exercise.key(77)
        inputs = f"all {len(key.cases)} inputs" if len(key.cases) > 1 else "the one input"
        drawn = any(case.probe.statistics for case in key.cases)  # numbers differ from draw to draw
        extent = "This mistake gives" if drawn else f"This mistake gives exactly your results on {inputs} tried."
        findings = {name: judge(key, mistake.wrong).finding for name, mistake in exercise.mistakes.items()}

        assert {name: name for name in findings} == {name: finding.mistake for name, finding in findings.items()}
        for name, mistake in exercise.mistakes.items():
            lines = findings[name].lines

            assert mistake.explanation in lines
            assert any(line.startswith(extent) for line in lines)

    def test_explanations_are_unique_sentences(self, exercise):
        explanations = [mistake.explanation for mistake in exercise.mistakes.values()]

        assert len(explanations) == len(set(explanations))
        assert [text for text in explanations if not text.endswith((".", "?"))] == []


class TestOrder:
    """Which of several symptoms is told."""

    def test_a_named_mistake_comes_before_the_exception_it_raises(self):
        finding = judge(DOUBLE.key(0), lambda x: x.other_thing).finding

        assert finding.mistake == "crashes"
        assert finding.slug == "raises"

    def test_an_unknown_mistake_is_not_named(self):
        finding = judge(find("relu").key(0), lambda z: np.maximum(z, 0) + 3.0).finding

        assert finding.mistake == ""
        assert finding.slug == "value"

    @pytest.mark.parametrize(
        ("exercise", "answer"),
        [
            ("hinge_loss", lambda scores, y, delta: (scores - scores[np.arange(len(y)), y] + delta).sum() / len(y)),
            ("fully_connected", lambda x, W, b: np.add(b, x @ W, out=b)),
            ("collapse_two", lambda W1, b1, W2, b2, p, q, r, s: (W1 * W2, (b1 + q) * W2 + b2)),
        ],
    )
    def test_an_exception_over_other_shapes_is_another_mistake(self, exercise, answer):
        finding = judge(find(exercise).key(0), answer).finding

        assert finding.slug == "raises"
        assert finding.mistake == ""

    def test_the_smallest_failing_input_is_shown(self):
        finding = judge(find("relu").key(0), lambda z: np.maximum(z, 0) + 3.0).finding

        assert finding.lines[0] == "Tried on: one number in a 1 x 1 array."
        assert finding.lines[1].startswith("At z = ")

    def test_the_picture_is_that_of_the_smallest_failing_input_with_several_entries(self):
        key = find("relu").key(0)
        finding = judge(key, lambda z: np.maximum(z, 0) + 3.0).finding
        sizes = [case.size for case in key.cases if case.size > 1 and not case.expected.is_interval]

        assert finding.yours.size == min(sizes) < max(sizes)

    @pytest.mark.parametrize("index", [(0, 0), (2, 1), (4, 0)])
    def test_a_wrong_entry_is_named_by_all_its_places(self, index):
        def product(A, B):
            found = A @ B
            found[index] += 1.0
            return found

        probe = Probe("two matrices", (np.ones((5, 20)), np.ones((20, 2))))
        exercise = toy(lambda A, B: A @ B, lambda _: (probe,), name="product")

        assert f"Entry {list(index)} of your result is 21, expected 20." in judge(exercise.key(0), product).text()

    def test_a_changed_input_comes_before_wrong_numbers(self):
        def answer(z):
            z[...] = z - 1.5
            return z

        assert judge(find("relu").key(0), answer).finding.slug == "modified"

    def test_differences_behind_the_shown_digits_are_written_out(self):
        finding = judge(DOUBLE.key(0), lambda x: 2.0 * x * (1 + 1e-10)).finding
        found, expected = finding.lines[1].rstrip(".").split(" is ")[1].split(", expected ")

        assert found != expected

    @pytest.mark.parametrize(
        ("answer", "tried"),
        [(lambda z: 0 * z + 7, "two numbers"), (lambda z: np.where(z, z > 0, 7), "a corner")],
    )
    def test_an_ordinary_input_comes_before_a_corner(self, answer, tried):
        """Even a larger one: at a corner more than one slope is right."""
        ends = lambda z: (1.0 * (z > 0), 1.0 * (z >= 0))  # noqa: E731
        corner, ordinary = Probe("a corner", (np.zeros(1),), kink=True), Probe("two numbers", (np.array([3.0, -3.0]),))
        slope = toy(lambda z: 1.0 * (z > 0), lambda _: (corner, ordinary), name="slope", bounds=ends)

        assert judge(slope.key(0), answer).finding.lines[0] == f"Tried on: {tried}."


class TestClassesAndFunctions:
    """Answers may be classes, or functions that return functions."""

    @pytest.mark.parametrize("exercise", [COUNTER, ADDER], ids=["class", "function"])
    def test_the_reference_passes(self, exercise):
        assert judge(exercise.key(0), exercise.reference).passed

    @pytest.mark.parametrize("exercise", [COUNTER, ADDER], ids=["class", "function"])
    def test_its_mistake_is_named(self, exercise):
        name, mistake = next(iter(exercise.mistakes.items()))

        assert name == judge(exercise.key(0), mistake.wrong).finding.mistake

    def test_a_missing_method_is_told(self):
        class Empty:
            def __init__(self, step):
                pass

        assert "no attribute 'count'" in judge(COUNTER.key(0), Empty).text()


def test_a_key_keeps_no_more_of_an_exception_than_its_numbers():
    """The rest differs from one version of NumPy to the next."""

    def crashes(x):
        raise ValueError(f"shapes ({x.size},) and (7,) do not go together")

    (known,) = dataclasses.replace(DOUBLE, mistakes={"crashes": (crashes, "It crashes.")}).key(0).mistakes

    assert ["3 7", "10 7"] == [outcome.failure.message for outcome in known.outcomes]


def test_one_input_is_told_in_the_singular():
    assert judge(find("xor_network").key(0), find("xor_network").reference).right.startswith(
        "right on the one visible input."
    )


def test_a_regularity_reaches_the_student():
    text = judge(find("relu_backward").key(0), lambda upstream, z: 5.0 * upstream * (z > 0)).text()

    assert "Every entry is 5 times the right one." in text


def test_every_call_gets_fresh_arguments():
    """What an answer does to its input cannot reach the next call or the expectation."""
    seen = []

    def answer(x):
        seen.append(x.copy())
        x[:] = 99.0
        return 2.0 * x

    key = DOUBLE.key(0)
    judge(key, answer)

    assert all(array.max() < 2.0 for array in seen)
    assert key.cases[0].probe.args[0].max() < 2.0


def test_strided_arguments_keep_their_values():
    values = np.arange(6.0).reshape(2, 3)
    made = materialize(Strided(values))

    assert np.array_equal(values, made)
    assert not made.flags["C_CONTIGUOUS"]


def test_two_mistakes_with_one_sentence_are_refused():
    from chainrule.checking import AuthorError

    with pytest.raises(AuthorError, match=r"explanation given twice: 'This halves\.'"):
        dataclasses.replace(DOUBLE, mistakes={**DOUBLE.mistakes, "again": DOUBLE.mistakes["halves"]})


def slips(z):
    return z + no_such_name  # noqa: F821 - a student's slip


class TestLine:
    """Where an exception came from: the innermost line that the student wrote."""

    @pytest.mark.parametrize(
        ("answer", "line"),
        [
            (slips, "return z + no_such_name"),
            (lambda z: slips(z), "return z + no_such_name"),
            (lambda z: np.apply_along_axis(slips, 0, z), "return z + no_such_name"),
            (lambda z: np.linalg.norm(z, ord="none"), "(lambda z: np.linalg.norm("),
        ],
        ids=["its own", "of a helper", "of a function that NumPy calls", "that calls NumPy"],
    )
    def test_is_told(self, answer, line):
        (told,) = (it for it in judge(find("relu").key(0), answer).finding.lines if it.startswith("It raised"))

        assert told.partition(": ")[2].startswith(line)


class TestFirstAid:
    """The commonest slips get a sentence of their own."""

    @pytest.mark.parametrize(
        ("exercise", "answer", "words"),
        [
            ("relu", lambda z: max(z, 0), "use xp.where or xp.maximum"),
            ("sigmoid", lambda z: 1 / (1 + math.exp(-z)), "the functions of math take one number"),
            ("tanh_grad_from_output", lambda a: 1 - a ^ 2, "^ is no power in Python"),
            ("sigmoid_grad_from_output", lambda a: a @ (1 - a), "Entry by entry the product is *"),
            (
                "standardize_split",
                lambda X_train, X_test: (X_train - X_train.mean(axis=1), X_test - X_train.mean(axis=1)),
                "is lined up with the columns",
            ),
            (
                "gradient_descent",
                lambda grad, w, lr, steps: (w, [w] * (steps + 1)),
                "grad = lambda x: 1.5 * x + 2, w = 2",
            ),
            (
                "collapse",
                lambda weights, biases, slope, offset: (
                    collapse(weights, biases, slope, offset),
                    weights.pop(),
                    biases.pop(),
                )[0],
                "and biases were changed",
            ),
            ("sigmoid", lambda z: np.exp(z) * np.inf / np.inf, "nan comes from 0/0"),
            ("sigmoid_backward", lambda a, upstream: upstream * a * (1 - a), "mind the order"),
            ("selu", lambda z: np.where(z > 0, 1.05 * z, 1.758 * np.expm1(np.minimum(z, 0))), "constant or the result"),
            ("sigmoid_grad_from_output", lambda a: np.round(a * (1 - a), 4), "right to about"),
        ],
    )
    def test_the_message_helps(self, exercise, answer, words):
        assert words in judge(find(exercise).key(0), answer).text()

    def test_an_unwritten_helper_is_named(self):
        def sigmoid_grad_from_output(a):
            raise NotImplementedError("Write sigmoid_grad_from_output here, run this cell, then run the check below.")

        text = judge(find("sigmoid_grad").key(0), lambda z: sigmoid_grad_from_output(z)).text()

        assert "It calls a function that is not written yet: Write sigmoid_grad_from_output here" in text

    def test_an_overflow_that_does_no_harm_is_a_note(self):
        verdict = judge(find("elu").key(0), lambda z, alpha: np.where(z > 0, z, alpha * (np.exp(z) - 1)))

        assert verdict.passed
        assert "It does no harm here." in verdict.notes[0]

    def test_several_results_may_come_as_a_list(self):
        exercise = find("prelu_backward")
        verdict = judge(exercise.key(0), lambda *args: list(exercise.reference(*args)))

        assert verdict.passed

    @pytest.mark.parametrize("W_shape", [(2,), (2, 1)])
    def test_a_view_does_not_hide_another_shape(self, W_shape):
        exercise = find("maxout_pieces")
        answer = lambda alpha: (np.array([1.0, alpha]).reshape(W_shape), np.zeros((2, 1)))  # noqa: E731
        finding = judge(exercise.key(0), answer).finding

        assert finding.slug == "shape"
        assert finding.mistake == ""

    def test_a_form_is_told_on_an_ordinary_batch(self):
        assert judge(find("relu").key(0), np.ravel).finding.lines[0].startswith("Tried on: a batch of")

    def test_minus_zero_is_written_as_zero(self):
        text = judge(find("relu").key(0), lambda z: np.minimum(z, 0) * 0 - 1).text()

        assert "-0," not in text
        assert "expected -0." not in text


def test_an_exception_alone_names_no_mistake():
    """Many wrong products raise ValueError on the same inputs as a declared mistake does."""
    key = find("l2_backward").key(0)
    finding = judge(key, lambda W, x: (x.T @ (2 * W @ x), W.T @ (2 * W @ x))).finding

    assert ("", "raises") == (finding.mistake, finding.slug)


def test_a_call_of_a_class_is_told_with_what_it_got():
    class StopsAtOnce(find("EarlyStopping").reference):
        def update(self, loss, parameters):
            super().update(loss, parameters)
            return True

    text = judge(find("EarlyStopping").key(0), StopsAtOnce).text()

    assert "The result of call 1 of update, with 1, ..., is True, expected False." in text


@pytest.mark.parametrize("name", ["translate", "dropconnect_forward"])
def test_an_input_at_the_place_of_a_wrong_entry_is_shown_only_where_it_belongs_to_it(name):
    """A shifted image takes its entries from elsewhere; a square matrix has the shape of the result by chance."""
    exercise = find(name)
    text = judge(exercise.key(0), lambda *args: 1.01 * exercise.reference(*args)).text()

    assert ("Entry [" in text, "At " in text) == (True, False)


def test_the_largest_entry_of_a_random_result_is_no_ratio():
    exercise = find("random_crop")
    wrong = exercise.mistakes["last_place_never_drawn"].wrong
    text = judge(exercise.key(0), wrong).text()

    assert "The number of different places of the crops is" in text
    assert "times the right one" not in text
