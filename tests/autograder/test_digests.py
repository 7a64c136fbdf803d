"""The digest of an assignment changes exactly with what its results depend on."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from proctor.assignment.digests import assignment_digest, submission_digest
from proctor.assignment.files import Files
from proctor.intake.snapshot import state_of
from support.examining import FENCE, LIMITS, Bench, answer, check, given

HIDDEN = "assert double(4) == 8\n### BEGIN HIDDEN TESTS\nassert double(3) == {}\n### END HIDDEN TESTS"
PARTS = [given("import reference"), answer("def double(x):\n    return 2 * x"), check(HIDDEN.format(6))]


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


@pytest.fixture
def assignment(bench, tmp_path, monkeypatch):
    """One that uses a package of the course, shows students an edition of it, and has a file beside its notebook."""
    for folder in ("packages/reference", "edition/reference", "beside"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "packages" / "reference" / "__init__.py").write_text("ANSWER = 1\n")
    (tmp_path / "edition" / "reference" / "__init__.py").write_text("\n")
    (tmp_path / "beside" / "table.csv").write_text("1,2\n")
    monkeypatch.syspath_prepend(tmp_path / "packages")
    monkeypatch.delitem(sys.modules, "reference", raising=False)
    return replace(
        bench.assignment(PARTS),
        modules=("numpy", "reference"),
        fence=replace(FENCE, editions={"reference": tmp_path / "edition" / "reference"}),
        files=Files({"table.csv": tmp_path / "beside" / "table.csv"}),
    )


def test_is_stable(assignment):
    assert assignment_digest(assignment) == assignment_digest(replace(assignment))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"limits": replace(LIMITS, cell_seconds=3)}, id="a limit"),
        pytest.param({"key": b"another secret"}, id="the secret of the seeds"),
        pytest.param({"strict": True}, id="strict"),
        pytest.param({"modules": ("numpy",)}, id="an import"),
        pytest.param({"fence": replace(FENCE, isolation="bubblewrap")}, id="the fence"),
        pytest.param({"ignore": ("*.tmp",)}, id="what is left out"),
    ],
)
def test_changes_with_each_part(assignment, change):
    assert assignment_digest(assignment) != assignment_digest(replace(assignment, **change))


def test_changes_with_a_corrected_hidden_test(bench, assignment):
    parts = [*PARTS[:-1], check(HIDDEN.format(6.0))]
    corrected = replace(assignment, notebooks=bench.assignment(parts).notebooks)

    assert assignment_digest(assignment) != assignment_digest(corrected)


@pytest.mark.parametrize(
    "file", ["packages/reference/__init__.py", "edition/reference/__init__.py", "beside/table.csv"]
)
def test_changes_with_a_corrected_reference(assignment, tmp_path, file):
    before = assignment_digest(assignment)
    (tmp_path / file).write_text("ANSWER = 2\n")

    assert before != assignment_digest(assignment)


def test_does_not_change_with_what_python_compiled(assignment, tmp_path):
    before = assignment_digest(assignment)
    (tmp_path / "packages" / "reference" / "__init__.pyc").write_bytes(b"compiled")

    assert before == assignment_digest(assignment)


def test_does_not_change_with_checks_of_the_solved_notebook(assignment):
    """They are results, not causes."""
    assert assignment_digest(assignment) == assignment_digest(replace(assignment, checks=()))


class TestSubmission:
    """The digest of what was handed in."""

    @pytest.fixture
    def folder(self, tmp_path):
        home = tmp_path / "ann"
        home.mkdir()
        (home / "hw.ipynb").write_text("{}")
        (home / "notes.tmp").write_text("1")
        return home

    def test_changes_with_a_byte_a_name_and_the_assignment(self, folder):
        def digest(assignment="a"):
            return submission_digest(assignment, state_of(folder, ("*.tmp",)))

        first, other = digest(), digest("b")
        (folder / "hw.ipynb").write_text("{ }")
        second = digest()
        (folder / "hw.ipynb").rename(folder / "hw2.ipynb")

        assert len({first, other, second, digest()}) == 4

    def test_does_not_change_with_what_is_left_out(self, folder):
        before = submission_digest("a", state_of(folder, ("*.tmp",)))
        (folder / "notes.tmp").write_text("2")

        assert before == submission_digest("a", state_of(folder, ("*.tmp",)))

    def test_a_folder_that_cannot_be_read_has_one_too(self, tmp_path):
        assert submission_digest("a", state_of(tmp_path / "none")) != submission_digest(
            "b", state_of(tmp_path / "none")
        )
