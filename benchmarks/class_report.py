"""How long the class report of 2,000 submissions takes, and the export of their scores.

Run: python benchmarks/class_report.py [--students 2000] [--questions 30] [--rounds 3]. The gradebook and the records of
grading are filled directly: every third answer shows one of five mistakes, every fourth free text waits for a person,
some submissions were repaired or ran out of time. Measured are whole commands, `proctor report` and `proctor export`,
wall and CPU time, medians over the rounds. Writes benchmarks/results/class_report.json.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from proctor.course.nbgrader import find_course
from proctor.gradebook import Gradebook
from proctor.marks.results import QuestionRecord, Record, write_record
from proctor.model import Ending, Mark, Trouble
from record import record
from throughput import cell, environment, notebook, run

ASKED_SECONDS = 10.0
COMMANDS = {"report": ("report", "hw1"), "export": ("export", "hw1", "--to", "canvas")}


def build(root: Path, questions: int) -> None:
    """Write the course and generate its assignment."""
    cells = []
    for number in range(questions):
        solved = f"def f{number}():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"
        cells.append(cell(solved, f"f{number}", solution=True))
        cells.append(cell(f"assert f{number}() == 1", f"f{number}-hidden", grade=True, locked=True, points=2))
    cells.append(cell("# YOUR ANSWER HERE", "essay", grade=True, solution=True, points=3))
    folder = root / "source" / "hw1"
    folder.mkdir(parents=True)
    (folder / "hw1.ipynb").write_text(notebook(*cells), encoding="utf-8")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'bench'\n")
    run([sys.executable, "-m", "nbgrader", "generate_assignment", "hw1"], root)


def fill(root: Path, students: int, questions: int) -> None:
    """Give everybody points, findings and events."""
    course = find_course(root)
    with Gradebook(course) as book:
        for student in range(students):
            wrong = {number for number in range(questions) if (student + number) % 3 == 0}
            marks = [Mark(f"f{it}-hidden", 0.0 if it in wrong else 2.0) for it in range(questions)]
            marks.append(Mark("essay", None if student % 4 == 0 else 1.0))
            name = f"s{student:05}"
            book.record("hw1", name, timestamp=None, marks={"hw1": marks}, comments={})
            found = tuple(
                QuestionRecord("hw1", f"f{it}-hidden", True, f"m{student % 5}", f"mistake {student % 5}", "Exercise 1")
                if it in wrong
                else QuestionRecord("hw1", f"f{it}-hidden")
                for it in range(questions)
            )
            troubles = (Trouble("hw1", "f1-hidden", "timed-out", "It took too long."),) * (student % 50 == 0)
            repairs = ("The cell f2 was missing; it was put back.",) * (student % 20 == 0)
            write_record(course, "hw1", Record(name, Ending.GRADED, "", found, troubles, repairs))


def measured(root: Path, *words: str) -> dict[str, float]:
    """One command of proctor's."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "proctor", *words], cwd=root, env=environment(), check=True, stdout=subprocess.DEVNULL
    )
    after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_seconds": wall, "cpu_seconds": cpu}


def main() -> None:
    """Measure, print and write."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("students", 2000), ("questions", 30), ("rounds", 3)):
        words.add_argument(f"--{name}", type=int, default=default)
    asked = words.parse_args()
    figures: dict[str, object] = {
        "students": asked.students,
        "questions": asked.questions,
        "asked_seconds": ASKED_SECONDS,
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        build(root, asked.questions)
        fill(root, asked.students, asked.questions)
        for name, command in COMMANDS.items():
            rounds = [measured(root, *command) for _ in range(asked.rounds)]
            figures[name] = {what: statistics.median(it[what] for it in rounds) for what in rounds[0]}
            print(name, figures[name], flush=True)
        figures["page_bytes"] = (root / "reports" / "hw1" / "report.html").stat().st_size
    record("class_report", figures)


if __name__ == "__main__":
    main()
