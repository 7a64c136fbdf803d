"""A simulated class earns under nbgrader and proctor exactly what it deserves; Validate agrees with the checks."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from chainrule.aliases import MOVED
from chainrule.authoring.simulating.demo import nbgrader, proctor, run_demo, scores_of
from chainrule.authoring.simulating.simulate import simulate, write_deserved
from chainrule.checking import AuthorError
from support.courses import COURSE, cells_of

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("simulated class")]  # one worker grades it, once
UNITS = list(COURSE.units)
OLD_NAMES = "04_backpropagation"
BY_NBGRADER_TOO = "02_activations"  # a minute a unit; `make test-full` grades every unit with both
FEW, MANY = 6, 30
SLOW = pytest.mark.slow(group="classes")
TRUSTING = '--CourseDirectory.ignore=["*.pyc"]'  # takes back what nbgrader_config.py sets


class Classes:
    """A class of six for each unit, made and graded when it is first asked for."""

    def __init__(self, built, folder):
        self.built, self._folder = built, folder
        self._handed_in, self._scores, self._graded = {}, {}, None

    def handed_in(self, unit):
        """The students; their work lies in the built course."""
        if unit not in self._handed_in:
            folder = self.built.var / "submitted"
            self._handed_in[unit] = simulate(self.built, unit, students=FEW, seed=1, folder=folder)
        return self._handed_in[unit]

    @property
    def graded(self):
        """A copy for the course's own grader, whose sandbox shows students' code the edition alone."""
        if self._graded is None:
            self._graded = type(self.built)(shutil.copytree(self.built.root, self._folder), self.built.units)
        return self._graded

    def scores(self, unit):
        """What the course's own grader gives."""
        if unit not in self._scores:
            for student in self.handed_in(unit):
                place = f"submitted/{student.name}/{unit}"
                shutil.copytree(self.built.var / place, self.graded.var / place, dirs_exist_ok=True)
            proctor(self.graded, "grade", unit)
            self._scores[unit] = scores_of(self.graded, unit)
        return self._scores[unit]


@pytest.fixture(scope="session")
def classes(built, tmp_path_factory):
    """Simulated classes of all units."""
    return Classes(built, tmp_path_factory.mktemp("proctor") / "course")


@pytest.fixture(scope="session")
def by_nbgrader(built, classes):
    """What stock nbgrader gives one of the classes."""
    classes.handed_in(BY_NBGRADER_TOO)
    nbgrader(built, "autograde", BY_NBGRADER_TOO)
    return scores_of(built, BY_NBGRADER_TOO)


def deserved(students):
    """From names to the points that each student should get."""
    return {it.name: it.total for it in students}


def earned(scores):
    """From names to the points that each student got."""
    return {name: score for name, (score, _) in scores.items()}


@SLOW
@pytest.mark.needs("bwrap")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("unit", UNITS)
class TestScores:
    """Scores beside deserved ones."""

    def test_every_student_gets_what_is_deserved(self, classes, unit):
        assert deserved(classes.handed_in(unit)) == earned(classes.scores(unit))

    def test_the_class_is_mixed(self, classes, unit):
        totals = {it.kind: it.total for it in classes.handed_in(unit)}

        assert {"right", "untouched", "half finished", "tampered edition", "mistakes"} == set(totals)
        assert len(set(totals.values())) >= 4

    def test_the_solved_notebook_earns_full_marks(self, built, classes, unit):
        cells = cells_of(built.source(unit)).values()
        points = [cell["metadata"]["nbgrader"] for cell in cells if cell["metadata"]["nbgrader"]["grade"]]
        automatic = sum(it["points"] for it in points if not it["solution"])

        student = classes.handed_in(unit)[0]

        assert "right" == student.kind
        assert (automatic, sum(it["points"] for it in points)) == classes.scores(unit)[student.name]

    def test_the_untouched_notebook_earns_nothing(self, classes, unit):
        student = classes.handed_in(unit)[1]

        assert "untouched" == student.kind
        assert classes.scores(unit)[student.name][0] == 0

    @pytest.mark.full
    def test_every_test_runs_outside_the_students_process(self, classes, unit):
        """As a run of the solved notebook finds."""
        facts = run_json(PROCTOR_CHECK, classes.graded.root, unit)

        assert {"verified"} == {it["state"] for it in facts["tests"]}


@SLOW
@pytest.mark.needs("bwrap")
@pytest.mark.timeout(600)
def test_a_class_that_uses_the_old_names_of_modules_earns_the_same(built, classes, tmp_path):
    """In the cells that they were given, in their answers, and in a cell that they added."""
    students = classes.handed_in(OLD_NAMES)
    course = type(built)(shutil.copytree(built.root, tmp_path / "course"), built.units)
    found = [with_old_names(path) for path in course.var.glob(f"submitted/*/{OLD_NAMES}/*.ipynb")]
    proctor(course, "grade", OLD_NAMES)

    assert min(found) >= 5
    assert deserved(students) == earned(scores_of(course, OLD_NAMES))


def with_old_names(path):
    """Put the names of version 0 into a submission; gives how many places that changed."""
    notebook, places = json.loads(path.read_text(encoding="utf-8")), 0
    for cell in notebook["cells"]:
        text = "".join(cell["source"]).replace("from chainrule.nn import", "from chainrule import")
        for old, new in MOVED.items():
            text = text.replace(f"chainrule.{new}", f"chainrule.{old}")
        places += text != "".join(cell["source"])
        cell["source"] = text
    added = "from chainrule import losses\nfrom chainrule.standing import progress\nimport chainrule.activations"
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": added}
    notebook["cells"].insert(1, {**cell, "id": "added-by-the-student"})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return places


