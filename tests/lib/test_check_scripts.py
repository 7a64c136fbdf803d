"""Scripts use classes in several calls: right ones pass, wrong ones are told in words."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.authoring.proving.mutants import mutants_of
from chainrule.authoring.simulating.standalone import standalone_cell
from chainrule.checking import judge
from chainrule.checking.catalog.entries import SCRIPTS, script_parameters
from chainrule.checking.comparing.observe import observe
from chainrule.checking.comparing.probes import Named, Probe
from chainrule.checking.telling.display import as_html
from chainrule.exercises import UNITS, find, of_unit


def told(name, answer):
    return judge(find(name).key(3), answer).text()


def used_scripts():
    rng = np.random.default_rng
    return {probe.script for unit in UNITS for it in of_unit(unit) for probe in it.probes(rng(0)) if probe.script}


def test_every_script_is_used_by_some_exercise():
    assert set(SCRIPTS) == used_scripts()


def test_a_script_names_its_arguments():
    assert ("inputs", "upstream") == script_parameters("gate")


class WithoutBackward:
    def forward(self, x, y):
        return x + y


class NoReturn:
    def forward(self, x, y):
        return x + y

    def backward(self, upstream):
        pass


class ChangesX:
    def forward(self, x):
        np.negative(x, out=x)
        return x

    def backward(self, upstream):
        return upstream


class TestWords:
    """What a student reads about a class."""

    def test_an_object_in_place_of_the_class(self):
        text = told("AddGate", WithoutBackward())

        assert "it is not a class" in text
        assert "Expected a class AddGate(), found a value of type WithoutBackward." in text

    def test_a_missing_method(self):
        assert "has no attribute 'backward'" in told("AddGate", WithoutBackward)

    def test_a_missing_return(self):
        assert "Expected the result of backward, found None. Is a return missing?" in told("AddGate", NoReturn)

    def test_a_changed_argument_is_named_as_the_text_names_it(self):
        assert "x was changed in place" in told("ReLU", ChangesX)

    def test_the_line_of_a_method_is_told(self):
        class Raises:
            def forward(self, x, y):
                return x + undefined  # noqa: F821 - a student's slip

        assert "return x + undefined" in told("AddGate", Raises)

    def test_a_stub_is_told_as_not_written(self):
        class Stub:
            def forward(self, x, y):
                raise NotImplementedError("Write AddGate here, run this cell, then run the check below.")

        assert "it is not written yet" in told("AddGate", Stub)

    def test_a_forgotten_self_is_told(self):
        class WithoutSelf:
            def forward(x, y):  # noqa: N805 - a student's slip
                return x + y

        assert "The first parameter of every method is self." in told("AddGate", WithoutSelf)

    def test_gradients_may_come_as_the_rows_of_an_array(self):
        class Rows:
            def forward(self, x, y):
                return x + y

            def backward(self, upstream):
                return np.array([upstream, upstream])

        assert judge(find("AddGate").key(3), Rows).passed

    def test_a_node_that_nothing_reaches_is_told_by_its_gradient(self):
        class Unconnected(find("Node").reference):
            def __mul__(self, other):
                return Unconnected(self.value * other.value)

        assert "is 0, expected" in told("Node", Unconnected)

    @pytest.mark.parametrize("answer", [lambda X, y, size, rng: (X, y), lambda X, y, size, rng: ([X, X, X], [y, y, y])])
    def test_batches_that_are_no_pairs_are_told(self, answer):
        text = told("minibatches", answer)

        assert "Expected each batch to be a pair (rows of X, their labels), found" in text
        assert "raised" not in text

    def test_the_sizes_of_batches_are_listed(self):
        def of_ten(X, y, size, rng):
            return [(X[i : i + 10], y[i : i + 10]) for i in range(0, len(X), 10)]

        assert "The list of the sizes of the batches is [10, 10, 1], expected [1, 1" in told("minibatches", of_ten)


class TestFirstWrongIntermediate:
    """The check of a network ends its table at the first wrong result."""

    @staticmethod
    def wrong_in_layer_two(params, x):
        a, caches = x, []
        for number, (W, b) in enumerate(params, 1):
            z = a @ W + b + (0.25 if number == 2 else 0.0)
            caches.append((a, W, z))
            a = z if number == len(params) else np.maximum(z, 0)
        return a, caches

    def test_it_is_named(self):
        verdict = judge(find("mlp_forward").key(3), self.wrong_in_layer_two)

        assert "layer 2: z is" in verdict.text()
        assert "layer 1: z" in verdict.finding.table
        assert "<- first difference" in verdict.finding.table.splitlines()[-2]

    def test_the_panel_keeps_its_columns(self):
        verdict = judge(find("mlp_forward").key(3), self.wrong_in_layer_two)

        assert '<pre style="white-space:pre;' in as_html(verdict)
        assert as_html(verdict).count("first difference:") == 1

    def test_backward_starts_at_the_last_layer(self):
        exercise = find("mlp_backward")
        wrong = exercise.mistakes["relu_mask_missing"].wrong
        table = judge(exercise.key(3), wrong).finding.table

        assert ["layer 2: dW", "layer 2: db", "layer 1: dW"] == [line[:11] for line in table.splitlines()[1:4]]

    def test_a_transposed_gradient_is_told_with_its_layer(self):
        exercise = find("mlp_backward")
        wrong = exercise.mistakes["dW_transposed"].wrong

        assert "is it transposed?" in judge(exercise.key(3), wrong).text()

    @pytest.mark.parametrize("name", ["sgd_step", "mlp_backward"])
    def test_lists_pass_for_tuples(self, name):
        exercise = find(name)

        def with_lists(*args):
            return [list(pair) for pair in exercise.reference(*args)]

        assert judge(exercise.key(3), with_lists).passed

    def test_a_layer_too_few_is_told(self):
        right = find("mlp_backward").reference

        assert "Expected 'layer 2: dW' in the result, found no entry" in told(
            "mlp_backward", lambda *args: right(*args)[:-1]
        )

    def test_a_layer_too_many_is_told(self):
        right = find("mlp_backward").reference

        assert "found 6: 'layer 3: dW' is too many." in told(
            "mlp_backward", lambda *args: right(*args) + right(*args)[:1]
        )

    def test_an_input_of_the_shape_of_the_logits_is_not_shown_beside_them(self):
        def negated(params, x):
            logits, caches = find("mlp_forward").reference(params, x)
            return -logits, caches

        assert "Entry [0, " in told("mlp_forward", negated)


def test_parameters_in_lists_count_for_the_rounding():
    """float32 weights in a list: a student who works in float64 is right too."""
    exercise = find("sgd_step")

    def in_float64(params, grads, lr):
        pairs = zip(params, grads, strict=True)
        return [tuple(w.astype(float) - lr * g.astype(float) for w, g in zip(*it, strict=True)) for it in pairs]

    assert judge(exercise.key(3), in_float64).passed


def test_path_counting_is_told_by_its_time():
    exercise = find("Node")
    wrong = exercise.mistakes["follows_every_path"].wrong

    assert "do 14 take at most 8 times as long as 8?" in told("Node", wrong)


class TestClassesAsAnswers:
    """Tools of authors work on classes as they do on functions."""

    def test_mutants_of_a_class_differ_from_it(self):
        probe = Probe("numbers", ((3.0, -4.0), 2.0), script="gate")
        right = observe(find("MulGate").reference, probe).value
        values = [observe(it.answer, probe).value for it in mutants_of(find("MulGate").reference)]

        assert len(values) >= 5
        assert all(repr(value) != repr(right) for value in values)

    @pytest.mark.parametrize("exercise", [it for it in of_unit("04") if it.name[0].isupper()], ids=lambda it: it.name)
    def test_every_declared_class_is_written_down_as_one_cell(self, exercise):
        key = exercise.key(5)
        wrong = {name: mistake.wrong for name, mistake in exercise.mistakes.items()}
        right = {"": exercise.reference, **exercise.alternatives}
        for name, answer in {**wrong, **right}.items():
            space = {}
            exec(standalone_cell(exercise.name, answer), space)  # noqa: S102 - what a simulated student hands in
            finding = judge(key, space[exercise.name]).finding

            assert (name if name in wrong else "") == (finding.mistake if finding else "")


def test_a_named_function_may_be_called_as_a_gradient():
    probe = Probe("slope", (Named("sine slope", (2.0, 3.0)), np.zeros(2)))

    assert [6.0, 6.0] == observe(lambda grad, x: grad(x), probe).value.tolist()
