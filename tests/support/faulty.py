"""A class of three of whom one brings a fault: graded in this process, without a sandbox.

What you can do with this file:

- write the course: `course_of_three`; name the one: `ODD`, and the others: `OTHERS`;
- run a command of proctor there: `run`, faster after `warm_up`; watch every call of proctor for the one: `watched`;
- let the one hand in again: `hand_in_better`, with other words alone: `hand_in_a_note`, or what is no notebook:
  `hand_in_wreckage`; or take everything back: `take_back`;
- read what a run has left: `rows_and_files`; tell whether the next one starts from the same: `state`.

The examiner is a stand-in (`examined_here`): it tells of each cell what a real one might, so that everything around it
has something to do.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import importlib
import json
import pkgutil
import re
import shutil
import sqlite3
from concurrent.futures import Executor, Future
from unittest.mock import patch

import sqlalchemy
from typer import testing
from typer.testing import CliRunner

import proctor
from proctor.assignment import preparation
from proctor.commands.cli import app
from proctor.course.nbgrader import find_course
from proctor.examiner.step import StepResult
from proctor.gradebook import Gradebook
from proctor.pages.feedback import making, write as write_pages
from proctor.pipeline import copies, executors, ways, worker
from proctor.plan.notebook import Role
from support.callsites import CallSites
from support.tiny import FACTS, ON_TIME, VERY_LATE, execute, hand_in, tiny_course, write

NAME = "hw1"
ODD, OTHERS = "bob", ("ada", "cyd")
CLASS = ("ada", "bob", "cyd")
# What runs in other processes, what starts them, and what never has to do with one student.
ELSEWHERE = (
    *("proctor.inside", "proctor.examiner", "proctor.sandbox", "proctor.plan", "proctor.assignment.preparation"),
    *(
        "proctor.pipeline.examination",
        "proctor.pipeline.executors",
        "proctor.pipeline.cluster",
        "proctor.pipeline.lock",
    ),
    *("proctor.commands.doctor", "proctor.exports.plugins", "proctor.__main__", "proctor.errors"),
    *("proctor.course.roster", "proctor.course.settings", "proctor.course.privacy"),  # files of the course's own
)
SPARED = (
    # The bulkheads themselves.
    *("one_by_one", "of_all_but", "attempt", "partial", "suppress", "_facts", "_clear_away"),
    # The connection to the gradebook, which is nobody's: who finds it broken ends the run with a sentence.
    "proctor.gradebook.book._begin",
    # What has to do with all pages that are being made.
    *("proctor.pages.feedback.bulkhead._answering", "proctor.pages.feedback.bulkhead.pages"),
    # The last words of a command, when everything is written.
    *("proctor.commands.cli._tell_feedback", "proctor.commands.cli._print_class"),
)
RANDOM = re.compile(r"[0-9a-f]{32}")
PIXEL = base64.b64encode(b"\x89PNG").decode()
PNG = {"image/png": PIXEL, "text/plain": "a picture"}


def course_of_three(root):
    """The tiny course: what `ODD` hands in has something for every step of the way."""
    tiny_course(root, "c.AssignLatePenalties.plugin_class = 'late_plugin.HourPlugin'\n")
    for student in ("ada", "bob", "cyd", "dan"):
        shutil.rmtree(root / "submitted" / student)
    write(root / "edition" / "parts" / "__init__.py", "answers = []")
    with (root / "nbgrader_config.py").open("a") as file:
        file.write("c.Proctor.editions = {'parts': 'edition/parts'}\n")
    hand_in(root, "ada", when=ON_TIME, answered=("square", "essay", "cube"))
    hand_in(root, "cyd", answered=("square",))
    folder = hand_in(root, ODD, when=VERY_LATE, answered=("square", "plot", "cube"))
    _damage(folder)
    write(root / "roster.csv", "id,first_name,last_name,section\nada,Ada,Ay,1\nbob,Bob,Bee,=1\ncyd,Cyd,Cee,1\n")
    return root


def _damage(folder):
    one = json.loads((folder / "one.ipynb").read_text())
    cells = {it["metadata"]["nbgrader"]["grade_id"]: it for it in one["cells"]}
    cells["square-check"]["source"] = "pass"
    cells["essay"] |= {
        "source": "Mine, *bob's*: $x^2$ ![it](attachment:it.png) [y](http://a.b)\n\n| a |\n|---|\n| 1 |",
        "attachments": {"it.png": {"image/png": PIXEL}, "bad.svg": {"image/svg+xml": "<svg>"}},
    }
    own = {"cell_type": "code", "metadata": {"tags": ["mine"]}, "source": "print('bob')", "outputs": [], "id": "own"}
    one["cells"] = [*[it for it in one["cells"] if it is not cells["task"]][::-1], own, cells["square"]]
    one["metadata"]["kernelspec"]["name"] = "other"
    write(folder / "one.ipynb", one)
    write(folder / "data" / "mine.csv", "1")
    write(folder / "parts" / "__init__.py", "answers = [1]")
    write(folder / "two-Copy1.ipynb", (folder / "two.ipynb").read_text())
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "unreadable.txt").write_text("x")
    (folder / "unreadable.txt").chmod(0)


class _AtOnce(Executor):
    """Does a task here as it is handed over."""

    def submit(self, function, *words):
        future = Future()
        try:
            future.set_result(function(*words))
        except Exception as error:  # noqa: BLE001 - as any executor does
            future.set_exception(error)
        return future


def _one_worker(workers):
    made = workers(1, lambda _: _AtOnce())
    made.here = True
    return made


class _NoParents:
    def __init__(self, *_words):
        pass

    def close(self):
        pass


def examined_here(_parents, task, _files, used, *_more, **_others):
    """In the place of the examiner: one who has repaired nothing gets full points, others an error each."""
    used.add({"cpu_seconds": 1.0, "memory_bytes": 1.0})
    odd = any("bob" in it.source for it in task.steps)
    return [_result(it, odd=odd) for it in task.steps]


def _result(step, *, odd):
    if not step.runs:
        return StepResult(ran=False)
    if step.role is Role.TEST and odd:
        trace = {"output_type": "error", "ename": "Wrong", "evalue": "halved", "traceback": ["\x1b[31mWrong\x1b[0m"]}
        note = {"slug": "halved", "title": "half of it", "section": "1", "message": "bob\nhalf", "picture": "<svg>"}
        shown = {"output_type": "display_data", "data": {"application/vnd.proctor.note+json": note}, "metadata": {}}
        return StepResult([shown, trace], failed=True, note=note, verified=False)
    if step.role is Role.ANSWER and odd:
        text = {"output_type": "stream", "name": "stdout", "text": "bob says\n"}
        shown = {"output_type": "display_data", "data": PNG, "metadata": {"image/png": {"alt": "a picture"}}}
        value = {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}, "execution_count": 1}
        return StepResult([text, shown, value], trouble="It was stopped.", trouble_slug="timed-out")
    return StepResult(shown="0.5" if step.role is Role.TEST and not odd else None)


def _owners(assignment, _parents):
    return [it.ownership for it in assignment.notebooks], []


def _prepared(prepare):
    """The assignment is the author's, and the same in all courses here."""
    made = {}

    def once(course, name, *words, **facts):
        if course.root not in made:
            made[course.root] = prepare(course, name, *words, **facts)
        return made[course.root]

    return once


