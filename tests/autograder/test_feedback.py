"""Feedback pages: points, findings and comments; no hidden test, no script, whatever a student wrote."""

from __future__ import annotations

import html.parser
import re
import shutil
from typing import ClassVar

import pytest
from hypothesis import given, strategies as st

from proctor.course.nbgrader import find_course
from proctor.errors import AuthorError
from proctor.gradebook import CellMark, Gradebook, NotebookMarks
from proctor.pages.feedback import graded_students, html as pieces, making, write_feedback
from proctor.pages.feedback.allowed import ATTRIBUTES, FORMULAS, PROSE
from proctor.pages.feedback.page import page_of
from support.foreign import build_course
from support.tiny import execute, graded_course, nbgrader

pytestmark = pytest.mark.processes

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
NOTE = "application/vnd.proctor.note+json"
# Of these texts are put together at random.
FRAGMENTS = (
    *(
        "$",
        "$$",
        "`",
        "\n",
        "\n\n",
        "|a|\n|-|\n|",
        "> ",
        "- ",
        "# ",
        "[a](",
        "![a](",
        ")",
        "<",
        ">",
        "&lt;",
        '"',
        "'",
        "\x00",
    ),
    *(r"\text{", r"\href{", r"\style{", r"\class{", r"\color{", "}", "{", r"\frac", "^", "&", r"\\", r"\begin{matrix}"),
    *("<script>", "</script>", "<img src=x onerror=a()>", "<math><mtext><style>", "<svg onload=a()>", "<!--", "-->"),
    *("javascript:a()", "https://e.org", "data:text/html,x", " style=x", " onclick=a()", "word"),
)
HIDDEN = "assert f(2) == 4\n### BEGIN HIDDEN TESTS\nassert f(3) == 'hidden marker'\n### END HIDDEN TESTS"


class Tags(html.parser.HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, text):
        super().__init__()
        self.names, self.attributes, self.links = set(), set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value.split(":")[0] for name, value in attrs if name in ("src", "href") and ":" in value}


def code(source, name="", outputs=(), **own):
    metadata = {"nbgrader": {"grade_id": name, "grade": False, "solution": False, **own}} if name else {}
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": list(outputs)}


def error(name, words, *lines):
    return {"output_type": "error", "ename": name, "evalue": words, "traceback": list(lines)}


def rendered(cells, marks, *, show_hidden=False):
    page = page_of("hw1", {"cells": cells}, NotebookMarks("one", marks), show_hidden=show_hidden)
    return making.rendered(page)


