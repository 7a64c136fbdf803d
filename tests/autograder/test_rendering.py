"""The autograded notebook is one that nbgrader's tools can read."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from proctor.examiner.step import StepResult
from proctor.intake.repair import Step, align
from proctor.marks.rendering import autograded_notebook, unreadable_notebook
from proctor.model import Cell
from support.plans import KERNEL, PLAN, RELEASE, handed_in

pytestmark = pytest.mark.processes

STREAM = {"output_type": "stream", "name": "stdout", "text": "hello\n"}
VALUE = {"output_type": "execute_result", "data": {"text/plain": "2"}, "metadata": {}}
PICTURE = {"output_type": "display_data", "data": {"image/png": "aGk="}, "metadata": {}}
ERROR = {"output_type": "error", "ename": "E", "evalue": "why", "traceback": ["line"]}
SCRIPT = """
import json, sys
import nbformat
from nbgrader.nbgraderformat import MetadataValidator

for content in json.load(sys.stdin):
    notebook = nbformat.reads(json.dumps(content), 4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
"""
STEPS = align(PLAN, handed_in(*RELEASE, Cell("code", "own = 1", tags=("mine",)), Cell("raw", "raw"))).steps
RAN = [StepResult(ran=it.kind == "code") for it in STEPS]


def cells(**results):
    """The written cells by grade id, with results by grade id."""
    found = [results.get(step.grade_id.replace("-", "_"), it) for step, it in zip(STEPS, RAN, strict=True)]
    written = autograded_notebook(STEPS, found, KERNEL)["cells"]
    return {step.grade_id or step.source: cell for step, cell in zip(STEPS, written, strict=True)}


def test_the_notebooks_validate_with_nbformat_and_nbgrader():
    """In one process, since importing nbformat takes long."""
    odd = StepResult([STREAM, VALUE, PICTURE, ERROR], failed=True, trouble="It was stopped.")
    contents = [
        autograded_notebook(STEPS, RAN, KERNEL),
        autograded_notebook(STEPS, [replace(odd, ran=it.ran) for it in RAN], {}),
        autograded_notebook((), (), KERNEL),
        unreadable_notebook("It was cut.", KERNEL),
        unreadable_notebook("It was cut.", {}),
    ]
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT]
    done = subprocess.run(command, input=json.dumps(contents), capture_output=True, text=True, check=False, timeout=120)

    assert (0, "") == (done.returncode, done.stderr[-2000:])


class TestCells:
    """Each step is a cell."""

    def test_text_and_kind_are_the_steps(self):
        written = autograded_notebook(STEPS, RAN, KERNEL)["cells"]

        assert [(it.kind, it.source) for it in STEPS] == [(it["cell_type"], it["source"]) for it in written]

    def test_every_cell_has_an_id_of_its_own(self):
        written = autograded_notebook(STEPS, RAN, KERNEL)["cells"]

        assert len(STEPS) == len({it["id"] for it in written})

    @pytest.mark.parametrize("name", [it.grade_id for it in RELEASE if it.grade_id])
    def test_nbgraders_metadata_are_the_gradebooks(self, name):
        row, found = PLAN.by_id[name].row, cells()[name]["metadata"]["nbgrader"]

        assert (name, 3, row.checksum, row.kind) == tuple(
            found[it] for it in ("grade_id", "schema_version", "checksum", "cell_type")
        )
        assert (row.graded, row.solution, row.locked, row.task) == tuple(
            found[it] for it in ("grade", "solution", "locked", "task")
        )
        assert row.points == found.get("points")

    def test_other_cells_have_tags_alone(self):
        assert [{"tags": ["mine"]}, {}] == [cells()[it]["metadata"] for it in ("own = 1", "raw")]

    def test_text_has_no_outputs(self):
        assert not {"outputs", "execution_count"} & set(cells()["essay"])

    def test_the_kernel_is_the_gradebooks(self):
        assert KERNEL == autograded_notebook(STEPS, RAN, KERNEL)["metadata"]["kernelspec"]


class TestOutputs:
    """What a step put out stands below it."""

    def test_cells_that_ran_are_counted(self):
        written = autograded_notebook(STEPS, RAN, KERNEL)["cells"]
        counts = [it["execution_count"] for it in written if it["cell_type"] == "code"]

        assert list(range(1, len(counts) + 1)) == counts

    def test_a_cell_that_did_not_run_has_no_number(self):
        found = cells(f=StepResult(ran=False))

        assert (None, 3) == (found["f"]["execution_count"], found["f-check"]["execution_count"])

    def test_a_value_has_the_number_of_its_cell(self):
        found = cells(f=StepResult([VALUE]))["f"]

        assert found["outputs"] == [VALUE | {"execution_count": found["execution_count"]}]
        assert "execution_count" not in VALUE

    @pytest.mark.parametrize("output", [STREAM, PICTURE, ERROR], ids=lambda it: it["output_type"])
    def test_other_outputs_are_as_they_were(self, output):
        assert cells(f=StepResult([output]))["f"]["outputs"] == [output]

    def test_a_trouble_is_told_as_an_error(self):
        *_, last = cells(f=StepResult([STREAM], trouble="It was stopped."))["f"]["outputs"]

        assert ("error", "It was stopped.", ["It was stopped."]) == (
            last["output_type"],
            last["evalue"],
            last["traceback"],
        )

    def test_a_trouble_that_shows_is_not_told_again(self):
        assert cells(f=StepResult([ERROR], trouble="It was stopped."))["f"]["outputs"] == [ERROR]

    def test_as_many_results_as_steps_are_wanted(self):
        with pytest.raises(ValueError, match="zip"):
            autograded_notebook((Step("text", "markdown", "a"),), (), KERNEL)


def test_a_file_that_nobody_can_read_is_a_page_with_the_reason():
    (cell,) = unreadable_notebook("It was cut.", KERNEL)["cells"]

    assert ("markdown", "**This notebook could not be graded.** It was cut.") == (cell["cell_type"], cell["source"])