def _engines(create_engine):
    """Statements are compiled once for all gradebooks in one place."""
    made = {}

    def once(url, **facts):
        if url not in made:
            made[url] = create_engine(url, **facts)
        return made[url]

    return once


@contextlib.contextmanager
def here(memory):
    """
    Everything in this process, one student after the other; what is nobody's is made once for all runs.

    `memory` is a folder in the place of this machine's memory.
    """
    workers = executors.Workers
    with (
        patch.object(copies, "MEMORY", memory),
        patch("typer.testing._get_command", functools.cache(testing._get_command)),
        patch("sqlalchemy.create_engine", _engines(sqlalchemy.create_engine)),
        patch("proctor.pipeline.grade.prepare", _prepared(preparation.prepare)),
        patch.object(executors, "Workers", lambda *_: _one_worker(workers)),
        patch.object(executors, "TASKS_PER_JOB", 1),
        patch.object(worker, "Parents", _NoParents),
        patch.object(worker, "survey_all", _owners),
        patch.object(ways, "examined", examined_here),
        patch("proctor.pipeline.grade.assignment_digest", lambda _: "conditions"),
        patch("proctor.assignment.preparation.assignment_digest", lambda _: "conditions"),
        patch("proctor.commands.cli._cores", lambda: 1),
    ):
        try:
            yield
        finally:
            worker._leave()


