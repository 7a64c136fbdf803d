"""What an honest line does to an array in place, or returns, is never told as tampering."""

from __future__ import annotations

import numpy as np
import pytest

from proctor.examiner.dressed import dressed
from proctor.examiner.standins import StandIn
from proctor.inside.aliases import recast, restore
from proctor.inside.arrays import are_characters
from proctor.inside.pack import encode
from proctor.inside.unpack import decode
from proctor.inside.wire import Handle, Malformed, Unfit
from support.examining import Bench, answer, check, given, points_of

IDENTITY = "def f(x):\n    return x"
SETUP = "import numpy as np"


@pytest.fixture(scope="module")
def bench():
    with Bench("numpy") as made:
        yield made


def graded(bench, test, text, solved=IDENTITY):
    """A notebook of two questions; the first is answered with a text."""
    parts = [given(SETUP), answer(solved), check(test), answer("def g():\n    return 1"), check("assert g() == 1")]
    return bench.assess(bench.assignment(parts), {"a1": text})


IN_PLACE = {
    "dtype": "x.dtype = np.int64",
    "smaller numbers": "x.dtype = np.int32",
    "larger numbers": "x.dtype = np.complex128",
    "byte order": "x.dtype = '>f8'",
    "dates": "x.dtype = 'M8[s]'",
    "bytes": "x.dtype = 'S4'",
    "shape": "x.shape = (8,)",
    "dtype and shape": "x.dtype = np.uint8\n    x.shape = (4, 16)",
    "strides": "x.strides = (8, 16)",
    "bytes swapped": "x.byteswap(inplace=True)",
    "values after it": "x.dtype = np.int64\n    x[0] = 7",
}
CANNOT_CROSS = {
    "fields": "x.dtype = [('a', 'f8')]",
    "raw bytes": "x.dtype = 'V8'",
    "no characters": "x.dtype = 'U2'",
    "another size": "x.resize((20,), refcheck=False)",
}


class TestArraysInPlace:
    """A line that changes what an array is, in place, is honest: the test sees the array as it is then."""

    @pytest.mark.parametrize("line", IN_PLACE.values(), ids=IN_PLACE.keys())
    def test_the_new_state_arrives(self, bench, line):
        code = f"import numpy as np\ndef f(x):\n    {line}\n    return x"
        want = "want = np.arange(1.0, 9.0).reshape(2, 4)\nh(want)"
        test = (
            f"{code.replace('def f', 'def h')}\nx = np.arange(1.0, 9.0).reshape(2, 4)\ny = f(x)\n{want}\n"
            "assert y is x\nassert (x.dtype, x.shape, x.tobytes()) == (want.dtype, want.shape, want.tobytes())"
        )
        assessment = graded(bench, test, code, code)

        assert {"t1": 1, "t2": 1} == points_of(assessment)
        assert ((), ()) == (assessment.suspicions, assessment.troubles)

    @pytest.mark.parametrize("line", CANNOT_CROSS.values(), ids=CANNOT_CROSS.keys())
    def test_what_cannot_cross_leaves_its_question_alone_to_a_person(self, bench, line):
        code = f"import numpy as np\ndef f(x):\n    {line}\n    return 1"
        assessment = graded(bench, "x = np.arange(8.0)\nassert f(x) == 1", code, "def f(x):\n    return 1")

        # What cannot be done in a call over the wire, which holds the array too, is the answer's own error.
        refused = assessment.notebooks[0].questions[0].note.startswith("ValueError")
        assert {"t1": 0 if refused else None, "t2": 1} == points_of(assessment)
        assert ((), ()) == (assessment.suspicions, assessment.troubles)
        assert assessment.notebooks[0].questions[0].note.startswith(("Uncrossable: ", "ValueError: cannot resize"))

    def test_a_part_of_an_array_may_take_another_shape(self, bench):
        code = "def f(x):\n    x.shape = (2, 2)\n    x += 1"
        test = "x = np.zeros(6)\npart = x[:4]\nf(part)\nassert part.shape == (2, 2) and x.sum() == 4"

        assert {"t1": 1, "t2": 1} == points_of(graded(bench, test, code, code))

    @pytest.mark.parametrize("dtype", [np.int64, np.int32, ">f8", ">i4", "S4", "M8[s]"])
    def test_bytes_stay_and_views_see_them(self, dtype):
        original, copy = np.arange(8.0).reshape(2, 4), np.arange(8.0).reshape(2, 4)
        view = original.view()
        copy.dtype = dtype
        restore(original, decode(encode(recast(copy))))

        assert (copy.dtype, copy.shape, copy.tobytes()) == (original.dtype, original.shape, original.tobytes())
        assert (np.float64, (2, 4)) == (view.dtype, view.shape)
        assert np.shares_memory(view, original)

    @pytest.mark.parametrize(
        ("original", "values"),
        [
            pytest.param(np.zeros(2), np.zeros(3, np.int64), id="another size"),
            pytest.param(np.zeros((4, 4))[:, ::2], np.zeros((4, 4), np.int32), id="a part that has holes"),
            pytest.param(np.zeros((4, 4)).T[1:], np.zeros(12), id="a part across rows"),
            pytest.param(np.zeros((4, 4))[:, :3], np.zeros(12, np.int64), id="the dtype would go, the shape would not"),
        ],
    )
    def test_what_is_not_possible_leaves_the_original(self, original, values):
        before = original.dtype, original.shape
        with pytest.raises(Unfit):
            restore(original, ("recast", values.dtype.str, values))

        assert before == (original.dtype, original.shape)

    @pytest.mark.parametrize(
        "found",
        [
            ("recast", "<f8"),
            ("recast", "<f8", [1.0, 2.0]),
            ("recast", 3, np.zeros(2)),
            ("recast", "<i8", np.zeros(2)),
            ("recast", "O", np.zeros(2)),
            ("recast", "|V8", np.zeros(2)),
            ("other", "<f8", np.zeros(2)),
        ],
        ids=str,
    )
    def test_a_state_that_is_none_is_refused(self, found):
        with pytest.raises(Malformed) as caught:
            restore(np.zeros(2), found)
        assert type(caught.value) is Malformed


