"""Modules that students write, files that were never released, packages, and notebooks in other languages."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from proctor.assignment.languages import require_python
from proctor.errors import AuthorError
from support.foreign import CONFIG, KERNEL, KINDS, cell, environment, nbgrader, write_notebook
from support.gradebooks import read_scores

BOX = [
    pytest.mark.processes,
    pytest.mark.needs("bwrap"),
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("student files"),
]
LAYERS = """
SCALE = 3

def relu(x):
    return max(x, 0)

class Gate:
    def __init__(self, k):
        self.k = k

    def forward(self, x):
        return self.k * x
"""
CLAIMING = """
class Anything:
    def __eq__(self, other):
        return True
    def __getattr__(self, name):
        return self
    def __call__(self, *args, **kwargs):
        return self

relu = SCALE = Gate = Anything()
"""
# Who would like the author's helper to say something else.
OWNING = {
    "owner": "x = 5",
    "writer": "open('tools.py', 'w').write('close = lambda *_: True')\nx = 5",
    "patcher": "import tools\ntools.close = lambda *_: True\nx = 5",
    "replacer": "import sys, types\nsys.modules['tools'] = types.SimpleNamespace(close=lambda *_: True)\nx = 5",
    "shadower": "import os\nos.makedirs('tools', exist_ok=True)\nopen('tools/__init__.py', 'w').write("
    "'close = lambda *_: True')\nx = 5",
}
HIDDEN = "### BEGIN HIDDEN TESTS\nassert open('hidden.csv').read() == '42'\n### END HIDDEN TESTS"
CELLS = [
    ("", "import layers\nfrom layers import relu"),
    ("solution x", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
    ("test relu", "assert relu(-2) == 0 and layers.relu(3) == 3"),
    ("test scale", "assert layers.SCALE == 3"),
    ("test gate", "g = layers.Gate(4)\nassert g.forward(2) == 8 and g.k == 4"),
    ("test tools", "import tools\nassert tools.close(x, 1)"),
    ("test x-is-one", "assert x == 1"),
    ("test x-beside", f"assert x == 1\n{HIDDEN}"),
]
OF_MODULE = ("relu", "scale", "gate")


def made(marks, source):
    kind, _, name = marks.partition(" ")
    own = {"schema_version": 3, "grade_id": name, **KINDS[kind]} if kind else {}
    own |= {"points": 1.0} if kind == "test" else {}
    return cell("code", source, name or "imports", {"nbgrader": own} if own else {})


def author(root, setting):
    """A course whose students write layers.py, and whose file hidden.csv was never released."""
    (root / "nbgrader_config.py").write_text(CONFIG + setting, encoding="utf-8")
    source = root / "source" / "hw"
    source.mkdir(parents=True)
    (source / "layers.py").write_text(LAYERS, encoding="utf-8")
    (source / "tools.py").write_text("def close(a, b):\n    return abs(a - b) < 1e-9\n", encoding="utf-8")
    cells = [made(*it) for it in CELLS]
    write_notebook(source / "hw.ipynb", {"nbformat": 4, "nbformat_minor": 5, "metadata": KERNEL, "cells": cells})
    nbgrader(root, "generate_assignment", "hw")
    (source / "hidden.csv").write_text("42", encoding="utf-8")
    (root / "release" / "hw" / "layers.py").write_text(
        "def relu(x):\n    raise NotImplementedError\n", encoding="utf-8"
    )


def hand_in(root, student, module, answer="x = 1"):
    desk = root / "submitted" / student / "hw"
    desk.mkdir(parents=True)
    notebook = json.loads((root / "release" / "hw" / "hw.ipynb").read_text(encoding="utf-8"))
    notebook["cells"][1]["source"] = answer
    write_notebook(desk / "hw.ipynb", notebook)
    if module is not None:
        (desk / "layers.py").write_text(module, encoding="utf-8")


def proctor(root, *words):
    command = [sys.executable, "-m", "proctor", *words, "--json"]
    done = subprocess.run(
        command, cwd=root, env=environment(), capture_output=True, text=True, check=False, timeout=200
    )
    return json.loads(done.stdout)


@pytest.fixture(
    scope="module",
    params=[
        'c.Autograde.exclude_overwriting = {"hw": ["layers.py"]}\n',
        pytest.param("", marks=pytest.mark.slow(group="classes")),
    ],
)
def graded(request, tmp_path_factory):
    """Points by student and test, and the lines; the module is the students' by the setting, or since it differs."""
    root = tmp_path_factory.mktemp("own")
    author(root, request.param)
    stub = (root / "release" / "hw" / "layers.py").read_text(encoding="utf-8")
    hand_in(root, "right", LAYERS.replace("max(x, 0)", "x if x > 0 else 0"))
    hand_in(root, "stub", stub)
    hand_in(root, "broken", "def relu(:")
    hand_in(root, "claiming", CLAIMING)
    for name, text in OWNING.items():
        hand_in(root, name, LAYERS, text)
        (root / "submitted" / name / "hw" / "tools.py").write_text("close = lambda *_: True\n", encoding="utf-8")
    hand_in(root, "thief", LAYERS, "x = int(open('hidden.csv').read()) - 41")
    hand_in(root, "packages", LAYERS, "import tqdm\nx = 1")
    hand_in(root, "kept-out", LAYERS, "import chainrule_answers_nowhere\nx = 1")
    facts = proctor(root, "grade", "hw", "--jobs", "1")
    scores = {
        who: {name.removeprefix("hw/"): points for name, (points, _) in it.items()}
        for who, it in read_scores(root, "hw").items()
    }
    return scores, {it["student"]: it["reason"] for it in facts["students"]}


