"""What `make release` packs holds nothing that must not get out, and a wrong package is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from chainrule.authoring.building.parts import lies_in
from chainrule.authoring.building.student_edition import NEVER_INSIDE
from chainrule.authoring.course import find_course
from support.releasing import pack, release

ROOT = Path(__file__).resolve().parents[2]
COURSE = find_course(ROOT)
UNIT = "02_activations"
PACKAGES = {"chainrule": "chainrule_course", "proctor": "proctor_nbgrader"}
OURS = (".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "var", "dist", "dist.part")
# From a file that must not get out to one whose content it has, where that matters.
LITTER = {
    "course/roster.csv": "LICENSE",
    "course/var/submitted/ada/00_warmup/00_warmup.ipynb": "source/00_warmup/00_warmup.ipynb",
    "release/07_capstone/capstone.npz": "LICENSE",
    "release/07_capstone/chainrule/exercises/__init__.py": "LICENSE",
    "source/00_warmup/.ipynb_checkpoints/00_warmup-checkpoint.ipynb": "source/00_warmup/00_warmup.ipynb",
    "lib/chainrule/nn/__pycache__/losses.cpython-311.pyc": "LICENSE",
    "autograder/proctor/__pycache__/model.cpython-311.pyc": "LICENSE",
    "dist/chainrule_course-0.0.1-py3-none-any.whl": "LICENSE",
    "dist.part/student/half.zip": "LICENSE",
}


def slow(test):
    """What needs the whole release is made once, in one process."""
    return pytest.mark.slow(group="places")(pytest.mark.xdist_group("release")(test))


@pytest.fixture(scope="session")
def dist(tmp_path_factory):
    """The folder dist of a copy of this tree, in which a course was held and much lies about."""
    copy = tmp_path_factory.mktemp("release") / "tree"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*OURS))
    for unit in COURSE.units:
        shutil.rmtree(copy / "release" / unit / "chainrule", ignore_errors=True)
    for name, like in LITTER.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(copy / like, copy / name)
    command = [sys.executable, str(copy / ".ci" / "release.py"), "--unproved", "--draft"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Proofs: not looked at (--unproved).\n")
    assert not (copy / "dist.part").exists()
    return copy / "dist"


@pytest.fixture(params=PACKAGES)
def package(request):
    return request.param


@pytest.fixture
def wheel(dist, package):
    """The names in a package's wheel."""
    (file,) = dist.glob(f"{PACKAGES[package]}-*.whl")
    return zipfile.ZipFile(file).namelist()


@pytest.fixture
def archive(dist, package):
    """The names in a package's source archive, without its folder."""
    (file,) = dist.glob(f"{PACKAGES[package]}-*.tar.gz")
    with tarfile.open(file) as opened:
        return [name.partition("/")[2] for name in opened.getnames()]


@pytest.fixture
def students(dist):
    """What students get: from each unit to the files of its zip, by their names."""
    found = {}
    for file in sorted(dist.glob("student/*.zip")):
        with zipfile.ZipFile(file) as opened:
            found[file.name.partition("-")[0]] = {name: opened.read(name) for name in opened.namelist()}
    return found


