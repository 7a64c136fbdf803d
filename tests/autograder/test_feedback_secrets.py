"""No text that a student gets back carries what a hidden test has told the student's code."""

from __future__ import annotations

import base64
import json
import re

import pytest

from proctor.gradebook import CellMark, NotebookMarks
from proctor.pages.feedback.blocks import Block
from proctor.pages.feedback.making import rendered
from proctor.pages.feedback.page import page_of
from proctor.pages.feedback.secrecy import handed_in, without_secrets
from support.examining import NAME, Bench, answer, check, given

MARKER = "hidden-4711"
HIDDEN = f"### BEGIN HIDDEN TESTS\nassert f('{MARKER}') == 3\n### END HIDDEN TESTS"
SHOWN = "assert f('seen') in (1, 2), 'f gives 1 or 2'"
# What student code does with the inputs of hidden tests: into a message, a name, an output, a warning, a picture.
LEAKS = {
    "the message of an exception": "def f(x):\n    raise ValueError(f'no {x}')",
    "the name of a class": "def f(x):\n    raise type(str(x), (Exception,), {})()",
    "a known name with the rest in the message": "class Bad(Exception):\n    pass\ndef f(x):\n    raise Bad(x, x)",
    "printed by the function": "def f(x):\n    print(x)\n    return 1",
    "printed by a later cell": "kept = []\ndef f(x):\n    kept.append(x)\n    return 1",
    "shown by a later cell": "class K:\n    x = 0\nkept = K()\ndef f(x):\n    kept.x = x\n    return 1",
    "a default argument": "def f(x, kept=[]):\n    kept.append(x)\n    return 1\nkept = f.__defaults__",
    "a file": "def f(x):\n    open('kept', 'a').write(str(x))\n    return 1",
    "a warning": "import warnings\ndef f(x):\n    warnings.warn(str(x))\n    return 1",
    "an object's own words": "class R:\n    def __repr__(self):\n        return self.x\nkept = R()\ndef f(x):\n    "
    "kept.x = str(x)\n    return 1",
    "the environment": "import os\ndef f(x):\n    os.environ['KEPT'] = str(x)\n    return 1",
    "another message in a visible test": "last = ['']\ndef f(x):\n    before, last[0] = last[0], str(x)\n    if "
    "'hidden' in before:\n        raise ValueError(before)\n    return 1",
    "the wrong value in numpy's message": "import numpy as np\ndef f(x):\n    np.testing.assert_equal(x, 1)",
    "encoded": "import base64\nkept = []\ndef f(x):\n    kept.append(base64.b64encode(str(x).encode()).decode())\n    "
    "return 1",
}
LAST = """
import os
try:
    print(kept)
except NameError:
    pass
print(os.environ.get("KEPT", ""), open("kept").read() if os.path.exists("kept") else "")
try:
    f("again")
except Exception as error:
    print(error)
"""
ENCODED = base64.b64encode(MARKER.encode()).decode()
pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("feedback secrets")]


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


@pytest.fixture(scope="module")
def assignments(bench):
    """With the hidden test outside, as it runs mostly, inside, and both ways, since it asks whether two are not one."""
    tests = {
        "outside": (HIDDEN, ()),
        "inside": (HIDDEN, ("in-kernel",)),
        "both": (f"assert f is not SHOW\n{HIDDEN}", ()),
    }
    made = {
        way: bench.assignment(
            [
                given("SHOW = print"),
                answer("def f(x):\n    return 3"),
                check(f"{SHOWN}\n{text}", tags=tags),
                check(SHOWN),
            ]
        )
        for way, (text, tags) in tests.items()
    }
    assert "both" == made["both"].checks[0].way
    return made


def page(bench, assignment, text, *, handed=()):
    graded = bench.assess(assignment, {"a1": text, "a1+": "print('early')", "t1+": LAST, "t2+": "1 + 1"})
    (notebook,) = graded.notebooks
    points = {it.grade_id: it.points for it in notebook.questions}
    marks = NotebookMarks(NAME, {name: CellMark(points=it, most_points=1.0) for name, it in points.items()})
    return rendered(page_of("ps", notebook.notebook, marks, show_hidden=False, handed=handed))


@pytest.mark.parametrize("way", ["outside", "inside", "both"])
@pytest.mark.parametrize("name", sorted(LEAKS))
def test_it_is_not_on_the_page(bench, assignments, name, way):
    found = page(bench, assignments[way], LEAKS[name])

    assert not re.search(f"{MARKER}|{re.escape(ENCODED)}", found)
    assert "early" in found


def test_a_visible_text_of_the_author_stays(bench, assignments):
    assert "f gives 1 or 2" in page(bench, assignments["outside"], "def f(x):\n    return 5")


def test_the_kind_of_error_stays(bench, assignments):
    assert "ZeroDivisionError" in page(bench, assignments["outside"], "def f(x):\n    return 1 / 0")


def test_later_outputs_are_those_that_were_handed_in(bench, assignments):
    own = {"cell_type": "code", "source": LAST, "outputs": [{"output_type": "stream", "text": "as I saw it"}]}
    found = page(bench, assignments["outside"], LEAKS["printed by a later cell"], handed=[own])

    assert "as I saw it" in found
    assert "Output as you handed it in." in found


@pytest.mark.parametrize(
    ("graded", "handed", "shown"),
    [("aa", "aa", "12"), ("aba", "aba", "123"), ("ab", "xab", "23"), ("xab", "ab", "-12"), ("ba", "ab", "2-")],
    ids=["of one text", "of one text, apart", "one less", "one more", "in another order"],
)
def test_each_cell_shows_the_output_that_stood_below_it(graded, handed, shown):
    own = [{"cell_type": "code", "source": it, "outputs": [{"text": str(i)}]} for i, it in enumerate(handed, 1)]
    cells = [{"source": it} for it in (HIDDEN, *graded)]
    blocks = [Block("test", ""), *(Block("code", it) for it in graded)]
    found = without_secrets(cells, blocks, own)[1:]

    assert shown == "".join(it.outputs[0]["text"] if it.outputs else "-" for it in found)


class TestHandedIn:
    """Read without following links, and without believing anything."""

    def test_its_cells(self, tmp_path):
        (tmp_path / "a.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code"}, 3]}), encoding="utf-8")

        assert [{"cell_type": "code"}] == handed_in(tmp_path, "a.ipynb")

    @pytest.mark.parametrize("content", ["", "[]", '{"cells": 3}', "[" * 5000, '{"cells": {"a": 1}}'])
    def test_nothing_of_what_is_no_notebook(self, tmp_path, content):
        (tmp_path / "a.ipynb").write_text(content, encoding="utf-8")

        assert [] == handed_in(tmp_path, "a.ipynb")

    def test_nothing_behind_a_link(self, tmp_path):
        (tmp_path / "b.ipynb").write_text('{"cells": [{"cell_type": "code"}]}', encoding="utf-8")
        (tmp_path / "a.ipynb").symlink_to("b.ipynb")

        assert [] == handed_in(tmp_path, "a.ipynb")

    def test_nothing_where_nothing_was_handed_in(self, tmp_path):
        assert ([], []) == (handed_in(None, "a.ipynb"), handed_in(tmp_path / "gone", "a.ipynb"))
