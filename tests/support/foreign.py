"""Courses that have nothing to do with ours, graded by stock nbgrader.

What you can do with this file:

- name the assignments: `ASSIGNMENTS`, `DIFFERENCES` (the one where proctor differs on purpose);
- read their text: `notebooks_of`, `graded_cells`, `students_of`;
- make an nbgrader course of them, with submissions: `build_course`;
- grade it with nbgrader: `nbgrader_scores`, `nbgrader`;
- read what the gradebook holds: `read_scores` and `read_results` (of `support.gradebooks`);
- keep nbgrader's results as files: `write_golden`, or `python -m support.foreign NAME...` in the folder `tests`;
- read them: `golden`, `golden_scores`, `deserved`; see whether they are of this text: `fingerprint`;
- compare scores: `disagreements`.

The text of an assignment
-------------------------
`assignment.txt` and `answers/STUDENT.txt` are percent text; they end in .txt because they are data, not code.
Lines `# key: value` before the first marker are the heading. Each cell starts with a line such as
`# %% grade_id="squares" kind="solution"`; markdown cells say `# %% [markdown]` and begin each line with "# ".

assignment, heading: `duedate`.
assignment, marks: `notebook` (a new notebook begins), `grade_id`, `kind` (a key of `KINDS`), `points`, `tags`,
`schema` (version of nbgrader's metadata; 3 if not given), `name` (how answers call a cell without grade id).
answer, heading: `about` (one sentence), `deserves` (all, less, nothing: of the points that tests give), `timestamp`,
`like` (another student, whose cells come first), `alone` (only notebooks are handed in), `without` (notebooks that
are not), `damage` (a key of `support.damage.DAMAGES`).
answer, marks: `grade_id` or `name` (this cell gets a new text), `after` or `before` (a new cell of the student's
own), `drop` (the cell is deleted). What lies in a folder `answers/STUDENT/` is handed in too.
Other files of an assignment lie beside it; `X.py.txt` is handed out as `X.py`, `X.npy.txt` as an array file.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np

from support import damage
from support.gradebooks import read_results, read_scores, set_due_date

FOLDER = Path(__file__).resolve().parents[1] / "autograder" / "foreign"
ASSIGNMENTS = ("quickstart", "numerics", "classes", "frames", "training", "owners")
DIFFERENCES = "differences"
KINDS = {
    "solution": {"grade": False, "solution": True, "locked": False},
    "test": {"grade": True, "solution": False, "locked": True},
    "manual": {"grade": True, "solution": True, "locked": False},
    "text": {"grade": True, "solution": True, "locked": False},
    "task": {"grade": False, "solution": False, "locked": True, "task": True},
    "locked": {"grade": False, "solution": False, "locked": True},
}
NEWEST_SCHEMA = 3
CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "foreign"\nc.LateSubmissionPlugin.penalty_method = "zero"\n'
KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


@dataclass(frozen=True)
class Piece:
    """One cell of percent text."""

    kind: str
    marks: dict[str, str]
    source: str


@dataclass(frozen=True)
class Text:
    """A percent text: its heading and its cells."""

    heading: dict[str, str]
    pieces: list[Piece] = field(default_factory=list)


def read_text(path):
    """The percent text in a file."""
    heading, cells = {}, []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# %%"):
            cells.append((line.removeprefix("# %%"), []))
        elif cells:
            cells[-1][1].append(line)
        elif line.startswith("# "):
            key, _, value = line.removeprefix("# ").partition(": ")
            heading[key] = value
    return Text(heading, [_piece(marker, lines) for marker, lines in cells])


def _piece(marker, lines):
    kind = "markdown" if marker.strip().startswith("[markdown]") else "code"
    marks = {key: quoted or bare for key, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|(\S+))', marker)}
    if kind == "markdown":
        lines = [line.removeprefix("#").removeprefix(" ") for line in lines]
    return Piece(kind, marks, "\n".join(lines).strip("\n"))


def notebooks_of(name):
    """The instructor's notebooks of an assignment, from notebook name to content."""
    found, notebook = {}, name
    for piece in read_text(FOLDER / name / "assignment.txt").pieces:
        notebook = piece.marks.get("notebook", notebook)
        cells = found.setdefault(notebook, {"nbformat": 4, "nbformat_minor": 5, "metadata": KERNEL, "cells": []})
        if set(piece.marks) != {"notebook"} or piece.source:
            cells["cells"].append(_author_cell(piece, number=len(cells["cells"])))
    return found


