"""The commands of proctor: what they print, write, and exit with."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import proctor
from support.foreign import build_course
from support.gradebooks import read_scores

pytestmark = [
    pytest.mark.processes,
    pytest.mark.needs("bwrap"),
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("commands"),
]
PLAIN = ("--isolation", "process")


def run(folder, *words, python=sys.executable, **variables):
    """Run `proctor ...` as somebody who grades would."""
    env = {**os.environ, "PATH": f"{Path(python).parent}{os.pathsep}{os.environ['PATH']}", **variables}
    command = [python, "-m", "proctor", *words]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=200)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course that nobody has graded yet."""
    return build_course(tmp_path_factory.mktemp("course"), ["quickstart"])


@pytest.fixture
def copy(course, tmp_path):
    """A copy of it, to grade."""
    return shutil.copytree(course, tmp_path / "course")


class TestGrade:
    """`proctor grade`."""

    def test_each_student_gets_a_line_and_a_row(self, copy):
        done = run(copy, "grade", "quickstart")
        students = sorted(it.name for it in (copy / "submitted").iterdir())

        assert (0, "") == (done.returncode, done.stderr)
        assert len(students) == sum(
            any(line.startswith(f"{it}: ") for it in students) for line in done.stdout.splitlines()
        )
        assert students == sorted(read_scores(copy, "quickstart"))
        assert f"{len(students)} submissions graded." in done.stdout

    @pytest.mark.slow(group="classes")
    def test_graded_submissions_are_left_alone_until_asked(self, copy):
        run(copy, "grade", "quickstart", "--student", "ann")
        again = run(copy, "grade", "quickstart", "--student", "ann")
        asked = run(copy, "grade", "quickstart", "--student", "ann", "--regrade")

        assert "1 kept: Graded before" in again.stdout
        assert "0 submissions graded." in again.stdout
        assert "1 submissions graded." in asked.stdout

    @pytest.mark.slow(group="classes")
    def test_only_the_named_students_of_a_course_elsewhere_are_graded(self, copy, tmp_path):
        words = ("--course-dir", str(copy), "--student", "bob", "--student", "ann", "--jobs", "1", "--json")
        done = run(tmp_path, "grade", "quickstart", *words)

        assert 0 == done.returncode
        assert ["ann", "bob"] == [it["student"] for it in json.loads(done.stdout)["students"]]
        assert (copy / "autograded" / "ann" / "quickstart" / "problem1.ipynb").is_file()

    @pytest.mark.slow(group="classes")
    def test_without_a_sandbox_it_says_what_is_not_protected(self, copy):
        done = run(copy, "grade", "quickstart", "--student", "ann", *PLAIN)

        assert 0 == done.returncode
        assert "Without bubblewrap, student code can read and change all that you can" in done.stdout

    @pytest.mark.slow(group="classes")
    def test_both_isolations_give_the_same_scores(self, copy, course, tmp_path):
        other = shutil.copytree(course, tmp_path / "plain")
        run(copy, "grade", "quickstart")
        run(other, "grade", "quickstart", *PLAIN)

        assert read_scores(copy, "quickstart") == read_scores(other, "quickstart")


class TestRefusals:
    """One sentence, exit code 2, nothing written."""

    def refused(self, folder, *words, **variables):
        done = run(folder, *words, **variables)
        assert (2, "") == (done.returncode, done.stderr)
        assert not (folder / "autograded").exists()
        return " ".join(done.stdout.split())

    def test_an_unknown_assignment(self, copy):
        assert "nbgrader generate_assignment nothing" in self.refused(copy, "grade", "nothing")

    def test_an_unknown_student(self, copy):
        words = self.refused(copy, "grade", "quickstart", "--student", "zoe")

        assert "Expected a submission of zoe in" in words

    def test_a_folder_that_is_no_course(self, tmp_path):
        empty = tmp_path / "empty"
        empty.mkdir()

        assert str(empty) in self.refused(empty, "grade", "quickstart")

    def test_no_bubblewrap(self, copy, tmp_path):
        """The sentence says how to install it, and what goes without."""
        (tmp_path / "bin").mkdir()
        words = self.refused(copy, "grade", "quickstart", PATH=str(tmp_path / "bin"))

        assert "apt-get install bubblewrap" in words
        assert "--isolation process" in words

    def test_a_limit_that_is_no_number(self, copy):
        with (copy / "nbgrader_config.py").open("a") as config:
            config.write("\nc.Proctor.memory_bytes = 'much'\n")

        words = self.refused(copy, "grade", "quickstart")

        assert "Expected c.Proctor.memory_bytes to be a whole number from 0 on, found 'much'." in words

    def test_json_has_the_sentence_too(self, copy):
        done = run(copy, "grade", "nothing", "--json")

        assert 2 == done.returncode
        assert {"error", "slug"} == set(json.loads(done.stdout))


