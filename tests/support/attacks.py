"""Hostile and damaged submissions in one course, graded in one run, and watched from outside.

What you can do with this file:

- list the cases: `cases`, each a folder of `autograder/attacks/`;
- build the course with their students, an honest one after each: `build`;
- grade it by an installed proctor and look at what happened: `build_and_grade`, which gives a `Run`.

A case is a folder. `expected.json` says what is deserved of 17 points, the endings that are right, words that the
reason must contain ("reason"), words that the student's own cells must put out ("says", which proves that the attack
was tried), and why. `answers.txt` is percent text as in `support.foreign`: `like` names a case whose answers come
first, `damage` a key of `support.wreckage.WRECKAGE`, `student` another name, `encoding` that of the folder's name where
it is not UTF-8. Words between @ are filled in: secrets in SOLUTION, HIDDEN, STUDENT, HOMEFILE and VARIABLE, and the
places COURSE, HOME, VENV and PORT.
An attack that gets what it wants prints SUCCEEDED.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from support import foreign
from support.watching import Listener, adopt_orphans, command_of, descendants, digests, remaining
from support.wreckage import WRECKAGE

FOLDER = Path(__file__).resolve().parents[1] / "autograder" / "attacks"
NAME = "hw1"
CANARY = "zz_canary"
SECRETS = ("SOLUTION", "HIDDEN", "STUDENT", "HOMEFILE", "VARIABLE")
GRADE_SECONDS = 900
WITHOUT_NOTEBOOK = ("missing", "not graded")
MOST_CHARACTERS = 30_000_000
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "attacked"
c.Execute.timeout = 4
c.Proctor.call_seconds = 3
c.Proctor.submission_seconds = 40
c.Proctor.memory_bytes = 700 << 20
c.Proctor.files_bytes = 32 << 20
c.Proctor.file_bytes = 16 << 20
c.Proctor.editions = {"chainrule": "edition/chainrule"}
"""
EDITION = '"""This is the student edition."""\n'
SAMPLES = "1,2,4,8\n0,1,0,1\n"


@dataclass(frozen=True)
class Case:
    """One attack or accident."""

    name: str
    number: int
    points: float
    endings: tuple[str, ...]
    reason: tuple[str, ...]
    says: tuple[str, ...]
    long: bool
    heading: dict[str, str] = field(compare=False, hash=False)

    @property
    def student(self):
        """The hostile student."""
        return f"{self.number:03}_{self.heading.get('student', self.name)}"

    @property
    def folder(self):
        """The name of the hostile student's folder."""
        return os.fsdecode(self.student.encode(self.heading.get("encoding", "utf-8")))

    @property
    def neighbor(self):
        """The honest student who is graded next."""
        return f"{self.student}_z_honest"


