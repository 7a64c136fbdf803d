"""Patterns of answers and tests as public courses have them, made into notebooks and graded by both tools.

What you can do with this file:

- name the notebooks: `NOTEBOOKS`; read their patterns: `patterns_of`, which returns a `Pattern` each;
- make a course of one notebook with its students: `build`; grade it with both tools: `grade_both`, a `Row` a cell
  and student;
- print the table of all rows: `table`, or `python -m support.patterns [NOTEBOOK...]` in the folder `tests`.

The text of a notebook
----------------------
`foreign/patterns/NOTEBOOK-PART.txt` is percent text, and the parts of a notebook follow each other. A pattern starts
with `# %% pattern="name" about="one sentence"`, which becomes a heading. After it come cells, by their first word:

`author`   a cell of the course without grade id; `locked`: the same, locked
`answer`   the author's solved cell; without a line `BEGIN SOLUTION` all of it is the solution
`wrong`, `other`  what a student writes in the last answer: something wrong, and the right thing in another way
`test points=1`  a test cell; `manual points=1`: an answer that a person marks
`file name="x.csv"`  a file that is handed out; with `by="right"` (wrong, other, empty) it is what this student hands
           in: the empty one is released, the right one lies in `source/`, and students may overwrite it

The students are `CHOICES`, who answer everything alike, and mixed ones who choose anew for each answer.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from support.foreign import KERNEL, KINDS, NEWEST_SCHEMA, cell, environment, nbgrader, write_notebook
from support.gradebooks import read_scores

FOLDER = Path(__file__).resolve().parents[1] / "autograder" / "foreign" / "patterns"
NOTEBOOKS = tuple(sorted({path.stem.partition("-")[0] for path in FOLDER.glob("*.txt")}))
CHOICES = ("right", "other", "wrong", "empty")
ROLES = ("author", "locked", "answer", "wrong", "other", "test", "manual", "file")
CONFIG = """c = get_config()
c.CourseDirectory.course_id = "patterns"
c.Autograde.exclude_overwriting = {exclude}
"""
SOLVED = re.compile(r"^\s*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


@dataclass
class Pattern:
    """Cells of the author, and by answer cell what each student writes; files by name and student ("" for all)."""

    name: str
    about: str
    cells: list[dict] = field(default_factory=list)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    tests: list[str] = field(default_factory=list)
    files: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, role, marks, source):
        """Take in one cell of the text."""
        if role == "file":
            self.files[marks["name"]][marks.get("by", "")] = source + "\n"
        elif role in ("wrong", "other"):
            self.answers[list(self.answers)[-1]][role] = source
        elif role in ("answer", "manual"):
            place = f"{self.name}-answer-{len(self.answers) + 1}"
            if "### BEGIN SOLUTION" not in source:
                magic = re.match(r"(%%.*\n)?", source)[0]  # stays the first line
                source = f"{magic}### BEGIN SOLUTION\n{source.removeprefix(magic)}\n### END SOLUTION"
            self.answers[place] = {"right": SOLVED.sub("", source)}
            self._cell("solution" if role == "answer" else "manual", place, source, marks)
        elif role == "test":
            self.tests.append(f"{self.name}-{len(self.tests) + 1}")
            self._cell("test", self.tests[-1], source, {"points": "1"} | marks)
        else:
            self._cell("locked" if role == "locked" else "", f"{self.name}-author-{len(self.cells)}", source, marks)

    def _cell(self, kind, place, source, marks):
        facts = {"schema_version": NEWEST_SCHEMA, "grade_id": place, **KINDS[kind]} if kind else {}
        facts |= {"points": float(marks["points"])} if "points" in marks else {}
        self.cells.append(cell("code", source, place, {"nbgrader": facts} if facts else {}))


@dataclass(frozen=True)
class Row:
    """One cell of one student; points are None where a person must look."""

    notebook: str
    cell: str
    student: str
    choice: str
    nbgrader: float | None
    proctor: float | None
    state: str

    @property
    def key(self):
        """What it is called in lists: the cell, and how the pattern's answers were chosen."""
        return f"{self.cell} {self.choice}"

    @property
    def difference(self):
        """Nothing, or how the points differ, as "1 -> 0"."""
        if self.nbgrader == self.proctor:
            return ""
        return " -> ".join("waits" if it is None else f"{it:g}" for it in (self.nbgrader, self.proctor))

    @property
    def earns_more(self):
        """Whether proctor gives what nbgrader does not."""
        return self.proctor is not None and self.nbgrader is not None and self.proctor > self.nbgrader

    @property
    def earns_less(self):
        """Whether proctor takes what nbgrader gives."""
        return self.proctor is not None and self.nbgrader is not None and self.proctor < self.nbgrader