class TestCheck:
    """`proctor check`."""

    def test_a_good_assignment_passes(self, copy):
        done = run(copy, "check", "quickstart")

        assert (0, "") == (done.returncode, done.stderr)
        assert (
            "10 tests: 10 verified (10 proved on wrong versions of the notebook), 0 unverified, 0 broken."
            in done.stdout
        )

    @pytest.mark.slow(group="classes")
    def test_a_broken_solution_fails(self, copy):
        path = copy / "source" / "quickstart" / "problem2.ipynb"
        content = json.loads(path.read_text(encoding="utf-8"))
        for cell in content["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
                cell["source"] = "1 / 0"
        path.write_text(json.dumps(content), encoding="utf-8")
        done = run(copy, "check", "quickstart", "--json")
        broken = {it["grade_id"] for it in json.loads(done.stdout)["tests"] if it["state"] == "broken"}

        assert 1 == done.returncode
        assert {"fibonacci-small", "fibonacci-large"} == broken

    @pytest.mark.slow(group="classes")
    def test_without_a_solved_notebook_nothing_is_checked(self, copy):
        shutil.rmtree(copy / "source")
        done = run(copy, "check", "quickstart")

        assert 0 == done.returncode
        assert "nothing was checked" in done.stdout


class TestDoctor:
    """`proctor doctor`."""

    def test_this_machine_can_grade(self, tmp_path):
        done = run(tmp_path, "doctor", "--json")
        facts = json.loads(done.stdout)

        assert 0 == done.returncode
        assert "bubblewrap" == facts["isolation"]
        assert {"bubblewrap", "sandbox", "seccomp"} <= {it["part"] for it in facts["findings"]}

    def test_what_is_missing_is_named_with_its_command(self, tmp_path):
        done = run(tmp_path, "doctor", PATH=str(tmp_path))

        assert 1 == done.returncode
        assert "apt-get install bubblewrap" in " ".join(done.stdout.split())


@pytest.fixture(scope="module")
def without_chainrule(tmp_path_factory):
    """A Python that has proctor and everything else of this one, but no chainrule."""
    folder = tmp_path_factory.mktemp("without")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60)
    packages = next(folder.glob("lib/python3*/site-packages"))
    for place in {Path(it) for it in sys.path if it.endswith("site-packages")}:
        for path in place.iterdir():
            if "chainrule" not in path.name and path.suffix != ".pth" and not (packages / path.name).exists():
                (packages / path.name).symlink_to(path)
    shutil.copytree(Path(proctor.__file__).parent, packages / "proctor")
    return str(folder / "bin" / "python")


@pytest.mark.slow(group="places")
class TestWithoutChainrule:
    """proctor never heard of this course."""

    def test_chainrule_is_really_not_there(self, without_chainrule, tmp_path):
        code = "import importlib.util as it; print(it.find_spec('chainrule'), it.find_spec('proctor').origin)"
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        command = [without_chainrule, "-c", code]
        found = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env, check=True)

        assert importlib.util.find_spec("chainrule")
        assert found.stdout.startswith("None ")
        assert "without" in found.stdout

    def test_a_course_is_graded(self, without_chainrule, copy, course):
        done = run(copy, "grade", "quickstart", *PLAIN, python=without_chainrule)
        golden = shutil.copytree(course, copy.parent / "golden")
        run(golden, "grade", "quickstart", *PLAIN)

        assert (0, "") == (done.returncode, done.stderr)
        assert read_scores(golden, "quickstart") == read_scores(copy, "quickstart")
