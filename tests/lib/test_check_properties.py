"""Each property catches an answer whose values on the probes are right."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.checking import Probe, judge
from chainrule.checking.judging.properties import PROPERTIES
from chainrule.exercises import find
from support.toys import COIN, coin, toy


def scaled(upstream, z):
    return upstream * z


def scaled_probes(rng):
    return (Probe("a batch", (rng.standard_normal((4, 3)), rng.standard_normal((4, 3)))),)


def row_sums(x):
    return x.sum(axis=1)


def row_probes(rng):
    return (Probe("a batch", (rng.standard_normal((4, 3)),)),)


def remembering():
    """Right on the first call only."""
    calls = []

    def answer(x):
        calls.append(1)
        return x.sum(axis=1) + (len(calls) - 1)

    return answer


def memorised(first_result):
    """Knows the right results of the visible inputs by heart."""
    return lambda upstream, z: first_result


def counting_rows(x):
    """Right for batches, wrong for one example."""
    return x.sum(axis=1) if len(x) > 1 else x.sum(axis=1) + 1.0


def own_generator(rng, n):
    return np.random.default_rng().integers(0, 2, n).astype(float)


def same_every_time(rng, n):
    return np.random.default_rng(0).integers(0, 2, n).astype(float)


def global_seed(rng, n):
    np.random.seed(0)  # noqa: NPY002 - the mistake
    return coin(rng, n)


def global_draw(rng, n):
    np.random.random()  # noqa: NPY002 - the mistake
    return coin(rng, n)


def shared_purse(epochs):
    """A budget that lies in an attribute of the function: the next one that is made takes its place."""
    shared_purse.left = epochs

    def charge(cost):
        paid = cost <= shared_purse.left
        shared_purse.left -= cost if paid else 0
        return paid

    return charge


def exact_share(shape, keep, rng):
    count = shape[0] * shape[1]
    return rng.permutation(np.arange(count) < keep * count).reshape(shape)


def violation(name, answer, exercise):
    """The sentence of one property alone."""
    return PROPERTIES[name](exercise.key(0), answer)


SCALED = toy(scaled, scaled_probes, properties=("scales_with_upstream",))
ROWS = toy(row_sums, row_probes, properties=("row_by_row",))
VIOLATIONS = {
    "repeatable": (remembering(), ROWS),
    "scales_with_upstream": (memorised(np.ones((4, 3))), SCALED),
    "row_by_row": (counting_rows, toy(row_sums, row_probes, tolerance=50.0)),
    "same_seed_same_result": (own_generator, COIN),
    "advances_generator": (same_every_time, COIN),
    "leaves_global_generator": (global_seed, COIN),
    "two_at_once": (shared_purse, find("training_budget")),
    "each_entry_by_itself": (exact_share, find("draw_mask")),
}


def test_every_property_has_a_violation_here():
    assert set(PROPERTIES) == set(VIOLATIONS)


@pytest.mark.parametrize("name", [n for n in PROPERTIES if n != "repeatable"])
def test_violation_is_told(name):
    answer, exercise = VIOLATIONS[name]

    assert violation(name, answer, exercise).endswith(".")


@pytest.mark.parametrize("name", ["same_seed_same_result", "advances_generator", "leaves_global_generator"])
def test_right_random_answer_has_the_property(name):
    assert violation(name, coin, COIN) == ""


@pytest.mark.parametrize(
    ("name", "exercise"),
    [
        ("scales_with_upstream", SCALED),
        ("row_by_row", ROWS),
        ("two_at_once", find("training_budget")),
        ("two_at_once", find("EarlyStopping")),
        ("each_entry_by_itself", find("draw_mask")),
    ],
)
def test_right_answer_has_the_property(name, exercise):
    assert violation(name, exercise.reference, exercise) == ""


def test_an_answer_that_remembers_fails_the_check_although_its_values_are_right():
    verdict = judge(ROWS.key(0), remembering())

    assert verdict.finding.slug == "repeatable"
    assert "Does it keep something?" in verdict.text()


def test_visible_results_by_heart_fail_the_check():
    key = SCALED.key(0)
    verdict = judge(key, memorised(key.cases[0].expected.value.copy()))

    assert verdict.finding.slug == "scales-with-upstream"


def test_a_batch_answer_that_fails_for_one_example_fails_the_check():
    verdict = judge(ROWS.key(0), counting_rows)

    assert verdict.finding.slug == "row-by-row"


@pytest.mark.parametrize("answer", [global_seed, global_draw])
def test_the_global_generator_is_put_back(answer):
    np.random.seed(7)  # noqa: NPY002 - a state that no answer here leaves behind
    violation("leaves_global_generator", answer, COIN)
    after = np.random.random(3)  # noqa: NPY002 - what is watched
    np.random.seed(7)  # noqa: NPY002 - see above

    assert np.array_equal(np.random.random(3), after)  # noqa: NPY002 - see above


def test_drawing_from_the_global_generator_is_told():
    assert "global generator" in violation("leaves_global_generator", global_draw, COIN)


def test_a_gate_whose_memory_is_that_of_all_gates_fails_the_check():
    class Shared:
        kept: list = []  # noqa: RUF012 - the mistake

        def forward(self, x, y):
            self.kept[:] = [x, y]
            return x * y

        def backward(self, upstream):
            return upstream * self.kept[1], upstream * self.kept[0]

    assert "backward" in judge(find("MulGate").key(0), Shared).text()