def patterns_of(notebook):
    """The patterns of a notebook, in order."""
    found = []
    for path in sorted(FOLDER.glob(f"{notebook}-*.txt")):
        for text in re.split(r"^# %% ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            head, _, source = text.partition("\n")
            marks = {key: quoted or bare for key, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|(\S+))', head)}
            if "pattern" in marks:
                found.append(Pattern(marks["pattern"], marks["about"]))
            else:
                found[-1].add(head.split()[0], marks, source.strip("\n"))
    return found


def mixed(patterns, students, seed):
    """For each of some mixed students, by answer cell and file: a choice at random, which no other pattern changes."""
    places = [it for each in patterns for it in each.answers]
    places += [name for each in patterns for name, by in each.files.items() if "" not in by]
    return {
        f"mix-{number}": {it: random.Random(f"{seed} {number} {it}").choice(CHOICES) for it in places}  # noqa: S311
        for number in range(students)
    }


def build(folder, notebook, *, mixes=0, seed=0):
    """
    Make an nbgrader course of one notebook in a folder.

    Returns
    -------
    dict
        From student to what they chose, by answer cell and file.
    """
    patterns = patterns_of(notebook)
    places = [it for pattern in patterns for it in (*pattern.answers, *pattern.files)]
    students = {choice: dict.fromkeys(places, choice) for choice in CHOICES} | mixed(patterns, mixes, seed)
    files = {name: by for pattern in patterns for name, by in pattern.files.items()}
    exclude = {"ps": [name for name, by in files.items() if "" not in by]}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nbgrader_config.py").write_text(CONFIG.format(exclude=exclude), encoding="utf-8")
    source, release = folder / "source" / "ps", folder / "release" / "ps"
    source.mkdir(parents=True)
    _write_files(source, files, dict.fromkeys(files, "right"))
    write_notebook(source / f"{notebook}.ipynb", _notebook(patterns))
    nbgrader(folder, "generate_assignment", "ps")
    _write_files(release, files, dict.fromkeys(files, "empty"))
    texts = {place: by for pattern in patterns for place, by in pattern.answers.items()}
    for student, chosen in students.items():
        desk = folder / "submitted" / student / "ps"
        shutil.copytree(release, desk)
        content = json.loads((desk / f"{notebook}.ipynb").read_text(encoding="utf-8"))
        for made in content["cells"]:
            made["source"] = texts.get(made["id"], {}).get(chosen.get(made["id"]), made["source"])
        write_notebook(desk / f"{notebook}.ipynb", content)
        _write_files(desk, files, chosen)
    return students


def _notebook(patterns):
    cells = []
    for pattern in patterns:
        cells += [cell("markdown", f"## {pattern.name}\n\n{pattern.about}", f"{pattern.name}-about"), *pattern.cells]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": KERNEL, "cells": cells}


def _write_files(folder, files, chosen):
    """Files that somebody's choice says; one without a text for it is not there."""
    for name, by in files.items():
        text = by.get("", by.get(chosen.get(name, "right")))
        if text is None:
            (folder / name).unlink(missing_ok=True)
        else:
            (folder / name).write_text(text, encoding="utf-8")


def grade_both(folder, notebook, *, mixes=0, seed=0, jobs=1):
    """Make the course of a notebook in a folder, grade it with both tools, and compare: a list of `Row`."""
    students = build(folder, notebook, mixes=mixes, seed=seed)
    other = folder.with_name(f"{folder.name}-proctor")
    shutil.copytree(folder, other)
    nbgrader(folder, "autograde", "ps")
    states = {it["grade_id"]: it["state"] for it in proctor(other, "check", "ps")["tests"]}
    proctor(other, "grade", "ps", "--jobs", str(jobs))
    theirs, ours = read_scores(folder, "ps"), read_scores(other, "ps")
    rows = []
    for pattern in patterns_of(notebook):
        for student, chosen in students.items():
            choices = [chosen[it] for it in (*pattern.answers, *pattern.files) if it in chosen]
            choice = choices[0] if len(set(choices)) == 1 else "+".join(choices)
            for place in (it for it in theirs[student] if _belongs(it, pattern)):
                one, two = (None if it[1] else it[0] for it in (theirs[student][place], ours[student][place]))
                name = place.partition("/")[2]
                rows.append(Row(notebook, name, student, choice, one, two, states.get(name, "by hand")))
    return rows


def _belongs(place, pattern):
    return place.partition("/")[2] in {it["id"] for it in pattern.cells}


def proctor(folder, *words):
    """What `proctor ... --json` says in a course."""
    run = subprocess.run(
        [sys.executable, "-m", "proctor", *words, "--json"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if run.stderr or not run.stdout:
        raise RuntimeError(f"`proctor {' '.join(words)}` failed in {folder}:\n{run.stderr[-3000:]}")
    return json.loads(run.stdout)


def table(rows):
    """Markdown: a line a cell and what it gave to whom, nbgrader's points before proctor's where they differ."""
    lines = ["| cell | test | " + " | ".join(CHOICES) + " |", "|---|---|" + "---|" * len(CHOICES)]
    cells = defaultdict(dict)
    for row in rows:
        cells[row.cell, row.state][row.student] = row
    for (name, state), by in cells.items():
        points = [f"**{by[it].difference}**" if by[it].difference else _points(by[it].proctor) for it in CHOICES]
        lines.append(f"| {name} | {state} | " + " | ".join(points) + " |")
    states = [state for _, state in cells]
    counts = ", ".join(f"{states.count(it)} {it}" for it in sorted(set(states)))
    differing = sum(bool(it.difference) for it in rows)
    lines += ["", f"{len(cells)} cells: {counts}; {differing} of {len(rows)} results differ.", ""]
    lines += [f"- {it.student}, {it.key}: {it.difference}" for it in rows if it.difference]
    return "\n".join(lines) + "\n"


def _points(points):
    return "waits" if points is None else f"{points:g}"


def _main():
    for notebook in sys.argv[1:] or NOTEBOOKS:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "course")
            mixes = int(os.environ.get("MIXES", "0"))
            print(f"## {notebook}\n\n{table(grade_both(place, notebook, mixes=mixes))}", flush=True)


if __name__ == "__main__":
    _main()
