"""The student edition holds no answer, judges like the live exercises, and runs on its own."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
import types

import numpy as np
import pytest

from chainrule.authoring.building.notebook import read_notebook
from chainrule.authoring.building.parts import lies_in
from chainrule.authoring.building.student_edition import NEVER_INSIDE
from chainrule.authoring.proving.mutants import mutants_of
from chainrule.checking import Large, judge
from chainrule.checking.declaring.measurement import Timing
from chainrule.checking.declaring.question import Question
from chainrule.checking.keys.keyfile import pack, unpack
from chainrule.desk.checks import _hidden_seed
from chainrule.desk.keyring import KEY_FILE, VISIBLE_SEED
from chainrule.exercises import find, of_unit, questions_of
from support.courses import COURSE

pytestmark = pytest.mark.processes

UNITS = list(COURSE.units)
FEW, MANY = 12, 100
LIMITS_SECONDS = (0.25, 2.0, 30.0)  # right answers need milliseconds, some mutants never end, some need about a second


@pytest.fixture(params=UNITS)
def unit(request):
    return request.param


@pytest.fixture
def edition(built, unit):
    return built.release(unit) / "chainrule"


@pytest.fixture
def key_data(edition):
    return (edition / KEY_FILE).read_bytes()


class TestNoAnswers:
    """What a student could read."""

    def test_answers_and_tools_of_authors_are_left_out(self, edition, unit):
        left_out = {*NEVER_INSIDE, *COURSE.assessed_from(unit)}
        files = [path.relative_to(edition) for path in edition.rglob("*.py")]
        inside = {".".join(path.with_suffix("").parts) for path in files}

        assert [module for module in inside if lies_in(module, left_out)] == []
        assert {"checking.judging.judge", "desk.checks", "backend", "experiments", "nn.metrics"} <= inside

    def test_no_file_defines_a_function_that_is_assessed(self, edition, unit):
        assessed = {exercise.name for later in UNITS[UNITS.index(unit) :] for exercise in of_unit(later)}
        defined = {
            node.name
            for path in edition.rglob("*.py")
            for node in ast.parse(path.read_text(encoding="utf-8")).body  # a method of that name is another thing
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        }

        assert not assessed & defined

    def test_no_file_holds_the_formula_of_a_reference_or_mistake(self, edition, unit):
        """The bodies of all declared answers, as normalised syntax, occur nowhere in the edition."""
        texts = [ast.unparse(ast.parse(path.read_text(encoding="utf-8"))) for path in edition.rglob("*.py")]
        for exercise in of_unit(unit):
            for answer in (
                exercise.reference,
                *exercise.alternatives.values(),
                *(m.wrong for m in exercise.mistakes.values()),
            ):
                for formula in formulas_of(answer):
                    assert not any(formula in text for text in texts), formula

    def test_the_key_holds_no_code(self, key_data):
        """Hints are prose: in unit 02 lambda is a number there."""
        structure = json.loads(np.load(io.BytesIO(key_data))["structure"].tobytes())
        fields = [{name: it for name, it in entry["fields"].items() if name != "hints"} for entry in structure]
        has_functions = "lambda" in json.dumps(fields)

        assert not has_functions  # pytest would take minutes to show where in a text of a million letters
        assert "return" not in json.dumps([it.get("cases") for it in fields])

    def test_answers_of_questions_are_not_in_the_clear(self, key_data, unit):
        keys = unpack(key_data)
        for question in (it for it in questions_of(unit) if isinstance(it, Question)):
            fields = {k: v for k, v in vars(keys[question.name]).items() if k not in ("choices", "section", "name")}

            assert question.answer not in fields.values()
            assert not hasattr(keys[question.name], "answer")

    def test_hidden_inputs_are_not_inside(self, key_data, unit):
        numbers = np.load(io.BytesIO(key_data))["f8"]
        known = set(numbers[np.abs(numbers) > 1e-6].tolist())
        for exercise in of_unit(unit):
            probes = exercise.probes(np.random.default_rng(_hidden_seed(exercise.name)))
            drawn = [a for a in probes[0].args if isinstance(a, np.ndarray) and a.dtype == float and a.size > 4]
            for array in drawn:
                hidden = {value for value in array.ravel().tolist() if not value.is_integer()}

                assert len(hidden & known) <= 1


def formulas_of(answer):
    """The returned expressions of a declared answer, normalised, where they say more than a name."""
    from chainrule.authoring.simulating.standalone import _tree_of

    if not isinstance(answer, types.FunctionType):
        return []
    tree = _tree_of(answer)
    returned = [tree.body] if isinstance(tree, ast.Lambda) else []
    returned += [node.value for node in ast.walk(tree) if isinstance(node, ast.Return) and node.value]
    return [ast.unparse(node) for node in returned if sum(1 for _ in ast.walk(node)) > 9]


class TestSameVerdict:
    """The key judges as the live exercise does."""

    def test_the_key_is_the_compiled_declaration(self, key_data, unit):
        live = [declared.key(VISIBLE_SEED) for declared in (*of_unit(unit), *questions_of(unit))]

        assert key_data == pack(live)

    def test_reading_gives_back_what_was_written(self, key_data):
        assert key_data == pack(unpack(key_data).values())

    @pytest.mark.parametrize(
        ("name", "many"),
        [
            pytest.param(name, many, marks=marks, id=f"{name}-{many}")
            for number, name in enumerate(exercise.name for unit in UNITS for exercise in of_unit(unit))
            for many, marks in (
                (FEW, () if number % 8 == 0 else pytest.mark.slow(group="units")),
                (MANY, pytest.mark.full),
            )
        ],
    )
    def test_simulated_answers_get_the_same_verdict(self, built, name, many):
        exercise = find(name)
        key = unpack((built.release(exercise.unit) / "chainrule" / KEY_FILE).read_bytes())[name]
        live = exercise.key(VISIBLE_SEED)
        answers = simulated_answers(exercise, many)

        assert len(answers) == many
        for answer in answers:
            for limit_seconds in LIMITS_SECONDS:
                ours, theirs = (judge(it, answer, limit_seconds=limit_seconds) for it in (live, key))
                if ours.text() == theirs.text():
                    break

            assert ours.text() == theirs.text()


def simulated_answers(exercise, many):
    """Right answers, mistakes, mutants and shifted answers, so many in all."""
    answers = [exercise.reference, *exercise.alternatives.values(), *(it.wrong for it in exercise.mistakes.values())]
    for right in (exercise.reference, *exercise.alternatives.values()):
        answers += [mutant.answer for mutant in mutants_of(right)]
    answers = answers[:many]
    shift = 0
    while len(answers) < many:
        shift += 1
        answers.append(shifted(exercise.reference, shift / 16))
    return answers


def shifted(answer, amount):
    def shifted_answer(*args):
        result = answer(*args)
        return tuple(part + amount for part in result) if isinstance(result, tuple) else result + amount

    return shifted_answer


@pytest.mark.parametrize("data", [b"", b"PK", b"not a key", pack([])[:-40]])
def test_a_damaged_key_is_told(data):
    with pytest.raises(ValueError, match="Expected an answer key"):
        unpack(data)


def test_a_key_holds_plain_data_only():
    with pytest.raises(TypeError, match="plain data"):
        pack([Timing(name="m", unit="u", number=object(), title="t", points=1)])


def test_recipes_travel_in_a_key():
    from chainrule.checking import Named, Probe, Seeded

    probe = Probe("recipes", (Large((3, 4), 5), Seeded(6), Named("affine", (2.0, 1.0)), "text", None, [1, (2,)]))
    timing = Timing(name="m", unit="u", number=probe, title="t", points=1)

    assert unpack(pack([timing]))["m"].number == probe


ALONE = """
import builtins, io, json, sys, warnings
sys.path.insert(0, ".")
import matplotlib; matplotlib.use("agg")
import matplotlib.pyplot, numpy, ipywidgets, tqdm.auto, sklearn.datasets  # what the environment offers
import os, signal
allowed = set(json.loads(sys.argv[1]))
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in allowed and name.split(".")[0] not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"{name} is not in the student environment")
sys.meta_path.insert(0, Refuse())
sys.modules["resource"] = None
for name in ("SIGALRM", "SIGKILL", "SIGUSR1", "alarm", "setitimer", "pthread_kill", "pthread_sigmask", "sigwait"):
    delattr(signal, name)
