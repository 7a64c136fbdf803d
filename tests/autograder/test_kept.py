"""What grades a class again: whatever is executed or compared by machine, and no word of prose."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st

from proctor.assignment import digests
from proctor.assignment.executed import executed, moved, numbers
from proctor.assignment.files import Files
from proctor.assignment.ready import Assignment, NotebookTask
from proctor.course.limits import Limits
from proctor.model import Cell, NotebookRows
from proctor.plan.notebook import plan_notebook
from proctor.plan.ownership import guessed
from proctor.sandbox.policy import Fence
from support.plans import KERNEL, row

TEST = "assert f(2) == 4\n### BEGIN HIDDEN TESTS\nassert f(3) == 6\n### END HIDDEN TESTS"
ROWS = (
    row("intro", "markdown", "# Title", locked=True),
    row("data", "code", "x = [1, 2]", locked=True),
    row("f", "code", "def f(x):\n    raise NotImplementedError", solution=True),
    row("f-check", "code", TEST, points=2.0, graded=True, locked=True),
    row("essay", "markdown", "Your answer here", points=3.0, graded=True, solution=True),
    row("draw", "markdown", "Draw.", points=4.0, locked=True, task=True),
)
SOLVED = {"f": "def f(x):\n    return 2 * x", "essay": "A model answer."}
CELLS = (
    *(Cell("markdown", "# Title", "intro"), Cell("code", "import math", "", ("hide",)), Cell("raw", "A note.")),
    *(Cell("code", "x = [1, 2]", "data"), Cell("markdown", "Write `f`."), Cell("code", ROWS[2].source, "f")),
    *(
        Cell("code", "assert f(2) == 4", "f-check"),
        Cell("markdown", "Think."),
        Cell("markdown", ROWS[4].source, "essay"),
    ),
    Cell("markdown", "Draw.", "draw"),
)


def digest(rows=ROWS, cells=CELLS, kernel=KERNEL, solved=SOLVED, **more):
    """Of an assignment of one notebook, whose author's own notebook has other answers in it."""
    source = tuple(replace(it, source=solved.get(it.grade_id, it.source)) for it in cells)
    plan = plan_notebook(NotebookRows("hw", kernel, tuple(rows)), cells, source)
    facts = {"name": "ps", "course_id": "c", "notebooks": (NotebookTask(plan, guessed(plan)),), "limits": Limits()}
    facts |= {"skip_tags": frozenset({"skip"}), "ignore": (), "files": Files(), "modules": ("math",), "key": b"k"}
    return digests.assignment_digest(Assignment(**facts | {"fence": Fence("process")} | more))