def run(root, *words):
    """What a command prints for machines, and its exit code."""
    words = (words[0], NAME, *words[1:], *(("--isolation", "process") if words[0] == "grade" else ()))
    done = CliRunner().invoke(app, [*words, "--course-dir", str(root), "--json"])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return json.loads(done.stdout or "{}"), done.exit_code


def modules():
    """All of proctor that may have to do with one student."""
    names = [it.name for it in pkgutil.walk_packages(proctor.__path__, "proctor.")]
    return tuple(importlib.import_module(it) for it in names if not it.startswith(ELSEWHERE))


def watched():
    """The calls of these modules for `ODD`."""
    names = {it: it for it in CLASS} | {hashlib.sha256(it.encode()).hexdigest()[:24]: it for it in CLASS}
    return CallSites(modules(), names, ODD, SPARED)


def warm_up(root):
    """Compile templates and lexers once, for all processes that make pages."""
    course = find_course(root)
    with Gradebook(course) as book:
        _, tasks = write_pages._Class(course, book, NAME).begun(OTHERS[0], show_hidden=False)
    for it in tasks:
        making.make_page(it)


def hand_in_better(root):
    """Let `ODD` hand in again, all put right."""
    shutil.rmtree(root / "submitted" / ODD)
    hand_in(root, ODD, when=ON_TIME, answered=("square", "cube"))


def hand_in_a_note(root):
    """Let `ODD` hand in again, an hour later, with a note more: nothing that is executed or marked."""
    folder = root / "submitted" / ODD / NAME
    two = json.loads((folder / "two.ipynb").read_text())
    two["cells"] += [{"cell_type": "markdown", "metadata": {}, "source": "A note.", "id": "note"}]
    write(folder / "two.ipynb", two)
    write(folder / "timestamp.txt", VERY_LATE.replace("15:00", "16:00"))


def hand_in_wreckage(root):
    """Let `ODD` hand in one notebook, which is none, in the place of two, at no time at all."""
    shutil.rmtree(root / "submitted" / ODD)
    folder = hand_in(root, ODD, when="soon", names=("one",))
    write(folder / "one.ipynb", "{")


def take_back(root):
    """Let the submission of `ODD` be gone."""
    shutil.rmtree(root / "submitted" / ODD)


def rows_and_files(root):
    """By student the rows of the gradebook, and the files that were made; those of nobody are there under None."""
    rows, files = ({student: {} for student in (*CLASS, None)} for _ in range(2))
    for name, query in FACTS.items():
        for it in sorted(execute(root, query), key=repr):
            rows[it[0]].setdefault(name, []).append(it)
    for step in ("autograded", "feedback", "reports", "exports"):
        for path in sorted(it for it in (root / step).rglob("*") if not it.is_dir()):
            if any(part.startswith(".hw1") for part in path.parts):  # a builder's, which the next one clears away
                continue
            student = next((it for it in path.parts if it in CLASS), None)
            files[student][str(path.relative_to(root))] = path.read_bytes().replace(str(root).encode(), b"COURSE")
    return rows, files


def state(root):
    """A digest of all that runs write in a course; random names of rows do not count."""
    found, numbers = hashlib.sha256(), {}
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as connection:
        for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
            rows = connection.execute(f"select * from {table} order by rowid")  # noqa: S608 - nbgrader's names
            plain = [
                [
                    numbers.setdefault(it, len(numbers)) if isinstance(it, str) and RANDOM.fullmatch(it) else it
                    for it in row
                ]
                for row in rows
            ]
            found.update(repr((table, plain)).encode())
    places = (".proctor", "autograded", "feedback", "reports", "exports")
    for path in sorted(it for place in places for it in (root / place).rglob("*") if it.is_file()):
        found.update(repr(path.relative_to(root)).encode() + path.read_bytes() + b"\0")
    return found.hexdigest()