def _author_cell(piece, number):
    marks = piece.marks
    metadata = {"tags": marks["tags"].split(",")} if "tags" in marks else {}
    if "kind" in marks:
        metadata["nbgrader"] = {"schema_version": int(marks.get("schema", NEWEST_SCHEMA)), **KINDS[marks["kind"]]}
        metadata["nbgrader"]["grade_id"] = marks["grade_id"]
        if "points" in marks:
            metadata["nbgrader"]["points"] = float(marks["points"])
    return cell(piece.kind, piece.source, marks.get("grade_id") or marks.get("name") or f"author-{number}", metadata)


def cell(kind, source, cell_id, metadata=None):
    """A notebook cell of format 4.5."""
    made = {"cell_type": kind, "id": cell_id, "metadata": metadata or {}, "source": source}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def graded_cells(name, *, by=("test", "manual", "text", "task")):
    """The points of each graded cell, from "notebook/grade_id"; `by` narrows to some kinds of cells."""
    found = {}
    for notebook, content in notebooks_of(name).items():
        for made in content["cells"]:
            marks = made["metadata"].get("nbgrader", {})
            if "points" in marks and any(_is(marks, kind) for kind in by):
                found[f"{notebook}/{marks['grade_id']}"] = marks["points"]
    return found


def _is(marks, kind):
    return all(marks.get(key) == value for key, value in KINDS[kind].items())


def students_of(name):
    """The students of an assignment, from name to the heading of their answers."""
    return {path.stem: read_text(path).heading for path in sorted((FOLDER / name / "answers").glob("*.txt"))}


def build_course(folder, names):
    """Write source, release and submissions of some assignments into a folder, and return it."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    for name in names:
        source = folder / "source" / name
        _copy_files(FOLDER / name, source)
        for notebook, content in notebooks_of(name).items():
            write_notebook(source / f"{notebook}.ipynb", content)
        if any("schema" in piece.marks for piece in read_text(FOLDER / name / "assignment.txt").pieces):
            nbgrader(folder, "update", str(source))  # nbgrader grades no metadata of an older version
        nbgrader(folder, "generate_assignment", name)
        set_due_date(folder, name, read_text(FOLDER / name / "assignment.txt").heading.get("duedate"))
        for student in students_of(name):
            submit(folder, name, student)
    return folder


def _copy_files(folder, target):
    """Copy what goes with a notebook; X.py.txt becomes X.py, and the numbers in X.npy.txt become an array file."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.iterdir()):
        if path.name.endswith(".npy.txt"):
            np.save(target / path.stem, np.loadtxt(path))
        elif path.name.endswith(".py.txt"):
            shutil.copy(path, target / path.stem)
        elif path.suffix not in {"", ".txt", ".json"}:
            shutil.copy(path, target / path.name)


def write_notebook(path, content):
    """Write a notebook as Jupyter does."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def submit(folder, name, student):
    """Hand in: the release with a student's answers, for one student of an assignment."""
    answers = read_text(FOLDER / name / "answers" / f"{student}.txt")
    model = answers.heading.get("like")
    pieces = (read_text(FOLDER / name / "answers" / f"{model}.txt").pieces if model else []) + answers.pieces
    release, desk = folder / "release" / name, folder / "submitted" / student / name
    missing = answers.heading.get("without", "").split()
    desk.mkdir(parents=True)
    for path in sorted(release.glob("*.ipynb")):
        if path.stem not in missing:
            content = json.loads(path.read_text(encoding="utf-8"))
            write_notebook(desk / path.name, filled(content, pieces))
    if "alone" not in answers.heading:
        shutil.copytree(release, desk, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.ipynb"))
    if (FOLDER / name / "answers" / student).is_dir():
        _copy_files(FOLDER / name / "answers" / student, desk)
    if "timestamp" in answers.heading:
        (desk / "timestamp.txt").write_text(answers.heading["timestamp"], encoding="utf-8")
    if "damage" in answers.heading:
        damage.DAMAGES[answers.heading["damage"]](desk)


def filled(content, pieces):
    """A released notebook with a student's cells; cells of other notebooks of the assignment are left out."""
    cells, known = list(content["cells"]), {it["id"] for it in content["cells"]}
    for number, piece in enumerate(pieces):
        place = next(iter(piece.marks.values()))
        if place not in known:
            continue
        at = next(index for index, it in enumerate(cells) if it["id"] == place)
        if "drop" in piece.marks:
            del cells[at]
        elif "after" in piece.marks or "before" in piece.marks:
            at += "after" in piece.marks
            while "after" in piece.marks and at < len(cells) and cells[at]["id"].startswith("own-"):
                at += 1
            cells.insert(at, cell(piece.kind, piece.source, f"own-{number}"))
        else:
            cells[at] = cells[at] | {"source": piece.source}
    return content | {"cells": cells}


def environment():
    """This environment with this Python's own folder first on the PATH."""
    return {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])}


