"""How many submissions a minute: proctor under bubblewrap beside nbgrader, in one run.

Run: python benchmarks/throughput.py [--rounds 3] [--students 100] [--few 10] [--some 40]. An assignment of 8 small
answers and 8 test cells, no training loop; every student hands in a partly wrong notebook. Measured are whole runs
that begin with nothing known, wall and CPU time of all processes, their medians over interleaved rounds, and from runs
of two sizes the marginal cost of a submission, beside the bare run of the same cells in one warm Python process.
Writes benchmarks/results/throughput.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from record import record

CPU_GROUP = Path("/sys/fs/cgroup/cpuacct")
JOBS = 2
QUESTIONS = {
    "softmax": ("e = np.exp(z - z.max(axis=1, keepdims=True))\n    return e / e.sum(axis=1, keepdims=True)", "z"),
    "mse": ("return float(((y - t) ** 2).mean())", "y, t"),
    "relu": ("return np.maximum(x, 0.0)", "x"),
    "conv1d": ("return np.array([(x[i:i + len(w)] * w).sum() for i in range(len(x) - len(w) + 1)])", "x, w"),
    "standardize": ("return (x - x.mean(axis=0)) / x.std(axis=0)", "x"),
    "accuracy": ("return float((scores.argmax(axis=1) == labels).mean())", "scores, labels"),
    "one_hot": ("return np.eye(n)[labels]", "labels, n"),
    "fibonacci": ("a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a", "n"),
}
TESTS = {
    "softmax": "p = softmax(np.array([[1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0]]))\n"
    "assert_allclose(p.sum(axis=1), 1.0)\nassert_allclose(p[1], [1.0, 0.0, 0.0])",
    "mse": "assert_allclose(mse(np.array([1.0, 2.0]), np.array([0.0, 4.0])), 2.5)",
    "relu": "assert_allclose(relu(np.array([-1.0, 0.0, 2.0])), [0.0, 0.0, 2.0])",
    "conv1d": "assert_allclose(conv1d(np.arange(5.0), np.array([1.0, -1.0])), [-1.0] * 4)",
    "standardize": "s = standardize(np.arange(12.0).reshape(4, 3))\nassert_allclose(s.mean(axis=0), 0.0, atol=1e-12)\n"
    "assert_allclose(s.std(axis=0), 1.0)",
    "accuracy": "assert accuracy(np.eye(3)[[0, 1, 2, 2]], np.array([0, 1, 2, 1])) == 0.75",
    "one_hot": "assert one_hot(np.array([1, 0]), 3).tolist() == [[0, 1, 0], [1, 0, 0]]",
    "fibonacci": "assert [fibonacci(n) for n in range(8)] == [0, 1, 1, 2, 3, 5, 8, 13]",
}
IMPORTS = "import numpy as np\nfrom numpy.testing import assert_allclose"


def cell(source: str, name: str = "", **marks: object) -> dict[str, object]:
    """A code cell; with a name it is nbgrader's."""
    own = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "grade_id": name}
    metadata = {"nbgrader": own | marks} if name else {}
    extra = {"outputs": [], "execution_count": None}
    return {"cell_type": "code", "id": name or "imports", "metadata": metadata, "source": source, **extra}


def notebook(*cells: dict[str, object]) -> str:
    """A notebook of format 4.5."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content)


def answer(name: str, *, right: bool = True, solution: bool = False) -> str:
    """The text of an answer."""
    body, args = QUESTIONS[name]
    body = body if right else "return None"
    marked = f"### BEGIN SOLUTION\n    {body}\n    ### END SOLUTION" if solution else body
    return f"def {name}({args}):\n    {marked}"


def build(root: Path) -> None:
    """Write the course and generate its assignment."""
    cells = [cell(IMPORTS)]
    for name in QUESTIONS:
        cells.append(cell(answer(name, solution=True), name, solution=True))
        hidden = f"{TESTS[name]}\n### BEGIN HIDDEN TESTS\n{TESTS[name]}\n### END HIDDEN TESTS"
        cells.append(cell(hidden, f"{name}-test", grade=True, locked=True, points=1))
    folder = root / "source" / "hw1"
    folder.mkdir(parents=True)
    (folder / "hw1.ipynb").write_text(notebook(*cells), encoding="utf-8")
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'bench'\n")
    run([sys.executable, "-m", "nbgrader", "generate_assignment", "hw1"], root)


def hand_in(root: Path, count: int) -> None:
    """Let a class hand in; every seventh answer is wrong."""
    released = json.loads((root / "release" / "hw1" / "hw1.ipynb").read_text(encoding="utf-8"))
    for student in range(count):
        for number, it in enumerate(it for it in released["cells"] if "".join(it["source"]).startswith("def ")):
            name = it["metadata"]["nbgrader"]["grade_id"]
            it["source"] = answer(name, right=(student + number) % 7 != 0)
        folder = root / "submitted" / f"s{student:04d}" / "hw1"
        folder.mkdir(parents=True)
        (folder / "hw1.ipynb").write_text(json.dumps(released), encoding="utf-8")


def environment() -> dict[str, str]:
    """This Python's programs first, one BLAS thread."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


