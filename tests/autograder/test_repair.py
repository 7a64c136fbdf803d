"""Whatever happened to a notebook, the author's cells are there once and in order, and no student's code is lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings, strategies as st

from proctor.intake.repair import align
from proctor.model import Cell
from proctor.plan.notebook import Role
from support.plans import PLAN, RELEASE, handed_in

ANSWER, OTHER_ANSWER = "def f(x):\n    return 3 * x", "def f(x):\n    return 4 * x"
TESTS = [it.grade_id for it in PLAN.cells if it.role is Role.TEST]
AT = {it.grade_id: number for number, it in enumerate(RELEASE) if it.grade_id}
OWN = Cell("code", "scratch = 1")
PUT_BACK = "The cell {} was missing; it was put back."
MOVED = "Cells had been moved; they ran in the order in which they were handed out."


def changed(*, without=(), insert=(), replace=()):
    """The release with cells left out, put in at a place, or replaced; by grade id or number."""
    cells = list(RELEASE)
    for place, cell in replace:
        cells[AT.get(place, place)] = cell
    for place, cell in sorted(((AT.get(place, place), cell) for place, cell in insert), key=lambda it: -it[0]):
        cells.insert(place, cell)
    gone = [RELEASE[AT.get(place, place)] for place in without]
    return handed_in(*[it for it in cells if not any(it is other for other in gone)])


def aligned(submission):
    """The steps by grade id, and the sentences."""
    found = align(PLAN, submission)
    return {it.grade_id: it for it in found.steps if it.grade_id}, found.repairs


def order(submission):
    return [it.grade_id or it.source[:7] for it in align(PLAN, submission).steps]


class TestHonest:
    """What is not damaged is not touched."""

    def test_the_release_passes_as_it_is(self):
        found = align(PLAN, handed_in())

        assert found.repairs == ()
        assert [it.grade_id for it in found.steps] == [it.grade_id for it in RELEASE]

    def test_answers_keep_the_students_text(self):
        steps, repairs = aligned(handed_in(f=ANSWER, essay="my words", plot="plt.plot(x)"))

        assert [ANSWER, "my words", "plt.plot(x)"] == [steps[name].source for name in ("f", "essay", "plot")]
        assert repairs == ()

    def test_tests_are_whole_again(self):
        steps, _ = aligned(handed_in())

        assert "HIDDEN" in steps["f-check"].source

    @pytest.mark.parametrize("name", ["data", "f-check", "g-check"])
    def test_locked_cells_are_the_authors(self, name):
        steps, _ = aligned(handed_in(**{name: "pass"}))

        assert PLAN.by_id[name].restored == steps[name].source

    @pytest.mark.parametrize("name", ["data", "f-check"])
    def test_a_locked_cell_that_was_changed_is_told(self, name):
        _, repairs = aligned(handed_in(**{name: "pass"}))

        assert repairs == (f"The cell {name} had been changed; the author's text counts.",)

    @pytest.mark.parametrize("source", [PLAN.by_id["f-check"].tests, "assert f(2) == 4  \n\n"], ids=["whole", "spaces"])
    def test_a_test_that_is_the_authors_is_not_told(self, source):
        assert aligned(handed_in(**{"f-check": source}))[1] == ()

    def test_own_cells_stay_behind_the_cell_that_they_follow(self):
        assert order(changed(insert=[("f-check", OWN)]))[4:7] == ["f", "scratch", "f-check"]

    def test_own_cells_before_everything_stay_there(self):
        assert order(changed(insert=[("intro", OWN)]))[0] == "scratch"

    def test_text_does_not_run(self):
        found = align(PLAN, handed_in()).steps

        assert {it.kind == "code" for it in found if it.runs} == {True}
        assert [it.grade_id for it in found if not it.runs] == ["intro", "", "essay", "task"]

    def test_what_was_repaired_before_is_told_first(self):
        submission = changed(without=["data"])
        submission = type(submission)(submission.file, submission.cells, ("It was renamed.",))

        assert align(PLAN, submission).repairs == ("It was renamed.", PUT_BACK.format("data"))


DAMAGES = {
    "a copied test": (changed(insert=[("g", RELEASE[AT["f-check"]])]), "The cell f-check is there 2 times"),
    "a copied answer": (changed(insert=[("g", RELEASE[AT["f"]])]), "The cell f is there 2 times"),
    "a copied locked cell": (changed(insert=[("g", RELEASE[AT["data"]])]), "The cell data is there 2 times"),
    "a deleted test": (changed(without=["f-check"]), PUT_BACK.format("f-check")),
    "a deleted locked cell": (changed(without=["data"]), PUT_BACK.format("data")),
    "a deleted task": (changed(without=["task"]), PUT_BACK.format("task")),
    "a deleted essay": (changed(without=["essay"]), PUT_BACK.format("essay")),
    "a deleted answer": (changed(without=["f"]), "The cell f is missing."),
    "a deleted cell of the author": (changed(without=[1]), PUT_BACK.format("of the author")),
    "a renamed test": (
        changed(replace=[("f-check", Cell("code", RELEASE[AT["f-check"]].source, "mine"))]),
        "The cell f-check had lost its name; it was recognized by its text.",
    ),
    "a test without its name": (
        changed(replace=[("g-check", Cell("code", RELEASE[AT["g-check"]].source))]),
        "The cell g-check had lost its name; it was recognized by its text.",
    ),
    "a renamed answer": (
        changed(replace=[("f", Cell("code", ANSWER, "f-1"))]),
        "The cell f was called 'f-1'; it was recognized.",
    ),
    "an answer below its test": (changed(without=["f"], insert=[("g", Cell("code", ANSWER, "f"))]), MOVED),
    "a notebook upside down": (handed_in(*RELEASE[::-1]), MOVED),
    "an answer turned into text": (
        changed(replace=[("f", Cell("markdown", ANSWER, "f"))]),
        "The cell f had become markdown; it is code again.",
    ),
    "a test turned into text": (
        changed(replace=[("f-check", Cell("markdown", "assert", "f-check"))]),
        "The cell f-check had become markdown; it is code again.",
    ),
    "an essay turned into code": (
        changed(replace=[("essay", Cell("code", "my words", "essay"))]),
        "The cell essay had become code; it is markdown again.",
    ),
}


@pytest.mark.parametrize(("submission", "sentence"), DAMAGES.values(), ids=DAMAGES.keys())
class TestDamages:
    """Each is put right and told in one sentence."""

    def test_is_told(self, submission, sentence):
        repairs = align(PLAN, submission).repairs

        assert any(it.startswith(sentence) for it in repairs)
        assert all(it[0].isupper() and it.endswith(".") for it in repairs)
        assert len(repairs) <= 2

    def test_is_put_right(self, submission, sentence):
        found = [it for it in align(PLAN, submission).steps if it.role in (Role.TEST, Role.AUTHOR)]

        expected = [(it.grade_id, it.kind, it.restored) for it in PLAN.cells if it.role in (Role.TEST, Role.AUTHOR)]
        assert expected == [(it.grade_id, it.kind, it.source) for it in found]


class TestAnswers:
    """Which text of an answer counts."""

    @pytest.mark.parametrize(
        ("cells", "counts"),
        [
            pytest.param([ANSWER, OTHER_ANSWER], OTHER_ANSWER, id="the last"),
            pytest.param([ANSWER, RELEASE[AT["f"]].source], ANSWER, id="the one that was written"),
            pytest.param([ANSWER, " \n"], ANSWER, id="not an empty one"),
            pytest.param([RELEASE[AT["f"]].source] * 2, RELEASE[AT["f"]].source, id="none was written"),
        ],
    )
    def test_of_copies_one_counts_and_the_others_run_too(self, cells, counts):
        first, second = (Cell("code", it, "f") for it in cells)
        found = align(PLAN, changed(replace=[("f", first)], insert=[("f-check", second)])).steps
        own = [it.source for it in found if it.role is Role.STUDENTS and it.runs]

        assert [counts] == [it.source for it in found if it.grade_id == "f"]
        assert Counter(cells) == Counter([counts, *own])

    def test_the_halves_of_a_split_cell_both_run(self):
        head, tail = Cell("code", "import os", "f"), Cell("code", ANSWER, "f")
        found = align(PLAN, changed(replace=[("f", head)], insert=[("f-check", tail)])).steps

        assert ["import os", ANSWER] == [it.source for it in found if it.source in ("import os", ANSWER)]

    def test_an_answer_in_a_cell_of_ones_own_runs(self):
        found = align(PLAN, changed(replace=[("f", Cell("code", ANSWER))])).steps

        assert ANSWER in [it.source for it in found if it.runs]
        assert "f" not in [it.grade_id for it in found]

    def test_an_answer_as_text_runs_as_code(self):
        steps, _ = aligned(changed(replace=[("f", Cell("markdown", ANSWER, "f"))]))

        assert (ANSWER, "code", True) == (steps["f"].source, steps["f"].kind, steps["f"].runs)

    @pytest.mark.parametrize("name", ["plot", "essay", "task"])
    def test_what_a_person_marks_is_put_back_but_does_not_run(self, name):
        steps, _ = aligned(changed(without=[name]))

        assert (True, False, PLAN.by_id[name].source) == (steps[name].put_back, steps[name].runs, steps[name].source)

    def test_of_two_missing_answers_none_is_guessed(self):
        cells = [
            it for it in RELEASE if it.grade_id not in ("f", "f-check", "g", "g-check") and "helper" not in it.source
        ]
        steps, _ = aligned(handed_in(*cells[:4], Cell("code", ANSWER, "mine"), *cells[4:]))

        assert ("f" in steps, "g" in steps) == (False, False)


class TestAuthorsOwn:
    """Cells of the author that the gradebook does not know."""

    def test_an_edited_one_is_the_students(self):
        edited = Cell("code", "import math, os")
        found = align(PLAN, changed(replace=[(1, edited)])).steps

        assert [Role.STUDENTS] == [it.role for it in found if it.source == edited.source]
        assert RELEASE[1].source not in [it.source for it in found]

    def test_text_that_was_moved_to_the_end_draws_no_test_behind_it(self):
        cells = [it for it in RELEASE if it.grade_id not in ("intro", "f-check")]

        assert [it for it in order(handed_in(*cells, RELEASE[0])) if it in ("f-check", "g-check", "intro")] == [
            *("f-check", "g-check", "intro"),
        ]

    def test_a_test_comes_back_behind_the_own_code_before_it(self):
        cells = [it for it in RELEASE if it.grade_id != "g-check"]

        assert order(handed_in(*cells[:8], OWN, *cells[8:]))[7:10] == ["g", "scratch", "g-check"]

    def test_a_copied_one_counts_once(self):
        found = align(PLAN, changed(insert=[("g", RELEASE[1])])).steps

        assert [Role.AUTHOR, Role.STUDENTS] == [it.role for it in found if it.source == RELEASE[1].source]


CELLS = st.sampled_from(RELEASE)
ODD = st.builds(
    Cell,
    st.sampled_from(["code", "markdown", "raw"]),
    st.sampled_from(["", " ", "own = 1", ANSWER, *(it.source for it in RELEASE)]),
    st.sampled_from(["", "unknown", *AT]),
)
SHUFFLED = st.permutations(RELEASE) | st.lists(CELLS | ODD, max_size=25)


class TestAnyDamage:
    """Shuffled, copied, deleted, renamed, retyped: the same holds."""

    @settings(max_examples=500, deadline=None)
    @given(SHUFFLED)
    def test_every_test_is_there_once_in_order_and_the_authors(self, cells):
        found = [it for it in align(PLAN, handed_in(*cells, OWN)).steps if it.role is Role.TEST]

        assert [(name, PLAN.by_id[name].tests, "code", True) for name in TESTS] == [
            (it.grade_id, it.source, it.kind, it.runs) for it in found
        ]

    @settings(max_examples=500, deadline=None)
    @given(SHUFFLED)
    def test_no_cell_of_the_gradebook_is_there_twice(self, cells):
        found = Counter(it.grade_id for it in align(PLAN, handed_in(*cells, OWN)).steps if it.grade_id)

        assert set(found.values()) == {1}

    @settings(max_examples=500, deadline=None)
    @given(SHUFFLED)
    def test_no_code_of_the_students_is_lost(self, cells):
        """Each text that is not the author's own runs as often as it was handed in."""
        found = Counter(it.source for it in align(PLAN, handed_in(*cells, OWN)).steps if it.runs)
        handed = Counter(it.source for it in [*cells, OWN] if it.kind == "code" and it.grade_id in ("", "f", "g"))
        authors = {text for it in PLAN.cells for text in (it.source, it.tests)}

        assert {text: count for text, count in handed.items() if text not in authors and found[text] < count} == {}

    @settings(max_examples=300, deadline=None)
    @given(st.permutations(RELEASE) | st.lists(CELLS, unique=True))
    def test_what_was_put_right_is_in_order(self, cells):
        """A repaired notebook needs no repair; but an answer that is missing stays so."""
        steps = align(PLAN, handed_in(*cells, OWN)).steps
        again = align(PLAN, handed_in(*[Cell(it.kind, it.source, it.grade_id, it.tags) for it in steps]))

        assert [it for it in again.repairs if "is missing" not in it] == []