def nbgrader(folder, *words, check=True):
    """Run an nbgrader command in a course; its log is the value."""
    run = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if check and run.returncode:
        raise RuntimeError(f"`nbgrader {' '.join(words)}` failed in {folder}:\n{run.stderr[-3000:]}")
    return run.stderr


def nbgrader_scores(folder, name):
    """Grade an assignment with nbgrader and read the scores; a submission that stops it stops no other."""
    for student in sorted(path.parent.name for path in Path(folder).glob(f"submitted/*/{name}")):
        nbgrader(folder, "autograde", name, "--student", student, check=name != DIFFERENCES)
    return read_scores(folder, name)


def fingerprint(name):
    """A hash of all the text of an assignment, its answers and what happens to them."""
    paths = [path for path in sorted((FOLDER / name).rglob("*")) if path.is_file() and path.name != "deserved.json"]
    texts = [path.read_bytes() for path in [*paths, *([Path(damage.__file__)] if name == DIFFERENCES else [])]]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


def golden(name):
    """What nbgrader gave, as written by `write_golden`."""
    return json.loads((FOLDER / "scores" / f"{name}.json").read_text(encoding="utf-8"))


def golden_scores(name):
    """The scores that nbgrader gave, in the form of `read_scores`."""
    students = golden(name)["students"]
    return {
        student: {place: tuple(it) for place, it in result["scores"].items()} for student, result in students.items()
    }


def deserved():
    """What the students of the assignment `differences` deserve, and why."""
    return json.loads((FOLDER / DIFFERENCES / "deserved.json").read_text(encoding="utf-8"))


def disagreements(found, expected, *, tolerance=1e-9):
    """{student: {"notebook/grade_id": (found, expected)}} where two results of `read_scores` differ."""
    differing = {}
    for student in sorted(found.keys() | expected.keys()):
        ours, theirs = found.get(student, {}), expected.get(student, {})
        for place in sorted(ours.keys() | theirs.keys()):
            one, other = ours.get(place), theirs.get(place)
            if not _same(one, other, tolerance):
                differing.setdefault(student, {})[place] = one, other
    return differing


def _same(one, other, tolerance):
    if one is None or other is None or one[0] is None or other[0] is None:
        return one is other or (one is not None and other is not None and tuple(one) == tuple(other))
    return abs(one[0] - other[0]) <= tolerance and bool(one[1]) == bool(other[1])


def write_golden(name, folder):
    """Grade an assignment in a new course in that folder and write down what nbgrader gives."""
    build_course(folder, [name])
    nbgrader_scores(folder, name)
    students = read_results(folder, name)
    facts = {"nbgrader": version("nbgrader"), "text": fingerprint(name), "students": students}
    lines = re.sub(r"\[\s+([\w.]+),\s+(\w+)\s+\]", r"[\1, \2]", json.dumps(facts, indent=1))
    path = FOLDER / "scores" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(lines + "\n", encoding="utf-8")
    return students


def _main():
    for name in sys.argv[1:] or [*ASSIGNMENTS, DIFFERENCES]:
        with tempfile.TemporaryDirectory() as folder:
            found = write_golden(name, folder)
        for student, result in found.items():
            points = sum(score or 0 for score, _ in result["scores"].values())
            print(f"{name:12} {student:32} {points:g}")


if __name__ == "__main__":
    _main()
