"""The proof of the checks can fail: each broken declaration is found."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from chainrule.authoring.proving.hunt import hunt, is_equivalent
from chainrule.authoring.proving.mutants import mutants_of
from chainrule.authoring.proving.traps import page_text
from chainrule.authoring.proving.verify import verify_exercise
from chainrule.checking import AuthorError, Gradient, Probe
from chainrule.checking.declaring.gradients import gradient_error
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import find
from support.toys import DOUBLE, toy

ELU = find("elu_grad")


def changed(**fields):
    return verify_exercise(dataclasses.replace(ELU, **fields), seeds=[0]).problems


def test_an_untouched_exercise_is_clean():
    assert () == changed()


def test_a_rejected_alternative_is_found():
    problems = changed(alternatives={**ELU.alternatives, "off by one": lambda z, alpha: z + 1.0})

    assert "rejects the right answer 'off by one'" in problems[0]


def test_a_mistake_that_passes_is_found():
    problems = changed(mistakes={**ELU.mistakes, "harmless": (ELU.reference, "No mistake.")})

    assert problems == ("elu_grad: the mistake 'harmless' passes (seed 0).",)


def test_a_mistake_under_two_names_is_found():
    name, (wrong, *_) = next(iter(ELU.mistakes.items()))
    problems = changed(mistakes={**ELU.mistakes, "twin": (wrong, "The same again.")})

    assert problems == (f"elu_grad: the mistake 'twin' is named {name!r} (seed 0).",)


def test_a_tolerance_too_tight_for_right_answers_is_found():
    problems = changed(tolerance=5.0)

    assert any("so the tolerance must be at least" in problem for problem in problems)


def test_a_wrong_reference_is_found_by_central_differences():
    problems = changed(reference=lambda z, alpha: 1.001 * ELU.reference(z, alpha), alternatives={})

    assert any("differs from central differences" in problem for problem in problems)


def test_too_few_alternatives_and_mistakes_are_found():
    problems = changed(alternatives={}, mistakes={}, traps=())

    assert problems == ("elu_grad: needs at least 2 alternatives.", "elu_grad: needs at least 3 mistakes.")


def test_a_reference_that_raises_is_the_authors_error():
    broken = toy(lambda x: 1 / 0, lambda rng: (Probe("anything", (1.0,)),), name="broken")

    with pytest.raises(AuthorError, match="broken: the reference raised ZeroDivisionError"):
        broken.key(0)


def test_a_kink_without_bounds_is_the_authors_error():
    kinked = toy(np.sign, lambda rng: (Probe("zero", (np.zeros(1),), kink=True),), name="kinked")

    with pytest.raises(AuthorError, match="kink without bounds"):
        kinked.key(0)


class TestTraps:
    """What a page says is checked."""

    PAGE = "For z > 0 the slope is 1, and at most alpha elsewhere."

    def problems(self, *traps):
        return verify_exercise(dataclasses.replace(ELU, traps=traps), seeds=[0], page=self.PAGE).problems

    def test_a_refused_mutant_whose_sentence_stands_there_is_fine(self):
        assert self.problems(Trap(lambda z, alpha: 0.0 * z, breaks="For z > 0\n  the slope is 1")) == ()

    def test_a_mutant_that_passes_is_found(self):
        (problem,) = self.problems(Trap(ELU.reference, breaks="the slope is 1"))

        assert problem == (
            "elu_grad: a mutant that breaks 'the slope is 1' passes (seed 0); add a probe that shows it."
        )

    def test_a_sentence_that_no_longer_stands_there_is_found(self):
        (problem,) = self.problems(Trap("alpha_forgotten", breaks="the slope is 2"))

        assert problem.startswith("elu_grad: 'the slope is 2' does not stand on the page of 02_activations")

    def test_an_unknown_mistake_is_the_authors_error(self):
        with pytest.raises(AuthorError, match="a trap names the mistake 'nobody'"):
            dataclasses.replace(ELU, traps=(Trap("nobody", breaks="the slope is 1"),))

    def test_a_page_holds_prose_and_stubs_but_no_answers(self, tmp_path):
        cell = '"""Keep a copy."""\n    ### BEGIN SOLUTION\n    return 42\n    ### END SOLUTION'
        (tmp_path / "unit.py").write_text(f"# %% [markdown]\n# Take it\n# anew.\n\ndef f():\n    {cell}\n")

        assert page_text(tmp_path / "unit.py").endswith('Take it anew. def f(): """Keep a copy."""')


class TestGradientOracle:
    """Central differences know no formula."""

    CUBE = Gradient(of=lambda z: z**3, wrt=("z",))

    def error(self, answer, rng):
        return gradient_error(answer, ("z",), (rng.uniform(0.5, 2.0, (4, 3)),), self.CUBE, rng)

    def test_a_right_derivative_is_below_a_millionth(self, rng):
        assert self.error(lambda z: 3 * z**2, rng) < 1e-8

    @pytest.mark.parametrize("wrong", [lambda z: 3.001 * z**2, lambda z: 3 * z, lambda z: z**2, lambda z: 0 * z])
    def test_a_wrong_derivative_is_far_above(self, wrong, rng):
        assert self.error(wrong, rng) > 1e-4

    def test_a_gradient_that_ignores_upstream_is_far_above(self, rng):
        z, upstream = rng.uniform(0.5, 2.0, (2, 4, 3))
        error = gradient_error(lambda upstream, z: 3 * z**2, ("upstream", "z"), (upstream, z), self.CUBE, rng)

        assert error > 1e-2


class TestMutants:
    """Random changes of right answers, and what becomes of them."""

    def test_they_differ_from_the_original(self):
        changes = [mutant.change for mutant in mutants_of(DOUBLE.reference)]

        assert "double: 2.0 * x becomes 2.0 + x" in changes
        assert len(changes) == len(set(changes)) >= 6

    def test_helpers_are_mutated_too(self):
        assert any(mutant.change.startswith("elu_grad:") for mutant in mutants_of(find("elu_backward").reference))

    def test_wrong_ones_are_caught(self):
        found = hunt(DOUBLE)

        assert found.wrong == found.caught >= 6

    def test_a_check_that_looks_at_nothing_lets_them_escape(self):
        blind = dataclasses.replace(DOUBLE, probes=lambda rng: (Probe("zero alone", (np.zeros(1),)),))
        found = hunt(blind)

        assert len(found.escaped) + found.equivalent > 0
        assert any("0.5" not in change for change in found.escaped)

    def test_an_equivalent_answer_is_recognised(self):
        key = DOUBLE.key(1)

        assert is_equivalent(DOUBLE, key, lambda x: x + x)
        assert not is_equivalent(DOUBLE, key, lambda x: 2.0 * x + 1e-3)

    def test_a_lambda_has_no_source_to_change(self):
        assert mutants_of(lambda x: x + 1) == []

    def test_a_chain_of_comparisons_keeps_its_other_half(self):
        """Only the first comparison changes; the mutant must still be Python."""
        changes = [mutant.change for mutant in mutants_of(clipped_index)]

        assert "clipped_index: 1 <= k <= 5 becomes 1 >= k <= 5" in changes


def clipped_index(k):
    """A function with two comparisons in one."""
    return k if 1 <= k <= 5 else 0