@dataclass(frozen=True)
class Run:
    """What one run of `proctor grade` left."""

    course: Path
    code: int
    errors: str
    students: dict[str, dict[str, object]]
    scores: dict[str, float]
    heard: list[bytes]
    left_processes: list[str]
    left_files: list[str]
    changed: list[str]
    secrets: dict[str, str]

    def notebook(self, student):
        """A student's autograded notebook as text; there is none where none was handed in, or could be graded."""
        if self.students[student]["ending"] in WITHOUT_NOTEBOOK:
            return ""
        return (self.course / "autograded" / student / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")

    def outputs(self, student, *, own=False):
        """The outputs in a student's autograded notebook; `own` leaves those of test cells out."""
        if self.students[student]["ending"] in WITHOUT_NOTEBOOK:
            return []
        cells = json.loads(self.notebook(student))["cells"]
        kept = [it for it in cells if not (own and it["metadata"].get("nbgrader", {}).get("grade"))]
        return [output for cell in kept for output in cell.get("outputs", ())]

    def said(self, student):
        """What the student's own cells put out, as text."""
        return "\n".join(map(_text, self.outputs(student, own=True)))


def _text(output):
    parts = [output.get("text", ""), *output.get("data", {}).values(), output.get("traceback", [])]
    return "\n".join("".join(it) if isinstance(it, list) else str(it) for it in parts)


def cases():
    """All cases in the order of their names."""
    found = []
    for number, folder in enumerate(sorted(it for it in FOLDER.iterdir() if it.is_dir()), start=1):
        heading, facts = read_case(folder.name)
        words = {key: tuple(facts.get(key, ())) for key in ("endings", "reason", "says")}
        found.append(
            Case(folder.name, number, facts["points"], **words, long=facts.get("long", False), heading=heading)
        )
    return found


def read_case(name):
    """The heading of a case's answers, and what it expects."""
    facts = json.loads((FOLDER / name / "expected.json").read_text(encoding="utf-8"))
    return foreign.read_text(FOLDER / name / "answers.txt").heading, facts


def build(folder, places):
    """Build the course without students: source, release, edition; `places` is filled into the texts."""
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    (folder / "edition" / "chainrule").mkdir(parents=True)
    (folder / "edition" / "chainrule" / "__init__.py").write_text(EDITION, encoding="utf-8")
    source = folder / "source" / NAME
    source.mkdir(parents=True)
    (source / "samples.csv").write_text(SAMPLES, encoding="utf-8")
    content = foreign.notebooks_of(FOLDER)[NAME]
    foreign.write_notebook(source / f"{NAME}.ipynb", _filled_in(content, places))
    foreign.nbgrader(folder, "generate_assignment", NAME)
    note = foreign.cell("markdown", places["STUDENT"], "note")
    _hand_in(folder, CANARY, _case_pieces("honest"), places, more=[note])


def _filled_in(content, places):
    text = json.dumps(content)
    for word, value in places.items():
        text = text.replace(f"@{word}@", json.dumps(str(value))[1:-1])
    return json.loads(text)


def _case_pieces(name):
    text = foreign.read_text(FOLDER / name / "answers.txt")
    model = text.heading.get("like")
    return (_case_pieces(model) if model else []) + text.pieces


def _hand_in(folder, student, pieces, places, *, more=()):
    desk = folder / "submitted" / student / NAME
    desk.mkdir(parents=True)
    content = json.loads((folder / "release" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    content = _filled_in(foreign.filled(content, pieces), places)
    content["cells"] += more
    foreign.write_notebook(desk / f"{NAME}.ipynb", content)
    shutil.copy(folder / "release" / NAME / "samples.csv", desk)
    return desk


def hand_in(folder, chosen, places):
    """Let the students of some cases hand in, and an honest one after each."""
    honest = _case_pieces("honest")
    for case in chosen:
        desk = _hand_in(folder, case.folder, _case_pieces(case.name), places)
        if "damage" in case.heading:
            WRECKAGE[case.heading["damage"]](desk, folder)
        _hand_in(folder, case.neighbor, honest, places)


def build_and_grade(folder, chosen, python, *, user=None):
    """Build a course in a folder that everybody can enter, grade it with that Python, and look."""
    values = {name: f"canary-{name.lower()}-{secrets.token_hex(8)}" for name in SECRETS}
    course, home, temporary = folder / "course", folder / "home", folder / "tmp"
    with Listener() as listener:
        places = {"COURSE": course, "HOME": home, "VENV": python.parents[1], "PORT": listener.port} | values
        build(course, places)
        hand_in(course, chosen, places)
        home.mkdir()
        temporary.mkdir()
        (home / "diary.txt").write_text(values["HOMEFILE"], encoding="utf-8")
        before = digests(course, home)
        who = _handed_over(folder, user)
        processes = descendants()
        adopt_orphans()
        variables = {"HOME": str(home), "TMPDIR": str(temporary), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        done = subprocess.run(
            [str(python), "-m", "proctor", "grade", NAME, "--json", "--jobs", "1"],
            cwd=course,
            env=variables | {"PROCTOR_CANARY": values["VARIABLE"]},
            capture_output=True,
            text=True,
            timeout=GRADE_SECONDS,
            check=False,
            **who,
        )
        left = [f"{pid} {command_of(pid)}" for pid in remaining(processes)]
    facts = json.loads(done.stdout) if done.stdout.startswith("{") else {"students": []}
    return Run(
        course=course,
        code=done.returncode,
        errors=done.stderr if facts.get("students") else done.stderr + done.stdout,
        students={it["student"]: it for it in facts.get("students", ())},
        scores=_scores(course),
        heard=listener.heard,
        left_processes=left,
        left_files=sorted(str(it) for it in temporary.rglob("*")),
        changed=[name for name, digest in digests(course, home).items() if before.get(name, digest) != digest],
        secrets=values,
    )


def _handed_over(folder, user):
    """Give a course to another user; the arguments that start a process as that user."""
    if user is None:
        return {}
    for _, folders, files, place in os.fwalk(folder):  # by descriptors, since some paths are too long
        os.chown(place, user, user)
        for name in (*folders, *files):
            os.chown(name, user, user, dir_fd=place, follow_symlinks=False)
    return {"user": user, "group": user, "extra_groups": []}


def _scores(course):
    """What the gradebook says that each student has, extra credit included; a student without a row is not there."""
    query = """
    SELECT submitted_assignment.student_id, grade.auto_score, grade.manual_score, grade.extra_credit
    FROM submitted_assignment
    LEFT JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
    LEFT JOIN grade ON grade.notebook_id = submitted_notebook.id
    """
    found = {}
    with closing(sqlite3.connect(course / "gradebook.db")) as base:
        for student, *points in base.execute(query):
            found[student] = found.get(student, 0.0) + sum(it or 0.0 for it in points)
    return found


def faults(run, case):
    """
    What is not as a case says, in words; nothing where all is well.

    The tests look at the same facts one by one; this is for runs in which something must go wrong.
    """
    line, neighbor = run.students.get(case.student), run.students.get(case.neighbor)
    if line is None or neighbor is None or line["ending"] == "not graded":
        return ["not graded"]
    said, outputs = run.said(case.student), json.dumps(run.outputs(case.student))
    found = {
        "points": case.points != line["points"],
        "ending": line["ending"] not in case.endings,
        "reason": any(word not in line["reason"] for word in case.reason),
        "not tried": any(word not in said for word in case.says),
        "succeeded": "SUCCEEDED" in said,
        "secret": any(secret in said for secret in run.secrets.values()),
        "script": "<script" in outputs,
        "size": len(run.notebook(case.student)) > MOST_CHARACTERS,
        "neighbor": (17, "graded") != (neighbor["points"], neighbor["ending"]),
        "heard": bool(run.heard),
        "left": bool(run.left_processes or run.left_files),
        "changed": bool(run.changed),
    }
    return [name for name, wrong in found.items() if wrong]


def open_folder():
    """A new folder that every user can enter; pytest's own are private."""
    folder = Path(tempfile.mkdtemp(prefix="attacked-"))
    folder.chmod(0o755)
    return folder


def remove(folder):
    """Remove such a folder, with whatever is in it."""
    for _, _, _, place in os.fwalk(folder):
        os.fchmod(place, 0o700)
    shutil.rmtree(folder)