class TestPage:
    """One page, from a notebook and its marks."""

    marks: ClassVar = {"f-check": CellMark(0.0, 2.0), "f": CellMark(0.0, 0.0, 0.0, ("Look at the sign.",))}

    def cells(self, *outputs):
        return [code("def f(x):\n    return x", "f", solution=True), code(HIDDEN, "f-check", outputs, grade=True)]

    def test_points_and_comments_are_shown(self):
        found = rendered(self.cells(), self.marks)

        assert "<strong>0</strong> of 2 points" in found
        assert "Look at the sign." in found

    def test_a_hidden_test_shows_name_and_kind_of_error_alone(self):
        found = rendered(self.cells(error("AssertionError", "expected 4", "in hidden marker line")), self.marks)

        assert "f-check" in found
        assert "AssertionError" in found
        assert "expected 4" not in found
        assert "hidden marker" not in found

    def test_a_hidden_test_is_shown_on_demand(self):
        assert "hidden marker" in rendered(self.cells(), self.marks, show_hidden=True)

    def test_a_note_of_the_course_comes_before_the_error(self):
        note = {"title": "mask from the output", "message": "Tried on: 1.", "picture": "<svg><script>1</script></svg>"}
        outputs = [{"output_type": "display_data", "data": {NOTE: note}}, error("CheckFailed", "told twice")]
        found = rendered(self.cells(*outputs), self.marks)

        assert "mask from the output" in found
        assert "told twice" not in found
        assert "data:image/svg+xml;base64," in found
        assert "script" not in Tags(found).names

    def test_the_finding_of_a_right_answer_is_not_told(self):
        found = rendered(self.cells(error("Warning", "an odd word")), {"f-check": CellMark(2.0, 2.0)})

        assert "an odd word" not in found

    def test_what_waits_for_a_person_says_so(self):
        found = rendered([code("words", "essay", grade=True, solution=True)], {"essay": CellMark(None, 3.0)})

        assert "1 answer is still to be marked" in found
        assert "to be marked, 3 points" in found

    def test_late_work_says_what_it_cost(self):
        marks = NotebookMarks("one", {"f-check": CellMark(2.0, 2.0)}, late_penalty=1.5)
        found = making.rendered(page_of("hw1", {"cells": self.cells()}, marks, show_hidden=False))

        assert "<strong>0.5</strong> of 2 points" in found
        assert "1.5 points less for being late" in found

    @pytest.mark.parametrize(
        "cells",
        [
            [
                {
                    "cell_type": "markdown",
                    "source": f"# {EVIL}\n\n[a](javascript:alert(3)) ![p](https://evil.example/x.png)",
                }
            ],
            [code(f"# {EVIL}\nprint('{EVIL}')", "", [{"output_type": "stream", "text": EVIL}])],
            [code("1", "", [{"output_type": "display_data", "data": {"text/html": EVIL, "image/svg+xml": EVIL}}])],
            [code("1", "", [{"output_type": "display_data", "data": {"image/png": f'"{EVIL}'}}])],
            [code("1", "", [error(EVIL, EVIL, f"\x1b[31m{EVIL}")])],
            [code(HIDDEN, f'f"{EVIL}', [error(EVIL, EVIL)], grade=True)],
            [{"cell_type": "markdown", "source": f"$${EVIL}$$ and $\\href{{javascript:alert(1)}}{{x}}$"}],
        ],
        ids=["prose", "code", "html", "picture", "error", "name", "formula"],
    )
    def test_nothing_that_was_written_acts(self, cells):
        marks = {f'f"{EVIL}': CellMark(0.0, 1.0, 0.0, (EVIL,))}
        tags = Tags(rendered(cells, marks))

        assert not tags.names & {"script", "iframe", "object", "embed", "svg", "form", "link", "base"}
        assert not any(it.startswith("on") for it in tags.attributes)
        assert tags.links <= {"data", "https"}

    def test_pictures_of_other_machines_are_not_loaded(self):
        assert "<img" not in pieces.prose("![p](https://evil.example/x.png)")

    def test_the_browser_is_told_to_run_nothing(self):
        assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in rendered([], {})

    @pytest.mark.parametrize("signs", ["===", "###"])
    def test_a_mark_scheme_is_for_who_marks(self, signs):
        scheme = f"{signs} BEGIN MARK SCHEME {signs}\nmarker's words\n{signs} END MARK SCHEME {signs}"
        task = {"cell_type": "markdown", "source": f"Draw.\n{scheme}"}
        task["metadata"] = {"nbgrader": {"grade_id": "t", "task": True, "grade": False, "solution": False}}
        told = [rendered([task], {}, show_hidden=it) for it in (False, True)]

        assert [False, True] == ["words" in it for it in told]

    def test_formulas_need_no_script(self):
        assert "<mfrac>" in pieces.prose(r"$\frac{1}{2}$")

    def test_columns_of_a_table_keep_their_side(self):
        assert '<th style="text-align:right">' in pieces.prose("| a |\n|--:|\n| 1 |")

    @given(parts=st.lists(st.sampled_from(FRAGMENTS), max_size=12))
    def test_whatever_pieces_a_text_is_made_of_none_acts(self, parts):
        tags = Tags(pieces.prose("".join(parts)))

        assert tags.names <= PROSE | FORMULAS
        assert tags.attributes <= {"rel"}.union(*ATTRIBUTES.values())
        assert tags.links <= {"http", "https", "mailto"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course that stock nbgrader has graded."""
    return graded_course(tmp_path_factory.mktemp("tiny"))


class TestWrite:
    """The folders, as nbgrader names them."""

    @pytest.mark.slow(group="classes")
    def test_pages_lie_where_nbgrader_puts_them(self, course, tmp_path):
        ours, theirs = (shutil.copytree(course, tmp_path / name) for name in ("ours", "theirs"))
        nbgrader(theirs, "generate_feedback", "hw1")
        home = find_course(ours)
        with Gradebook(home) as book:
            list(write_feedback(home, book, "hw1", graded_students(home, "hw1", []), jobs=2))

        pages = [{str(it.relative_to(root)) for it in root.glob("feedback/*/*/*.html")} for root in (ours, theirs)]
        assert {"feedback/cyd/hw1/two.html"} == pages[0] - pages[1]  # it was not handed in
        assert pages[1] < pages[0]
        assert len(pages[0]) > 4

    def test_a_markers_points_and_words_are_shown(self, course, tmp_path):
        root = shutil.copytree(course, tmp_path / "course")
        execute(root, "update comment set manual_comment = 'Well argued.'")
        home = find_course(root)
        with Gradebook(home) as book:
            (written,) = write_feedback(home, book, "hw1", ["ada"])

        assert "Well argued." in (written.folder / "one.html").read_text(encoding="utf-8")

    def test_points_are_those_of_the_gradebook(self, course):
        home = find_course(course)
        with Gradebook(home) as book:
            scores = book.scores("hw1")
            sums = {student: sum(it.points for it in book.marks("hw1", student)) for student in scores}

        assert {student: score for student, (score, _, _) in scores.items()} == sums

    def test_who_is_not_graded_is_told(self, course):
        with pytest.raises(
            AuthorError, match="Expected graded work of zoe in hw1, found none; run `proctor grade hw1`"
        ):
            graded_students(find_course(course), "hw1", ["zoe"])


@pytest.mark.slow(group="corpus")
def test_no_page_of_a_foreign_course_holds_a_hidden_test(tmp_path):
    """Every line that is only in hidden tests is searched for in every page."""
    root = build_course(tmp_path, ["quickstart"])
    nbgrader(root, "autograde", "quickstart", "--no-execute")
    home = find_course(root)
    with Gradebook(home) as book:
        rows = [row for it in book.notebooks("quickstart") for row in it.rows]
        pages = [
            path.read_text(encoding="utf-8")
            for written in write_feedback(home, book, "quickstart", graded_students(home, "quickstart", []))
            for path in written.folder.glob("*.html")
        ]
    regions = re.findall(r"### BEGIN HIDDEN TESTS\n(.*?)### END", "\n".join(it.source for it in rows), re.DOTALL)
    secrets = {line.strip() for region in regions for line in region.splitlines() if len(line.strip()) > 12}

    assert secrets
    assert len(pages) > 3
    assert not [line for line in secrets if any(str(pieces.code(line)) in page or line in page for page in pages)]