for name in ("fork", "forkpty", "register_at_fork"):
    if hasattr(os, name):
        delattr(os, name)
warnings.filterwarnings("error", category=EncodingWarning, module=r"chainrule(\\..*)?")
space = {"__name__": "__main__"}
failed = []
notebook = json.load(open(sys.argv[2], encoding="utf-8"))
for cell in notebook["cells"]:
    if cell["cell_type"] == "code" and "demo" not in cell["metadata"].get("tags", []):
        try:
            exec(compile(cell["source"], cell["id"], "exec"), space)
        except Exception as error:
            failed.append(f"{cell['id']}: {type(error).__name__}: {error}")
import chainrule
print(json.dumps({"home": chainrule.__file__, "failed": failed}))
"""


@pytest.mark.parametrize(
    "unit",
    [pytest.param(unit, marks=() if unit == UNITS[2] else pytest.mark.slow(group="units")) for unit in UNITS],
)
def test_an_unpacked_release_works_alone(built, unit, tmp_path):
    """Only the student packages, no POSIX-only module, a Korean terminal, no open() by locale."""
    import shutil

    home = tmp_path / unit
    shutil.copytree(built.release(unit), home)
    release = read_notebook(home / f"{unit}.ipynb")
    solved = cells_with_answers(built.source(unit))
    for cell in release["cells"]:
        cell["source"] = solved.get(cell["metadata"].get("nbgrader", {}).get("grade_id"), cell["source"])
    (home / "solved.json").write_text(json.dumps(release), encoding="utf-8")
    environment = {
        "PYTHONIOENCODING": "cp949",
        "PYTHONUTF8": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        "PATH": "",
        "HOME": str(tmp_path),
    }
    command = [sys.executable, "-X", "warn_default_encoding", "-c", ALONE, json.dumps(student_modules()), "solved.json"]
    run = subprocess.run(command, cwd=home, env=environment, capture_output=True, check=False, timeout=200)
    output = run.stdout.decode("cp949")

    assert run.returncode == 0, run.stderr.decode(errors="replace")[-2000:]
    facts = json.loads(output.splitlines()[-1])
    assert facts["failed"] == []
    assert facts["home"].startswith(str(home))
    assert "not right yet" not in output
    assert len(of_unit(unit)) <= output.count("Hidden tests on other inputs remain")


def cells_with_answers(source):
    """From grade id to the solved cell, for the cells that a student fills in."""
    cells = read_notebook(source)["cells"]
    graded = [(cell["metadata"].get("nbgrader", {}), cell["source"]) for cell in cells]
    return {it["grade_id"]: text for it, text in graded if it.get("solution") and not it.get("grade")}


def student_modules():
    """The top-level modules of the packages in environment.yml and of all that they need."""
    import re
    from importlib import metadata

    import yaml

    listed = yaml.safe_load((COURSE.root / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    names = [re.match(r"[\w-]+", entry).group().removesuffix("-base") for entry in listed]
    todo, seen = [name for name in names if name != "python"], set()
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if name in seen:
            continue
        try:
            needs = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        seen.add(name)
        todo += [re.match(r"[\w.-]+", need).group() for need in needs if "extra ==" not in need]
    found = metadata.packages_distributions().items()
    modules = {module for module, owners in found if {re.sub(r"[-_.]+", "-", it).lower() for it in owners} & seen}
    return sorted(modules - {"proctor"} | {"chainrule"})