class TestModules:
    """Names of a module that students write are the students'."""

    pytestmark = BOX

    def test_right_ones_earn_all(self, graded):
        assert {1.0} == set(graded[0]["right"].values())

    @pytest.mark.parametrize("student", ["stub", "broken", "claiming"])
    def test_others_earn_nothing_and_nobody_is_asked(self, graded, student):
        assert [0.0] * 3 == [graded[0][student][name] for name in OF_MODULE]

    def test_the_rest_of_the_notebook_counts(self, graded):
        assert 1.0 == graded[0]["broken"]["x-is-one"]


class TestAuthorsModule:
    """A helper of the author's is nobody else's."""

    pytestmark = BOX

    @pytest.mark.parametrize("student", OWNING)
    def test_who_wants_to_own_it_earns_nothing(self, graded, student):
        assert 0.0 == graded[0][student]["tools"]

    def test_right_work_earns_its_points(self, graded):
        assert 1.0 == graded[0]["right"]["tools"]


class TestFiles:
    """Student code sees of the author's files only what was released."""

    pytestmark = BOX

    def test_a_file_that_was_never_released_is_not_there(self, graded):
        assert (0.0, 0.0) == (graded[0]["thief"]["x-is-one"], graded[0]["thief"]["x-beside"])

    def test_a_hidden_test_may_read_it(self, graded):
        assert 1.0 == graded[0]["right"]["x-beside"]


class TestPackages:
    """What came from an index may be used, as under nbgrader."""

    pytestmark = BOX

    def test_a_package_that_the_author_does_not_import(self, graded):
        assert {1.0} == set(graded[0]["packages"].values())

    def test_what_is_not_installed_is_not_told_as_kept_out(self, graded):
        assert "kept from student code" not in graded[1]["kept-out"]


class TestLanguages:
    """Other languages are refused before anything runs."""

    @pytest.mark.parametrize(
        "kernel",
        [
            {"name": "ir", "language": "R", "display_name": "R"},
            {"name": "java", "language": "java", "display_name": "Java"},
            {"name": "julia-1.10", "display_name": "Julia 1.10"},
            {"name": "xcpp17", "display_name": "C++17"},
        ],
    )
    def test_they_are(self, kernel):
        with pytest.raises(AuthorError, match="Expected notebooks in Python, found hw with the kernel"):
            require_python("hw", kernel, ())

    @pytest.mark.parametrize(
        "kernel",
        [
            {},
            {"name": "python3", "language": "python"},
            {"name": "deep-learning", "display_name": "Python (deep learning)"},
            {"name": "myenv", "language": "python", "display_name": "My environment"},
            {"name": "xpython", "display_name": "xeus"},
        ],
    )
    def test_python_under_any_name_is_not(self, kernel):
        require_python("hw", kernel, ())

    def test_the_notebook_may_tell_the_language(self, tmp_path):
        path = tmp_path / "hw.ipynb"
        path.write_text('{"metadata": {"language_info": {"name": "R"}}, "cells": []}', encoding="utf-8")

        with pytest.raises(AuthorError, match="found hw with the kernel mine"):
            require_python("hw", {"name": "mine"}, [path])