def run(command: list[str], root: Path) -> None:
    """Run a command that must work."""
    done = subprocess.run(command, cwd=root, env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def measured(commands: list[list[str]], root: Path) -> dict[str, float]:
    """Wall time, and CPU time of all processes, of commands that run at once."""
    group = CPU_GROUP / f"throughput-{os.getpid()}"
    counted = os.access(CPU_GROUP, os.W_OK)
    if counted:
        group.mkdir(exist_ok=True)
    start = time.perf_counter()
    enter = f"echo 0 > {group}/cgroup.procs 2>/dev/null || echo 0 > {group}/tasks; " if counted else ""
    processes = [
        subprocess.Popen(
            ["/bin/bash", "-c", enter + 'exec "$@"', "bash", *command],
            cwd=root,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    codes = [process.wait() for process in processes]
    wall = time.perf_counter() - start
    if any(codes):
        raise RuntimeError(f"{commands[0]} ended with {codes}")
    cpu = int((group / "cpuacct.usage").read_text()) / 1e9 if counted else float("nan")
    if counted:
        time.sleep(0.2)
        group.rmdir()
    return {"wall_seconds": wall, "cpu_seconds": cpu}


def fresh(template: Path, count: int) -> Path:
    """A copy of the course with a class."""
    root = Path(tempfile.mkdtemp(dir=template.parent))
    shutil.copytree(template, root, dirs_exist_ok=True)
    hand_in(root, count)
    return root


def nbgrader(*words: str) -> list[str]:
    """A command of nbgrader's."""
    return [sys.executable, "-m", "nbgrader", "autograde", "hw1", *words]


def proctor(*words: str) -> list[str]:
    """The command of ours."""
    return [sys.executable, "-m", "proctor", "grade", "hw1", "--jobs", str(JOBS), *words]


def bare_seconds(repeats: int = 200) -> float:
    """Median CPU time of the same cells in one warm Python process."""
    texts = [IMPORTS, *(text for name in QUESTIONS for text in (answer(name), TESTS[name], TESTS[name]))]
    times = []
    for _ in range(repeats):
        space: dict[str, object] = {}
        start = time.process_time()
        for text in texts:
            exec(compile(text, "<cell>", "exec"), space)  # noqa: S102 - our own cells
        times.append(time.process_time() - start)
    return statistics.median(times)


def plan(students: int, few: int, some: int) -> dict[str, tuple[int, list[list[str]]]]:
    """What is run in each round: the size of the class and the commands."""
    halves = [nbgrader(f"--student=s00{digits}*") for digits in ("[02]", "[13]")]
    ours = {f"proctor {count}": (count, [proctor()]) for count in (1, few, students, 2 * students)}
    return {
        f"nbgrader {few}": (few, [nbgrader()]),
        f"nbgrader {some}": (some, [nbgrader()]),
        f"two nbgraders {some}": (some, halves),
        **ours,
    }


def compared(folder: Path, rounds: int, students: int, few: int, some: int) -> dict[str, object]:
    """All figures."""
    template = folder / "template"
    build(template)
    taken: dict[str, list[dict[str, float]]] = {}
    for number in range(rounds):
        for name, (count, commands) in plan(students, few, some).items():
            root = fresh(template, count)
            taken.setdefault(name, []).append(measured(commands, root))
            shutil.rmtree(root)
            print(f"round {number + 1}: {name}: {taken[name][-1]['wall_seconds']:.1f} s", flush=True)
    runs = {
        name: {what: statistics.median(it[what] for it in them) for what in them[0]} for name, them in taken.items()
    }
    facts = {"students": students, "jobs": JOBS, "rounds": rounds, "bare_cpu_seconds": bare_seconds(), "runs": runs}
    return facts | derived(runs, students, few, some)


def derived(runs: dict[str, dict[str, float]], students: int, few: int, some: int) -> dict[str, float]:
    """Marginal costs and ratios."""
    found: dict[str, float] = {}
    for what in ("wall_seconds", "cpu_seconds"):
        slow = (runs[f"nbgrader {some}"][what] - runs[f"nbgrader {few}"][what]) / (some - few)
        fast = (runs[f"proctor {2 * students}"][what] - runs[f"proctor {few}"][what]) / (2 * students - few)
        found |= {
            f"nbgrader_marginal_{what}": slow,
            f"proctor_marginal_{what}": fast,
            f"marginal_ratio_{what}": slow / fast,
        }
    one = some / runs[f"nbgrader {some}"]["wall_seconds"]
    two = some / runs[f"two nbgraders {some}"]["wall_seconds"]
    ours = students / runs[f"proctor {students}"]["wall_seconds"]
    return found | {
        "throughput_ratio": ours / one,
        "throughput_ratio_to_two": ours / two,
        "submissions_a_minute": 60 * ours,
        "start_up_seconds": runs["proctor 1"]["wall_seconds"],
        "cpu_seconds_a_submission": runs[f"proctor {students}"]["cpu_seconds"] / students,
    }


def main() -> None:
    """Measure, print and write."""
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in (("rounds", 3), ("students", 100), ("few", 10), ("some", 40)):
        words.add_argument(f"--{name}", type=int, default=default)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        facts = compared(Path(folder), asked.rounds, asked.students, asked.few, asked.some)
    record("throughput", facts)
    for name, value in facts.items():
        if isinstance(value, float):
            print(f"{name}: {value:.3g}")


if __name__ == "__main__":
    main()