HONEST = {
    "a fraction of NumPy's integers": (
        "from fractions import Fraction\nimport numpy as np\ndef f(x):\n    return Fraction(np.int64(1), np.int64(x))",
        "from fractions import Fraction\nassert f(3) == Fraction(1, 3)",
        1,
    ),
    "many digits": (
        "from decimal import Decimal, getcontext\ndef f(x):\n    getcontext().prec = 5000\n    return Decimal(1) / x",
        "assert float(f(3)) > 0.3",
        0,
    ),
    "a list that lies in a set": (
        "class State(list):\n    def __hash__(self):\n        return 1\ndef f(x):\n    return {State([x])}",
        "assert len(f(3)) == 1",
        1,
    ),
    "texts of no characters": (
        "import numpy as np\ndef f(x):\n    return np.full(4, x * 1e9).view('U2')",
        "assert f(3).size",
        0,
    ),
    "a bytearray that is looked at": ("def f(x):\n    x.append(1)", "x = bytearray(3)\ny = memoryview(x)\nf(x)", 0),
    "a name that is none": (
        "class Box(dict):\n    __name__ = 'a\\0b'\ndef f(x):\n    return Box(a=x)",
        "assert f(3)['a'] == 3",
        1,
    ),
}


@pytest.mark.parametrize(("text", "test", "points"), HONEST.values(), ids=HONEST.keys())
def test_an_honest_value_is_never_told_as_tampering(bench, text, test, points):
    """What our own half inside sends, the examiner takes; else only the question is lost."""
    solved = "def f(x):\n    return [x] if x != 3 else type('T', (dict,), {})(a=3)"
    parts = [answer(text), check(test), answer("def g():\n    return 1"), check("assert g() == 1")]
    assignment = bench.assignment(parts if points else [answer(solved), *parts[1:]], solved=bool(points))
    assessment = bench.assess(assignment, {"a1": text, "a2": "def g():\n    return 1"})

    assert ((), ()) == (assessment.suspicions, assessment.troubles)
    assert 1 == points_of(assessment)["t2"]
    assert (1, True) == (points_of(assessment)["t1"], assessment.notebooks[0].questions[0].verified) or not points


def test_characters_are_told_from_other_bytes():
    assert [True, False, False] == [
        are_characters(np.uint32([it]).tobytes(), halves=False) for it in (65, 0xD800, 1 << 21)
    ]
    assert [True, False] == [are_characters(np.uint32([it]).tobytes(), halves=True) for it in (0xD800, 1 << 21)]


def test_an_object_in_a_class_that_has_a_hash_can_lie_in_a_set():
    made = dressed(StandIn(None, Handle(1, "data", "State")), [1])

    assert {made} == {made}
    assert [1] == made
