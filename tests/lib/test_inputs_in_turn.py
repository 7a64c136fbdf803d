"""What must vary among a student's hidden inputs is there for every student, not for most."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.exercises import find
from chainrule.exercises.sampling import between, entrywise_probes

STUDENTS = 10_000


def last_arguments(probes):
    return np.array([probe.args[-1] for probe in probes])


@pytest.mark.timeout(120)
def test_every_student_gets_leaky_slopes_on_both_sides_of_one():
    leaky = find("leaky_relu")
    few = [
        seed
        for seed in range(STUDENTS)
        if not 4 <= (last_arguments(leaky.probes(np.random.default_rng(seed))) > 1).sum() <= 5
    ]

    assert few == []


def test_several_kinds_of_numbers_take_turns(rng):
    kinds = (between(1, 2), between(3, 4), between(5, 6))
    drawn = last_arguments(entrywise_probes(rng, between(0, 1), scalar=kinds))

    assert (drawn.astype(int) - 1).tolist() == [0, 2, 4, 0, 2, 4, 0]