def code_of(package, tree):
    """The files of a package in a tree."""
    home = tree / {"chainrule": "lib", "proctor": "autograder"}[package]
    found = [path for path in (home / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(home).as_posix() for path in found}


def module_of(name):
    """The module that a file of a student release is, without "NN_name/chainrule/"."""
    return ".".join(PurePosixPath(name).with_suffix("").parts[2:])


@slow
class TestDist:
    """Wheels and source archives."""

    def test_dist_holds_the_packed_files_alone(self, dist):
        """Nothing of an earlier release, nothing beside them."""
        found = {path.relative_to(dist).as_posix() for path in dist.rglob("*") if path.is_file()}
        version = release.versions(ROOT)["pyproject.toml"]

        assert found == {
            *(f"{name}-{version}-py3-none-any.whl" for name in PACKAGES.values()),
            *(f"{name}-{version}.tar.gz" for name in PACKAGES.values()),
            *(f"student/{unit}-{version}.zip" for unit in COURSE.units),
        }

    def test_a_wheel_holds_its_package_alone(self, dist, wheel, package):
        """No tests, no course units, no notebooks, no source folder; all of the package, and the mark of its types."""
        inside = {name for name in wheel if ".dist-info/" not in name}

        assert inside == code_of(package, dist.parent)
        assert f"{package}/py.typed" in inside
        assert not [name for name in inside if name.endswith(".ipynb")]
        assert not {"tests", "units", "source"} & {part for name in inside for part in name.split("/")}

    def test_a_source_archive_holds_nothing_that_git_ignores(self, archive, package):
        """Least of all names and work of students."""
        assert {"pyproject.toml", "README.md"} <= set(archive)
        assert not [name for name in archive if "/var/" in name or name.endswith((".csv", ".pyc", ".ipynb"))]


@slow
class TestStudentReleases:
    """One notebook to work on, the edition beside it, and no answer in either."""

    def test_a_zip_holds_one_folder_with_one_notebook_and_the_edition(self, students):
        """A unit that comes with data files is named here."""
        assert {unit: {tuple(name.split("/")[:2]) for name in files} for unit, files in students.items()} == {
            unit: {(unit, f"{unit}.ipynb"), (unit, "chainrule"), (unit, "LICENSE")} for unit in COURSE.units
        }

    def test_there_is_no_second_notebook(self, students):
        assert [name for files in students.values() for name in files if name.endswith(".ipynb")] == [
            f"{unit}/{unit}.ipynb" for unit in COURSE.units
        ]

    def test_the_edition_has_its_key_and_its_checks(self, students):
        needed = [f"{unit}/chainrule/{name}" for unit in students for name in ("answer_key.npz", "desk/checks.py")]

        assert not [name for name in needed if name not in students[name.split("/")[0]]]

    def test_no_part_that_students_write_or_never_see_is_inside(self, students):
        left_out = {unit: [*NEVER_INSIDE, *COURSE.assessed_from(unit)] for unit in COURSE.units}
        names = [(unit, name) for unit, files in students.items() for name in files]

        assert {"exercises", "authoring", "cli"} <= set(NEVER_INSIDE)
        assert not [name for unit, name in names if lies_in(module_of(name), left_out[unit])]

    def test_no_notebook_holds_a_solution_or_a_hidden_test(self, students):
        texts = {unit: files[f"{unit}/{unit}.ipynb"].decode() for unit, files in students.items()}
        marks = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "chainrule.grade")

        assert [(unit, mark) for unit, text in texts.items() for mark in marks if mark in text] == []

    def test_no_cache_is_inside(self, students):
        names = [name for files in students.values() for name in files]

        assert not [name for name in names if "__pycache__" in name or "/." in name or name.endswith(".pyc")]


WHEEL = ["chainrule/__init__.py", "chainrule/py.typed", "chainrule_course-1.0.0.dist-info/METADATA"]
STUDENT = {
    f"{UNIT}/{UNIT}.ipynb": '{"cells": []}',
    f"{UNIT}/data.csv": "1",
    f"{UNIT}/chainrule/__init__.py": "",
    f"{UNIT}/chainrule/answer_key.npz": "key",
    f"{UNIT}/chainrule/nn/losses.py": "",
    f"{UNIT}/chainrule/nn/activation.py": "",
}
ASSESSED = ("nn.activations", "nn.mlp", "capstone.packing")