@pytest.fixture(scope="module", autouse=True)
def _cells_alone():
    """Else each digest would read all files of proctor."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digests, "_add_path", lambda *_: None)
        yield


WORDS = st.text(max_size=20)
PROSE = [number for number, it in enumerate(CELLS) if it.kind != "code" and it.grade_id != "essay"]


def edited(cells, number, **change):
    return (*cells[:number], replace(cells[number], **change), *cells[number + 1 :])


class TestProse:
    """Any number of edits of what nothing reads."""

    @settings(deadline=None)  # the machine may be busy
    @given(
        st.lists(st.tuples(st.sampled_from(["write", "insert", "remove", "tag", "move"]), st.integers(0, 99), WORDS))
    )
    def test_whatever_is_done_to_prose_all_are_kept(self, edits):
        cells = CELLS
        for what, place, words in edits:
            prose = [number for number, it in enumerate(cells) if it.kind != "code" and it.grade_id != "essay"]
            free = [number for number in prose if not cells[number].grade_id]
            if what == "write" and prose:
                cells = edited(cells, prose[place % len(prose)], source=words)
            elif what == "insert":
                new = Cell(("markdown", "raw")[place % 2], words)
                cells = (*cells[: place % (len(cells) + 1)], new, *cells[place % (len(cells) + 1) :])
            elif what == "remove" and free:
                number = free[place % len(free)]
                cells = (*cells[:number], *cells[number + 1 :])
            elif what == "tag":
                cells = edited(cells, place % len(cells), tags=(f"a {words}",))
            elif what == "move" and free:
                number = free[place % len(free)]
                rest = [*cells[:number], *cells[number + 1 :]]
                rest.insert(place % len(cells), cells[number])
                cells = tuple(rest)
        texts = {it.grade_id: it.source for it in cells}
        rows = [
            row(it.name, it.kind, texts[it.name], points=it.points, locked=True, task=it.task)
            if it.name in ("intro", "draw")
            else it
            for it in ROWS
        ]

        assert digest() == digest(rows, cells)

    def test_a_model_answer_and_the_name_of_a_kernel_for_people_are_prose(self):
        solved = SOLVED | {"essay": "A better model answer."}

        assert digest() == digest(kernel=KERNEL | {"display_name": "Python 3.11"}, solved=solved)


class TestCode:
    """Any edit of what runs, is compared, or is worth points."""

    @settings(deadline=None)  # the machine may be busy
    @given(st.sampled_from([it for it in range(len(CELLS)) if CELLS[it].kind == "code"]), WORDS, WORDS)
    def test_each_other_text_of_a_code_cell_counts(self, number, before, after):
        source = before + CELLS[number].source + after
        if source != CELLS[number].source:
            assert digest() != digest(cells=edited(CELLS, number, source=source))

    @settings(deadline=None)  # the machine may be busy
    @given(st.sampled_from([2, 3, 4]), WORDS.filter(bool))
    def test_each_other_text_of_a_row_that_is_compared_counts(self, number, words):
        old = ROWS[number]
        facts = {"points": old.points, "graded": old.graded, "solution": old.solution, "locked": old.locked}
        new = row(old.name, old.kind, old.source + words, **facts)

        assert digest() != digest((*ROWS[:number], new, *ROWS[number + 1 :]))

    @pytest.mark.parametrize("number", range(len(ROWS)))
    @pytest.mark.parametrize("change", [{"name": "other"}, {"locked": None}, {"points": 9.0}, {"kind": "raw"}], ids=str)
    def test_each_row_of_the_gradebook_counts(self, number, change):
        """But for the points of a text: it has none."""
        old = ROWS[number]
        change = {"locked": not old.locked} if "locked" in change else change
        rows = (*ROWS[:number], replace(old, **change), *ROWS[number + 1 :])
        name = change.get("name", old.name)
        cells = tuple(replace(it, grade_id=name) if it.grade_id == old.name else it for it in CELLS)

        assert digest() != digest(rows, cells) or (old.name, *change) == ("intro", "points")

    @pytest.mark.parametrize("number", range(len(ROWS)))
    def test_a_row_that_comes_or_goes_counts(self, number):
        assert digest() != digest((*ROWS[:number], *ROWS[number + 1 :]))
        assert digest() != digest((*ROWS, row("new", "code", "1", points=1.0, graded=True, locked=True)))

    @pytest.mark.parametrize("number", [2, 4])
    def test_the_checksum_of_a_stub_counts(self, number):
        assert digest() != digest((*ROWS[:number], replace(ROWS[number], checksum="0"), *ROWS[number + 1 :]))

    @pytest.mark.parametrize("tag", ["skip", "in-kernel"])
    def test_a_tag_that_is_read_counts(self, tag):
        assert digest() != digest(cells=edited(CELLS, 6, tags=(tag,)))

    def test_code_that_comes_goes_or_moves_counts(self):
        new = Cell("code", "pass")

        assert digest() != digest(cells=(*CELLS, new))
        assert digest() != digest(cells=(*CELLS[:1], *CELLS[2:]))
        assert digest() != digest(cells=(CELLS[3], *CELLS[:3], *CELLS[4:]))

    def test_a_better_solution_and_another_kernel_count(self):
        assert digest() != digest(solved=SOLVED | {"f": "def f(x):\n    return x + x"})
        assert digest() != digest(kernel=KERNEL | {"name": "ir"})

    @pytest.mark.parametrize("more", [{"modules": ("cmath",)}, {"limits": Limits(cell_seconds=1)}, {"key": b"other"}])
    def test_what_surrounds_the_cells_counts(self, more):
        assert digest() != digest(**more)

    def test_the_name_of_an_authors_file_counts(self, tmp_path):
        (tmp_path / "a.csv").write_text("1")
        one, two = (digest(files=Files({name: tmp_path / "a.csv"})) for name in ("a.csv", "b.csv"))

        assert one != two


class TestPlaces:
    """What the solved notebook showed is kept by numbers, and prose moves the cells under them."""

    @settings(deadline=None)  # the machine may be busy
    @given(st.integers(0, 2**32))
    def test_ownership_finds_its_cells_behind_any_prose(self, seed):
        luck = random.Random(seed)  # noqa: S311 - no secret
        code = [Cell("code", text) for text in ("x = 1", "def g():\n    return x", "y = g()", "assert y == 1")]
        cells = [it for one in code for it in (*[Cell("markdown", "a")] * luck.randrange(3), one)]
        plain, spread = (plan_notebook(NotebookRows("hw", KERNEL, ()), it, it) for it in (code, cells))
        places = {number: place for place, number in numbers(spread).items()}
        kept = {"handed": {str(it): ["x"] for it in numbers(plain)}, "needed": [0, 1], "operating": None}
        back = moved(kept, places)

        assert [it.source for it in code] == [spread.cells[it].source for it in back["handed"]]
        assert ["x = 1", code[1].source, None] == [
            *(spread.cells[it].source for it in back["needed"]),
            back["operating"],
        ]
        assert executed(plain, frozenset()) == executed(spread, frozenset())
