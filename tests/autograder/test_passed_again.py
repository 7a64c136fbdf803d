"""An array that a test passes again is the same array inside, as it is in a notebook."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from proctor.examiner.arguments import Marks
from proctor.inside.again import Arrays
from support.examining import Bench, answer, check, given

KEEPS = "class Box:\n    def put(self, x):\n        self.kept = {kept}\n    def last(self):\n        return self.kept"
COPY = KEEPS.format(kept="x.copy()")
REFERENCE = KEEPS.format(kept="x")
TESTS = {
    "passed again": "x = np.zeros(3)\nbox, other = Box(), Box()\nbox.put(x)\nx += 1\nother.put(x)",
    "in a list": "x = np.zeros(3)\nbox, other = Box(), Box()\nbox.put(x)\nx[0] = 7\nother.put([x])",
}


@pytest.fixture(scope="module")
def bench():
    with Bench("numpy") as made:
        yield made


@pytest.mark.parametrize("test", TESTS.values(), ids=TESTS.keys())
def test_an_object_that_keeps_the_array_itself_sees_what_became_of_it(bench, test):
    solved = COPY if "[x]" not in test else COPY.replace("x.copy()", "np.array(x)")
    wrong = REFERENCE
    parts = [given("import numpy as np"), answer(solved), check(f"{test}\nassert not np.asarray(box.last()).any()")]
    assignment = bench.assignment(parts)

    assert [1] == list(bench.points(assignment, {}).values())
    assert [0] == list(bench.points(assignment, {"a1": wrong}).values())


def test_a_list_in_which_it_lies_is_filled_all_the_same(bench):
    text = "def f(x, path):\n    f.x = x\n    path.append(x + 1)"
    test = "x, path = np.zeros(2), [np.ones(1)]\nf(x, [x])\nx += 1\nf(x, path)\nassert path[1].tolist() == [2, 2]"
    assignment = bench.assignment([given("import numpy as np"), answer(text), check(test)])

    assert [1] == list(bench.points(assignment, {}).values())


class TestMarks:
    """An array has its mark as long as it lives."""

    def test_one_array_has_one_mark_and_two_arrays_have_two(self):
        marks, one, other = Marks(), np.zeros(2), np.zeros(2)
        assert [[0, 0], [2, 1]] == marks.of([one, [other], other])
        assert [[0, 1], [1, 0]] == marks.of([other, one])

    def test_an_array_at_the_address_of_one_that_is_gone_is_another(self):
        marks = Marks()
        seen = [marks.of([np.zeros(2)])[0][1] for _ in range(20)]
        assert 20 == len(set(seen))
        assert not marks._of


class TestArrays:
    """Inside, what student code holds is met again, and nothing else is kept."""

    def test_what_is_held_gets_the_new_numbers(self):
        arrays, first, second = Arrays(), np.zeros(2), np.ones(2)
        arrays.again((first,), [first], [[0, 5]])
        given = [second]
        ((found,), _) = arrays.again(((second,), {}), given, [[0, 5]])
        assert found is given[0] is first
        assert [1, 1] == first.tolist()

    def test_what_nobody_holds_is_freed(self):
        arrays = Arrays()
        array = np.zeros(2)
        arrays.again((array,), [array], [[0, 5]])
        del array
        gc.collect()
        assert not arrays._held

    def test_another_form_or_a_locked_array_is_left_alone(self):
        arrays, first = Arrays(), np.zeros(2)
        arrays.again((first,), [first], [[0, 5]])
        longer = np.ones(3)
        assert arrays.again((longer,), [longer], [[0, 5]])[0] is longer
        longer.flags.writeable = False
        third = np.full(3, 2.0)
        assert arrays.again((third,), [third], [[0, 5]])[0] is third
        assert [1, 1, 1] == longer.tolist()
