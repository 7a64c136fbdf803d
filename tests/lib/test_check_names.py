"""A mistake gives its name where it alone explains nearly all that is wrong; else an answer only looks like it."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checking import Probe, judge
from chainrule.exercises import find
from support.toys import DOUBLE, toy


class TestNames:
    """What is named, and what is only told."""

    def test_what_a_mistake_explains_in_most_cases_looks_like_it(self):
        def mostly(z):
            return np.minimum(z, 0) if z.size > 1 else np.zeros(z.shape) - 7.0

        finding = judge(find("relu").key(0), mostly).finding
        explanation = find("relu").mistakes["keeps_the_negative_side"].explanation

        assert (finding.title, finding.mistake) == ("some numbers differ", "")
        assert f"It looks like this: {explanation}" == finding.cause
        assert finding.cause in finding.lines
        assert any("of the 9 inputs where you differ" in line for line in finding.lines)

    def test_two_mistakes_that_explain_as_much_give_no_name(self):
        def answer(z):
            return -np.abs(z) if z.size > 1 else 3.0 * np.abs(z) + 1.0

        def one(z):
            return -np.abs(z) if z.size > 1 else z - 1.0

        def other(z):
            return -np.abs(z) if z.size > 1 else z - 2.0

        mistakes = {"one": (one, "This is one."), "other": (other, "This is another.")}
        probes = tuple(Probe(f"{n} numbers", (np.linspace(1.0, 2.0, n),)) for n in range(1, 13))
        alone, both = (
            toy(lambda z: 1.0 * z, lambda _: probes, mistakes=known) for known in ({"one": mistakes["one"]}, mistakes)
        )

        assert ["one", ""] == [judge(it.key(0), answer).finding.mistake for it in (alone, both)]

    @pytest.mark.parametrize("other", [lambda x: None, lambda x: "2 x", lambda x: (x, x), lambda x: np.float16(2 * x)])
    def test_agreement_on_one_input_is_no_mistake(self, other):
        """It may be chance."""
        finding = judge(DOUBLE.key(0), lambda x: x * x if x.ndim == 1 else other(x)).finding

        assert ("", "") == (finding.mistake, finding.cause)

    def test_a_mistake_that_errs_where_the_answer_is_right_is_not_named(self):
        def moves_up_and_asks_for_every_entry(prepare, x_train, x_test):
            return bool((prepare(x_train, x_test) != prepare(x_train, x_test + 1000.0)).all())

        finding = judge(find("leaks").key(0), moves_up_and_asks_for_every_entry).finding

        told = find("leaks").mistakes["every_entry_demanded"].explanation
        assert finding.slug == "value"
        assert finding.mistake == ""
        assert told in finding.cause  # not that of "upside_down", which is wrong on every input
