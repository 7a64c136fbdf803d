"""An exercise is one file: it is found there, and two files that contradict each other are both named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chainrule.authoring.simulating.demo import copy_course
from support.courses import COURSE, cells_of

pytestmark = pytest.mark.processes
LIBRARY = Path(__file__).resolve().parents[2] / "lib" / "chainrule"
TRIPLE = '''"""Exercise {number}: triple."""

from functools import partial

from chainrule.checking.declaring.exercise import Exercise
from chainrule.exercises.u02_activations.common import on_z, z_batch

{constant} = Exercise(
    name="{name}",
    unit="{unit}",
    number="{number}",
    title="{title}",
    points=1,
    reference=lambda z: 3.0 * z,
    alternatives={{"twice and once": lambda z: 2.0 * z + z, "a third": lambda z: z / (1.0 / 3.0)}},
    probes=on_z,
    sample=z_batch,
    mistakes={{
        "doubled": (lambda z: 2.0 * z, "This is twice z."),
        "squared": (lambda z: z * z, "This is z times z."),
        "negative": (lambda z: -3.0 * z, "The sign is flipped."),
    }},
)
'''
CELLS = """
# %% [markdown] lang="en"
# ### Exercise 2.30 - Three times (1 point)

# %% answer="triple"
def triple(z):
    ### BEGIN SOLUTION
    return 3 * z
    ### END SOLUTION


# %% check="triple"
chainrule.check("triple", triple)
"""
USUAL = {"name": "triple", "unit": "02_activations", "number": "2.30", "title": "Three times", "constant": "TRIPLE"}


@pytest.fixture
def copy(tmp_path):
    """A copy of the library, and a way to run Python on it."""
    shutil.copytree(LIBRARY, tmp_path / "chainrule", ignore=shutil.ignore_patterns("__pycache__"))
    unit = tmp_path / "chainrule" / "exercises" / "u02_activations"

    def run(code, **files):
        for stem, changes in files.items():
            (unit / f"{stem}.py").write_text(TRIPLE.format_map(USUAL | changes), encoding="utf-8")
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{code}"]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)

    return run


LISTED = "from chainrule.exercises import of_unit; print([it.name for it in of_unit('02')][-1])"


def test_a_file_in_the_units_folder_is_enough(copy):
    """It is listed at its number's place, proved and checked."""
    code = f"""{LISTED}
from chainrule.authoring.proving.verify import verify_exercise
import chainrule
print(verify_exercise(of_unit('02')[-1]).problems)
chainrule.check('triple', lambda z: 2.0 * z)"""
    done = copy(code, zz_triple={})

    assert done.stdout.splitlines()[:3] == ["triple", "()", "triple: not right yet - doubled"], done


@pytest.mark.slow(group="units")
def test_with_its_cells_it_is_built(copy, tmp_path):
    """The student edition of the unit checks it, and holds no answer."""
    course = copy_course(COURSE, tmp_path / "course")
    text = course.text("02_activations")
    text.write_text(text.read_text(encoding="utf-8") + CELLS, encoding="utf-8")
    build = "from pathlib import Path; from chainrule.authoring.building.build import build_unit\n"
    build += "from chainrule.authoring.course import find_course\n"
    done = copy(f"{build}build_unit(find_course(Path({str(course.root)!r})), '02_activations')", triple={})
    student = "import chainrule; chainrule.check('triple', lambda z: 3.0 * z)"
    release = course.release("02_activations")
    tried = subprocess.run(
        [sys.executable, "-c", student], cwd=release, capture_output=True, text=True, check=False, timeout=120
    )

    assert "triple-hidden" in cells_of(course.source("02_activations")), done.stderr
    assert not (release / "chainrule" / "exercises").exists()
    assert tried.stdout.startswith("triple: right on all"), tried.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"constant": "OTHER"}, "'triple' is declared twice, in {one} and in {two}: rename one of them."),
        (
            {"name": "thrice", "title": "Thrice"},
            (
                "{one} has 'Exercise 2.30 - Three times' and {two} has 'Exercise 2.30 - Thrice': "
                "give one of them another number, or both the same title."
            ),
        ),
        (
            {"name": "relu", "number": "2.31"},
            "'relu' is declared twice, in exercises/u02_activations/relu.py and in {two}: rename one of them.",
        ),
    ],
    ids=["one name", "one number", "a name of the course"],
)
def test_files_that_contradict_each_other_are_named(copy, changes, sentence):
    folder = "exercises/u02_activations"
    told = sentence.format(one=f"{folder}/triple.py", two=f"{folder}/triple_again.py")
    done = copy(LISTED, triple={}, triple_again=changes)

    assert done.stderr.strip().splitlines()[-1] == f"chainrule.checking.errors.AuthorError: {told}"


def test_a_name_of_another_unit_is_found_when_it_is_looked_up(copy):
    done = copy("from chainrule.exercises import find; find('relu')", triple={"name": "neuron"})

    assert "'neuron' is declared twice, in exercises/u01_linear_collapse/dense.py and in" in done.stderr


def test_a_file_in_the_wrong_folder_is_named(copy):
    done = copy(LISTED, triple={"unit": "03_initialization"})
    told = "exercises/u02_activations/triple.py: triple says unit '03_initialization', but lies in '02_activations'."

    assert told in done.stderr