@SLOW
@pytest.mark.timeout(600)
class TestNbgrader:
    """The same class under stock nbgrader."""

    def test_every_student_gets_what_is_deserved(self, classes, by_nbgrader):
        assert deserved(classes.handed_in(BY_NBGRADER_TOO)) == earned(by_nbgrader)

    def test_the_edited_edition_would_help_if_it_were_trusted(self, built, classes, by_nbgrader, tmp_path):
        """Without leaving it out, the student with the edited edition gets more: the defence is needed."""
        cheat = classes.handed_in(BY_NBGRADER_TOO)[3]
        copy = shutil.copytree(built.root, tmp_path / "trusting")
        course = type(built)(copy, built.units)
        nbgrader(course, "autograde", BY_NBGRADER_TOO, "--student", cheat.name, "--force", TRUSTING)

        assert scores_of(course, BY_NBGRADER_TOO)[cheat.name][0] > cheat.total


PROCTOR_CHECK = """
import json, subprocess, sys
run = subprocess.run([sys.executable, "-m", "proctor", "check", sys.argv[1], "--json"], capture_output=True, text=True)
print(json.dumps(json.loads(run.stdout)))
"""
CHECKS = """
import json, os, sys
import matplotlib; matplotlib.use("agg")
os.environ["NBGRADER_EXECUTION"] = "validate"
sys.path.insert(0, ".")
space, failed = {"__name__": "__main__"}, []
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "code" and "demo" not in cell["metadata"].get("tags", []):
        try:
            exec(source, space)
        except Exception:
            if source.startswith("chainrule.check("):
                failed.append(source)
print(json.dumps(failed))
"""
VALIDATE = """
import json, sys
from nbgrader.validator import Validator
found = Validator().validate(sys.argv[1])
print(json.dumps([it["source"] for it in found.get("failed", [])]))
"""


def _validated():
    """Three students of every unit, but one unit alone where time is short: to validate is to run a notebook."""
    for unit in UNITS:
        for which, kind in ((0, "right"), (1, "untouched"), (4, "mistakes")):
            marks = SLOW if unit == BY_NBGRADER_TOO else pytest.mark.full
            yield pytest.param(unit, which, id=f"{unit}-{kind}", marks=marks)


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("unit", "which"), list(_validated()))
def test_validate_fails_exactly_where_a_check_fails(built, classes, unit, which, tmp_path):
    student = classes.handed_in(unit)[which].name
    home = shutil.copytree(built.var / "submitted" / student / unit, tmp_path / "alone")
    failed = [run_json(script, home, f"{unit}.ipynb") for script in (CHECKS, VALIDATE)]
    by_check, by_validate = failed[0], [it for it in failed[1] if it.startswith("chainrule.check(")]

    assert by_check == by_validate
    assert (len(by_check) == 0) == (which == 0)


def run_json(script, folder, *words):
    """The JSON in the last line that a script prints."""
    run = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=folder, capture_output=True, text=True, check=True, timeout=200
    )
    return json.loads(run.stdout.splitlines()[-1])


class TestSimulate:
    """The class itself."""

    def test_the_same_seed_gives_the_same_class(self, built, tmp_path):
        folders = [tmp_path / "one", tmp_path / "two"]
        classes = [simulate(built, UNITS[0], students=5, seed=3, folder=folder) for folder in folders]
        texts = [[path.read_bytes() for path in sorted(folder.rglob("*.ipynb"))] for folder in folders]

        assert classes[0] == classes[1]
        assert texts[0] == texts[1]

    def test_another_seed_gives_another_class(self, built, tmp_path):
        classes = [simulate(built, UNITS[0], students=5, seed=seed, folder=tmp_path) for seed in (3, 4)]

        assert classes[0] != classes[1]

    def test_deserved_scores_are_written_down(self, built, tmp_path):
        students = simulate(built, UNITS[0], students=4, seed=0, folder=tmp_path)
        write_deserved(tmp_path / "deserved.json", students)
        facts = json.loads((tmp_path / "deserved.json").read_text(encoding="utf-8"))

        assert {it.name: it.total for it in students} == {name: it["total"] for name, it in facts.items()}

    def test_a_class_too_small_is_refused(self, built, tmp_path):
        with pytest.raises(AuthorError, match="at least 4 students, found 3"):
            simulate(built, UNITS[0], students=3, seed=0, folder=tmp_path)

    def test_a_unit_that_is_not_built_is_told(self, built, tmp_path):
        bare = type(built)(tmp_path, built.units)

        with pytest.raises(AuthorError, match="chainrule build"):
            simulate(bare, UNITS[0], students=4, seed=0, folder=tmp_path)


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("unit", UNITS)
def test_stock_nbgrader_gives_every_unit_what_it_deserves(built, classes, unit, tmp_path):
    students = classes.handed_in(unit)
    course = type(built)(shutil.copytree(built.root, tmp_path / "course"), built.units)
    nbgrader(course, "autograde", unit)

    assert deserved(students) == earned(scores_of(course, unit))


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("unit", UNITS)
def test_a_class_of_thirty_gets_what_it_deserves(built, unit, record_proof):
    rows = run_demo(built, unit, students=MANY, seed=7, watch=lambda *_: None)

    assert [] == [row for row in rows if not row.agrees]
    record_proof(unit, "classes", students=len(rows), scores_deserved=sum(row.agrees for row in rows))
