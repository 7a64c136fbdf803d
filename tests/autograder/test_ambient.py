"""The global random states and warnings travel with a call."""

from __future__ import annotations

import random
import warnings

import numpy as np
import pytest

from proctor.inside.ambient import fingerprint, random_state, recorded_warnings, set_random_state
from proctor.inside.pack import encode
from proctor.inside.unpack import decode
from proctor.inside.wire import Handle

DRAWS = {
    "numpy": lambda: np.random.random(),  # noqa: NPY002 - what many tests call
    "numpy normal": lambda: np.random.standard_normal(),  # noqa: NPY002
    "numpy seed": lambda: np.random.seed(3),  # noqa: NPY002
    "numpy shuffle": lambda: np.random.shuffle([1, 2, 3]),  # noqa: NPY002
    "random": lambda: random.random(),  # noqa: S311 - what many tests call
    "random gauss": lambda: random.gauss(0, 1),
    "random seed": lambda: random.seed(3),
    "random choice": lambda: random.choice([1, 2]),  # noqa: S311
}


@pytest.fixture(autouse=True)
def _global_state():
    """Leaves the global state as it was."""
    before = random_state()
    yield
    set_random_state(before)


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS.keys())
class TestFingerprint:
    """Each use of a global generator moves the fingerprint."""

    def test_differs_after_a_draw(self, draw):
        np.random.seed(0)  # noqa: NPY002
        random.seed(0)
        before = fingerprint()
        draw()

        assert before != fingerprint()

    def test_is_the_same_again_when_the_state_is(self, draw):
        state, before = random_state(), fingerprint()
        draw()
        set_random_state(state)

        assert before == fingerprint()


def test_looking_does_not_move_the_fingerprint():
    before = fingerprint()
    random_state()

    assert before == fingerprint()


@pytest.mark.parametrize("name", ["numpy normal", "random gauss"])
def test_half_used_pairs_of_normals_differ(name):
    """Both generators draw two normals at a time and keep one."""
    DRAWS[name]()
    before = fingerprint()
    DRAWS[name]()

    assert before != fingerprint()


class TestRandomState:
    """What is drawn after the way over the wire is what would have been drawn here."""

    def test_goes_on_where_it_was(self):
        for draw in DRAWS.values():
            draw()
        state = decode(encode(random_state()))
        draws = [draw for name, draw in DRAWS.items() if "seed" not in name]
        here = [draw() for draw in draws for _ in range(3)]
        np.random.seed(0)  # noqa: NPY002
        random.seed(0)
        set_random_state(state)
        there = [draw() for draw in draws for _ in range(3)]

        assert here == there

    ODD = (
        pytest.param(0, np.zeros(3, np.uint32), id="a short key"),
        pytest.param(0, range(10**12), id="a huge range for the key"),
        pytest.param(1, -1, id="a position before the key"),
        pytest.param(1, 2**30, id="a position behind the key"),
        pytest.param(1, True, id="a truth for the position"),
        pytest.param(2, None, id="no flag"),
        pytest.param(3, "0.5", id="a text for the normal"),
        pytest.param(4, 7, id="an unknown version"),
        pytest.param(5, [1, 2], id="a short list"),
        pytest.param(5, range(10**12), id="a huge range for the list"),
        pytest.param(5, [*range(624), 9999], id="an index behind the list"),
        pytest.param(5, [Handle(1)] * 625, id="objects in the list"),
        pytest.param(6, "a", id="a text for the other normal"),
    )

    @pytest.mark.parametrize(("place", "value"), ODD)
    def test_a_wrong_state_is_refused(self, place, value):
        state = random_state()
        state[place] = value
        before = random.getstate()

        with pytest.raises((TypeError, ValueError)):
            set_random_state(state)
        assert before == random.getstate()

    def test_an_object_in_the_old_version_of_a_state_is_not_asked(self):
        """Python computes with the numbers of version 2; a stand-in would ask the student's process."""

        class Asked:
            def __mod__(self, other):
                pytest.fail("it was asked")

        state = random_state()
        state[4:6] = [2, [Asked()] * 625]

        with pytest.raises(TypeError):
            set_random_state(state)

    @pytest.mark.parametrize("state", [None, [], {}, "abcdefg", 5], ids=repr)
    def test_what_is_no_state_is_refused(self, state):
        with pytest.raises((TypeError, ValueError)):
            set_random_state(state)


def warn(times=1):
    """What a student's function does."""
    for number in range(times):
        warnings.warn(f"watch out {number}", RuntimeWarning, stacklevel=1)


class TestWarnings:
    """Warnings of a block are kept as plain text, and the filters come back."""

    def test_category_and_text_are_kept(self):
        with recorded_warnings(always=True) as found:
            warn()

        assert list(found) == [["RuntimeWarning", "watch out 0"]]

    def test_always_beats_a_filter(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with recorded_warnings(always=True) as kept:
                warn()
            with recorded_warnings(always=False) as ignored:
                warn()

        assert (1, 0) == (len(list(kept)), len(list(ignored)))

    def test_no_more_than_a_hundred_are_told(self):
        with recorded_warnings(always=True) as found:
            warn(500)

        assert len(list(found)) == 100

    def test_a_long_text_is_cut(self):
        with recorded_warnings(always=True) as found:
            warnings.warn("x" * 9000, UserWarning, stacklevel=1)

        assert len(next(iter(found))[1]) == 2000

    def test_the_filters_are_as_before(self):
        before = list(warnings.filters)
        with recorded_warnings(always=True):
            warnings.simplefilter("error")

        assert before == list(warnings.filters)

    def test_a_block_that_was_not_entered_has_none(self):
        assert list(recorded_warnings(always=True)) == []
