"""Work that is handed in again: other prose is shown and grades nobody, other code and other texts do."""

from __future__ import annotations

import json
import shutil

import pytest

from support.regrading import edit, graded, marked, proctor, waiting, write_in
from support.tiny import LATE, ON_TIME, execute, nbgrader, tiny_course, write

pytestmark = [
    pytest.mark.processes,
    pytest.mark.needs("bwrap"),
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("resubmission"),
    pytest.mark.slow(group="classes"),  # `test_kept_runs` sees the author's side of it
]
WORDS = {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "A note of mine."}
CODE = {"cell_type": "code", "id": "mine", "metadata": {}, "source": "1 + 1", "outputs": [], "execution_count": None}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The class of four, graded, and all texts marked."""
    root = tiny_course(tmp_path_factory.mktemp("tiny"), "c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    proctor(root, "grade", "hw1")
    marked(root)
    return root


@pytest.fixture
def copy(course, tmp_path):
    return shutil.copytree(course, tmp_path / "course")


def again(folder):
    """How it ended for ada, who handed in again."""
    return graded(folder, "--student", "ada")["ada"]["ending"]


def notebook(folder, step, name="two"):
    return folder / step / "ada" / "hw1" / f"{name}.ipynb"


def cells_of(folder, name="two"):
    return json.loads(notebook(folder, "autograded", name).read_text(encoding="utf-8"))["cells"]


def rows(folder):
    return execute(folder, "select * from grade order by id")


class TestProse:
    """Words around the answers, where no task could be answered by them."""

    @pytest.fixture
    def reworded(self, copy):
        edit(notebook(copy, "submitted"), lambda cells: [WORDS, *cells])
        return copy

    def test_nobody_is_graded_again_and_the_graded_notebook_has_the_new_words(self, reworded):
        before, was = rows(reworded), cells_of(reworded)

        assert "kept" == again(reworded)
        assert before == rows(reworded)
        assert WORDS["source"] == "".join(cells_of(reworded)[0]["source"])
        assert [it.get("outputs") for it in was] == [it.get("outputs") for it in cells_of(reworded)[1:]]

    def test_the_next_run_has_nothing_to_do(self, reworded):
        again(reworded)
        before = notebook(reworded, "autograded").stat().st_mtime_ns

        assert "kept" == again(reworded)
        assert before == notebook(reworded, "autograded").stat().st_mtime_ns

    def test_the_new_time_counts(self, reworded):
        write(reworded / "submitted" / "ada" / "hw1" / "timestamp.txt", LATE)
        late = "select sum(late_submission_penalty) from submitted_notebook w join submitted_assignment s "
        late += "on s.id = w.assignment_id where s.student_id = 'ada'"

        assert "kept" == again(reworded)
        assert execute(reworded, late)[0][0] > 0
        write(reworded / "submitted" / "ada" / "hw1" / "timestamp.txt", ON_TIME)
        assert ("kept", [(None,)]) == (again(reworded), execute(reworded, late))

    def test_outputs_and_metadata_are_nothing_that_counts(self, copy):
        def change(cells):
            for it in cells:
                it["metadata"]["collapsed"] = True
            return [it | ({"outputs": [], "execution_count": 7} if it["cell_type"] == "code" else {}) for it in cells]

        edit(notebook(copy, "submitted"), change)

        assert "kept" == again(copy)

    def test_rows_that_are_gone_are_written_again(self, reworded):
        execute(reworded, "delete from grade")

        assert "graded" == again(reworded)


class TestWhatCounts:
    """Code, texts that a person marks, files."""

    def test_other_code_is_graded(self, copy):
        edit(notebook(copy, "submitted"), lambda cells: [*cells, CODE])

        assert "graded" == again(copy)
        assert set() == waiting(copy)

    def test_another_answer_by_hand_waits_for_a_person_and_what_is_not_touched_keeps_its_mark(self, copy):
        write_in(notebook(copy, "submitted", "one"), "essay", "Other words.")

        assert "graded" == again(copy)
        assert {"essay", "task"} == waiting(copy)  # a task may be answered anywhere

    def test_words_beside_a_task_may_be_its_answer(self, copy):
        edit(notebook(copy, "submitted", "one"), lambda cells: [*cells, WORDS])

        assert "graded" == again(copy)
        assert {"task"} == waiting(copy)

    def test_a_file_counts(self, copy):
        write(copy / "submitted" / "ada" / "hw1" / "numbers.csv", "1")

        assert "graded" == again(copy)

    def test_the_submission_secret_of_nbgrader_does_not(self, copy):
        write(copy / "submitted" / "ada" / "hw1" / "submission_secret.txt", "1")

        assert ("kept", set()) == (again(copy), waiting(copy))


def test_a_new_mark_scheme_reaches_who_marks(copy):
    """Nobody is graded again for it."""
    scheme = "Draw.\n### BEGIN MARK SCHEME\n1 for the axes\n### END MARK SCHEME"
    write_in(copy / "source" / "hw1" / "one.ipynb", "task", scheme)
    nbgrader(copy, "generate_assignment", "hw1", "--force")

    assert "kept" == again(copy)
    assert set() == waiting(copy)
    assert any("1 for the axes" in "".join(it["source"]) for it in cells_of(copy, "one"))
