"""A class of which some attack: its course, its submissions, and all that a grader makes of them.

What you can do with this file:

- grade it and write feedback, report and exports: `graded_class`;
- hand in and run a command there: `hand_in`, `proctor`;
- look for what must not get out: `HIDDEN`, `REFERENCE`, `FORGED`; for what must not act: `EVIL`, `EVIL_NAME`;
- name the students: `CLASS`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from support.tiny import cell, check, nbgrader, notebook, write

HIDDEN, REFERENCE, FORGED = "marker_of_a_hidden_test", "marker_of_a_reference", "marker_of_a_forged_note"
EVIL = "<script>alert(1)<script><img src=x onerror=alert(2)>"
EVIL_NAME = "=<img src=x onerror=alert(3)>"
NOTE = """
class Wrong(AssertionError):
    proctor_note = {"slug": "halved", "title": "half of what it should be", "section": "Exercise 1"}
"""
BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
TESTS = {
    "square": f"assert square(2) == 4\n{BEGIN}\n{HIDDEN} = 9\nassert square(3) == {HIDDEN}\n{END}",
    "cube": f"{BEGIN}{NOTE}\n{HIDDEN} = 8\nif cube(2) != {HIDDEN}:\n    raise Wrong\n{END}",
}
FORGING = f"""
from IPython.display import display

class Fake(AssertionError):
    proctor_note = {{"slug": "{FORGED}", "title": "{FORGED}"}}

display({{"application/vnd.proctor.note+json": Fake.proctor_note, "text/plain": "innocent"}}, raw=True)

def cube(x):
    raise Fake
"""
ACTING = f"""
from IPython.display import HTML, SVG, display

print({EVIL!r})
display(HTML({EVIL!r}), SVG("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(4)</script></svg>"))
open({EVIL!r}, "w").close()

def square(x):
    raise type({EVIL!r}, (Exception,), {{}})({EVIL!r})
"""
RIGHT, HALF = "def cube(x):\n    return x ** 3", "def cube(x):\n    return x ** 3 / 2"
SQUARE = "def square(x):\n    return x * x"
ENDLESS = "def square(x):\n    while True:\n        pass"
# From each student to the answers; a name of a file replaces that file.
CLASS = {
    "ada": {"square": SQUARE, "cube": RIGHT, "essay": "Because."},
    "bob": {"square": SQUARE, "cube": HALF},
    "cyd": {"square": ENDLESS, "cube": HALF},
    "dan": {},
    "eve": {"square": SQUARE, "cube": FORGING},
    EVIL_NAME: {
        "square": ACTING,
        "square-check": "pass",
        "essay": f"# {EVIL}\n\n[a](javascript:alert(5)) $\\href{{javascript:alert(6)}}{{x}}$",
    },
    "fay": {"square": SQUARE, "square-check": "pass", "edition/__init__.py": "answers = []"},
    "gus": {"one.ipynb": '{"cells": ['},
}


def solved(name, answer):
    """A solution cell whose solution has the marker."""
    source = f"def {name}(x):\n    ### BEGIN SOLUTION\n    {REFERENCE} = x\n    return {answer}\n    ### END SOLUTION"
    return cell("code", name, source, solution=True)


def build(root):
    """The course, generated."""
    cells = [solved("square", "x * x"), check("square-check", TESTS["square"], 2)]
    cells += [solved("cube", "x ** 3"), check("cube-check", TESTS["cube"], 2)]
    cells.append(cell("markdown", "essay", f"YOUR ANSWER HERE {REFERENCE}", points=1, grade=True, solution=True))
    write(root / "source" / "hw1" / "one.ipynb", notebook(*cells))
    write(root / "source" / "hw1" / "edition" / "__init__.py", "answers = [1]")
    config = "c = get_config()\nc.CourseDirectory.course_id = 'class'\nc.Proctor.call_seconds = 2\n"
    config += "c.Proctor.editions = {'edition': 'release/{assignment}/edition'}\n"
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    nbgrader(root, "generate_assignment", "hw1")


def hand_in(root, student, answers):
    """The release with a student's answers."""
    folder = shutil.copytree(root / "release" / "hw1", root / "submitted" / student / "hw1")
    content = json.loads((folder / "one.ipynb").read_text(encoding="utf-8"))
    for it in content["cells"]:
        it["source"] = answers.get(it["metadata"]["nbgrader"]["grade_id"], it["source"])
    write(folder / "one.ipynb", content)
    write(folder / f"{EVIL}.txt", EVIL)
    for name in answers:
        if "." in name:
            write(folder / name, answers[name])


def proctor(root, *words):
    """A command of proctor's."""
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "proctor", *words]
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def graded_class(root):
    """The class, graded, with all that comes after."""
    build(root)
    for student, answers in CLASS.items():
        hand_in(root, student, answers)
    (root / "roster.csv").write_text(f"id,first_name,last_name\nada,{EVIL},=1+1\nhal,Hal,\n", encoding="utf-8")
    proctor(root, "grade", "hw1", "--jobs", "1")
    proctor(root, "roster")
    for words in (("feedback", "hw1"), ("report", "hw1"), *(("export", "hw1", "--to", it) for it in ("canvas", "csv"))):
        proctor(root, *words)
    return root