class TestTheRulesBite:
    """Each look into an archive refuses a small wrong one."""

    def test_right_ones_pass(self, tmp_path):
        assert release.faults_of_wheel(WHEEL, "chainrule") == []
        assert release.faults_of_student_zip(pack(tmp_path / "a.zip", STUDENT), UNIT, ASSESSED) == []

    @pytest.mark.parametrize(
        "name",
        [
            "tests/test_a.py",
            "course/units/02_activations.py",
            "source/02_activations/02_activations.ipynb",
            "proctor/__init__.py",
            "conftest.py",
            "chainrule/tests/test_a.py",
            "chainrule/units/a.py",
            "chainrule/a.ipynb",
            "chainrule/__pycache__/a.cpython-311.pyc",
        ],
    )
    def test_a_file_too_many_in_a_wheel(self, name):
        (fault, *_) = release.faults_of_wheel([*WHEEL, name], "chainrule")

        assert fault.startswith(f"holds {name}")

    def test_a_wheel_without_types(self):
        assert release.faults_of_wheel([WHEEL[0], WHEEL[2]], "chainrule") == ["lacks py.typed"]

    @pytest.mark.parametrize("name", ["x-1/course/var/gradebook.db", "x-1/course/roster.csv", "x-1/lib/a.pyc"])
    def test_a_file_too_many_in_a_source_archive(self, name):
        assert release.faults_of_names(["x-1/lib/variance.py", name]) == [f"holds {name}"]

    @pytest.mark.parametrize(
        "name",
        [
            "chainrule/exercises/__init__.py",
            "chainrule/exercises/u07_capstone/mnist_sample.npz",
            "chainrule/authoring/build.py",
            "chainrule/cli.py",
            "chainrule/nn/activations/logistic.py",
            "chainrule/nn/mlp.py",
            "chainrule/capstone/packing.py",
            "chainrule/__pycache__/a.pyc",
            ".ipynb_checkpoints/a.txt",
        ],
    )
    def test_a_file_too_many_in_a_student_release(self, name, tmp_path):
        archive = pack(tmp_path / "a.zip", STUDENT | {f"{UNIT}/{name}": ""})
        (fault,) = release.faults_of_student_zip(archive, UNIT, ASSESSED)

        assert fault.startswith(f"holds {UNIT}/{name}")

    @pytest.mark.parametrize("name", ["other/a.txt", "a.txt", f"{UNIT}/../a.txt"])
    def test_a_file_outside_of_the_folder(self, name, tmp_path):
        archive = pack(tmp_path / "a.zip", STUDENT | {name: ""})

        assert release.faults_of_student_zip(archive, UNIT, ASSESSED) == [f"holds {name} outside of {UNIT}/"]

    @pytest.mark.parametrize("name", [f"{UNIT}/solved.ipynb", f"{UNIT}/a/{UNIT}.ipynb"])
    def test_a_second_notebook(self, name, tmp_path):
        archive = pack(tmp_path / "a.zip", STUDENT | {name: "{}"})

        (fault,) = release.faults_of_student_zip(archive, UNIT, ASSESSED)
        assert fault.startswith("holds 2 notebooks")

    def test_no_notebook(self, tmp_path):
        archive = pack(tmp_path / "a.zip", {name: "" for name in STUDENT if not name.endswith(".ipynb")})

        (fault,) = release.faults_of_student_zip(archive, UNIT, ASSESSED)
        assert fault.startswith("holds 0 notebooks")

    def test_no_key(self, tmp_path):
        archive = pack(tmp_path / "a.zip", {name: "" for name in STUDENT if not name.endswith(".npz")})

        assert release.faults_of_student_zip(archive, UNIT, ASSESSED) == ["lacks answer_key.npz"]

    @pytest.mark.parametrize("mark", ["### BEGIN SOLUTION", "### BEGIN HIDDEN TESTS"])
    def test_an_answer_in_the_notebook(self, mark, tmp_path):
        archive = pack(tmp_path / "a.zip", STUDENT | {f"{UNIT}/{UNIT}.ipynb": f'{{"source": "{mark}"}}'})

        (fault,) = release.faults_of_student_zip(archive, UNIT, ASSESSED)
        assert fault.endswith("in its notebook")

    def test_a_missing_file_and_the_name_of_a_wrong_one(self, tmp_path):
        pack(tmp_path / "chainrule_course-1.0.0-py3-none-any.whl", dict.fromkeys([*WHEEL, "tests/a.py"], ""))
        pack(tmp_path / "student" / f"{UNIT}-1.0.0.zip", STUDENT | {"a.txt": ""})
        with tarfile.open(tmp_path / "chainrule_course-1.0.0.tar.gz", "w:gz") as archive:
            archive.addfile(tarfile.TarInfo("x/course/roster.csv"))

        assert release.look_inside(tmp_path, {UNIT: ASSESSED, "03_initialization": ()}) == [
            "2 files *.whl are due, not 1",
            "2 files *.tar.gz are due, not 1",
            "2 files student/*.zip are due, not 1",
            "chainrule_course-1.0.0-py3-none-any.whl holds tests/a.py, which is not of chainrule",
            "chainrule_course-1.0.0.tar.gz holds x/course/roster.csv",
            f"{UNIT}-1.0.0.zip holds a.txt outside of {UNIT}/",
        ]
