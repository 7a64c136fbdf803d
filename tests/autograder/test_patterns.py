"""proctor never gives more than nbgrader, and never less to right work: on patterns of many public courses.

The patterns lie in `foreign/patterns/`; `support.patterns` tells their form. Each has a right answer, another right
one, a wrong one and an empty one; students answer everything alike, or mix by chance. Both tools grade them.
Tables of all results are written to `build/patterns/`; `python -m support.patterns NOTEBOOK` in `tests` prints one.

What is no pattern, since nbgrader itself stops or waits there: a process that dies or never ends, a number above the
maximum, cells that were copied, deleted or renamed. `foreign/differences/` has these.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from support.patterns import CHOICES, FOLDER, NOTEBOOKS, Row, grade_both, patterns_of, table

TABLES = Path(__file__).resolve().parents[2] / "build" / "patterns"
RIGHT = ("right", "other")
FEWEST = 120
LONGEST = 300
CORPUS = pytest.mark.slow(group="corpus")
ONE_WORKER_EACH = [pytest.param(it, marks=pytest.mark.xdist_group(f"patterns {it}")) for it in NOTEBOOKS]

# From reason to "cell choice" and how the points differ, nbgrader's first. An entry that differs no more must go.
ON_PURPOSE = {
    "text on stderr costs nothing": {"stderr-in-test-1 other": "0 -> 1"},
    "the verdict outside is worse, and honest work may be the reason: a person decides": {
        "long-double-1 other": "1 -> waits",
        "long-double-3 other": "1 -> waits",
        "regex-1 other": "1 -> waits",
        "students-input-1 other": "1 -> waits",
        "students-input-2 other": "1 -> waits",
        "constants-of-author-2 wrong": "1 -> waits",
    },
}
# Patterns that show how nbgrader is fooled: the wrong answer gets all points there.
FOOLED = {"result-is-object"}


def entries(lists):
    """All entries of a list above, without the reasons."""
    return {key: points for found in lists.values() for key, points in found.items()}


LISTED = entries(ON_PURPOSE)


def is_listed(row):
    """Whether a difference stands in a list; one of a mixed student is that of some choice for this cell."""
    if row.key in LISTED:
        return LISTED[row.key] == row.difference
    return "+" in row.choice and row.cell in {key.split()[0] for key in LISTED}


def told(rows):
    """What pytest shows of rows."""
    return [f"{it.student}: {it.key}: {it.difference}" for it in rows]


@pytest.fixture(scope="module")
def courses():
    """Rows of the notebooks that are graded already, by name."""
    return {}


@pytest.fixture
def rows(notebook, courses, tmp_path_factory):
    """What both tools gave for each cell of a notebook."""
    if notebook not in courses:
        courses[notebook] = grade_both(tmp_path_factory.mktemp(notebook) / "course", notebook, mixes=1, seed=4)
        TABLES.mkdir(parents=True, exist_ok=True)
        (TABLES / f"{notebook}.md").write_text(table(courses[notebook]), encoding="utf-8")
    return courses[notebook]


class TestText:
    """The patterns themselves."""

    ALL = {it: patterns_of(it) for it in NOTEBOOKS}  # noqa: RUF012 - never changed

    def test_there_are_many(self):
        assert len({it.name for found in self.ALL.values() for it in found}) >= FEWEST

    def test_no_two_have_one_name(self):
        counts = Counter(it.name for found in self.ALL.values() for it in found)

        assert [] == [name for name, count in counts.items() if count > 1]

    def test_each_has_a_sentence_a_test_and_four_answers(self):
        for pattern in (it for found in self.ALL.values() for it in found):
            given = [{*by, "empty"} for by in pattern.answers.values()]
            given += [set(by) for by in pattern.files.values() if "" not in by]

            assert pattern.about.endswith(".")
            assert pattern.tests, pattern.name
            assert given, pattern.name
            assert all(set(CHOICES) == it for it in given), pattern.name

    @pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
    def test_a_part_is_short(self, path):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST

    def test_what_is_listed_is_there(self):
        cells = {it["id"] for found in self.ALL.values() for pattern in found for it in pattern.cells}

        assert set() == {key.split()[0] for key in LISTED} - cells


class TestRows:
    """The comparison that finds differences."""

    @pytest.mark.parametrize(
        ("theirs", "ours", "difference", "more", "less"),
        [
            (1.0, 1.0, "", False, False),
            (None, None, "", False, False),
            (0.0, 1.0, "0 -> 1", True, False),
            (2.5, 0.0, "2.5 -> 0", False, True),
            (1.0, None, "1 -> waits", False, False),
            (None, 0.0, "waits -> 0", False, False),
        ],
    )
    def test_any_difference_is_told(self, theirs, ours, difference, more, less):
        row = Row("names", "cell-1", "wrong", "wrong", theirs, ours, "verified")

        assert (difference, more, less) == (row.difference, row.earns_more, row.earns_less)

    @pytest.mark.parametrize(
        ("cell", "choice", "ours", "listed"),
        [
            ("rebound-list-2", "wrong", 1.0, True),
            ("rebound-list-2", "wrong", 0.5, False),
            ("rebound-list-2", "empty", 1.0, False),
            ("rebound-list-2", "right+empty", 1.0, True),
            ("rebound-list-1", "wrong", 1.0, False),
        ],
    )
    def test_only_what_is_in_a_list_is_allowed(self, cell, choice, ours, listed, monkeypatch):
        monkeypatch.setitem(LISTED, "rebound-list-2 wrong", "0 -> 1")

        assert listed is is_listed(Row("names", cell, "mix-0", choice, 0.0, ours, "verified"))


@CORPUS
@pytest.mark.timeout(900)
@pytest.mark.needs("bwrap")
@pytest.mark.parametrize("notebook", ONE_WORKER_EACH)
class TestBothTools:
    """Graded by nbgrader and by proctor."""

    def test_no_cell_earns_more(self, rows, notebook):
        assert [] == told(it for it in rows if it.earns_more and not is_listed(it))

    def test_right_work_never_earns_less(self, rows, notebook):
        less = [it for it in rows if it.earns_less and set(it.choice.split("+")) <= set(RIGHT)]

        assert [] == told(it for it in less if not is_listed(it))

    def test_nothing_else_differs(self, rows, notebook):
        """Wrong work that earns less, and cells that wait for a person."""
        assert [] == told(it for it in rows if it.difference and not is_listed(it))

    def test_what_is_listed_still_differs(self, rows, notebook):
        """So that the lists can only become shorter."""
        differing = {it.key for it in rows if it.difference}
        cells = {it.cell for it in rows}

        assert set() == {key for key in LISTED if key.split()[0] in cells} - differing

    def test_the_patterns_bite(self, rows, notebook):
        """Of nbgrader, right answers get all points, and wrong ones lose some in every pattern."""
        for pattern in patterns_of(notebook):
            most = {it["id"]: it["metadata"]["nbgrader"]["points"] for it in pattern.cells if it["id"] in pattern.tests}
            earned = {it: {row.cell: row.nbgrader for row in rows if row.student == it} for it in CHOICES}
            for student in RIGHT:
                missed = {it for it in most if earned[student][it] != most[it]}

                assert set() == missed - {key.split()[0] for key in entries(ON_PURPOSE)}
            by_hand = any(row.nbgrader is None for row in rows if row.cell in pattern.answers)
            if not by_hand:
                assert any(earned["wrong"][it] < most[it] for it in most) == (pattern.name not in FOOLED), pattern.name


@pytest.mark.full
@pytest.mark.timeout(3600)
@pytest.mark.needs("bwrap")
@pytest.mark.parametrize("notebook", NOTEBOOKS)
@pytest.mark.parametrize("seed", [1, 2])
def test_many_mixed_students(notebook, seed, tmp_path):
    """Answers in combinations that nobody thought of."""
    found = grade_both(tmp_path / "course", notebook, mixes=20, seed=seed)

    assert [] == told(it for it in found if it.difference and not is_listed(it))
