"""What is built is what the text says, the same bytes every time."""

from __future__ import annotations

import nbformat
import pytest

from chainrule.authoring.building.build import build_unit
from chainrule.authoring.building.notebook import read_notebook, source_notebook
from chainrule.authoring.building.unit_text import read_unit
from chainrule.checking import AuthorError
from chainrule.exercises import of_unit, questions_of
from support.courses import COURSE, built_copy, cells_of

pytestmark = pytest.mark.processes  # the first text that jupytext reads makes it look for pandoc
UNITS = list(COURSE.units)


def files_of(folder):
    """Every file below a folder, by its relative path; caches that running leaves behind aside."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.mark.parametrize("unit", UNITS)
class TestCommittedFiles:
    """`chainrule build` and a commit put this right when it fails."""

    def test_source_is_what_the_text_builds(self, built, unit):
        assert COURSE.source(unit).read_bytes() == built.source(unit).read_bytes()

    def test_release_is_what_the_text_builds(self, built, unit):
        notebook = f"{unit}.ipynb"

        assert (COURSE.release(unit) / notebook).read_bytes() == (built.release(unit) / notebook).read_bytes()


@pytest.mark.slow(group="units")
def test_building_twice_gives_identical_bytes(built, tmp_path):
    again = built_copy(tmp_path / "again")

    for folder in ("source", "release"):
        assert files_of(built.root / folder) == files_of(again.root / folder)


@pytest.mark.parametrize("unit", UNITS)
class TestNotebooks:
    """The instructor's notebook and the release."""

    def test_both_are_valid_and_without_outputs(self, built, unit):
        for path in (built.source(unit), built.release(unit) / f"{unit}.ipynb"):
            notebook = nbformat.read(path, as_version=4)
            nbformat.validate(notebook)

            assert all(not cell.get("outputs") for cell in notebook.cells)

    def test_cell_ids_are_unique(self, built, unit):
        cells = read_notebook(built.source(unit))["cells"]

        assert len(cells) == len({cell["id"] for cell in cells})

    def test_every_hidden_cell_keeps_a_visible_line(self, built, unit):
        hidden = {n: c for n, c in cells_of(built.release(unit) / f"{unit}.ipynb").items() if n.endswith("-hidden")}

        assert len(of_unit(unit)) + len(questions_of(unit)) == len(hidden)
        assert all(cell["source"].startswith("# After you submit, ") for cell in hidden.values())
        assert all(len(cell["source"].splitlines()) == 1 for cell in hidden.values())

    def test_no_answer_and_no_hidden_test_reaches_the_release(self, built, unit):
        text = (built.release(unit) / f"{unit}.ipynb").read_text(encoding="utf-8")

        for mark in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "chainrule.grade"):
            assert mark not in text

    def test_every_stub_names_its_exercise(self, built, unit):
        cells = cells_of(built.release(unit) / f"{unit}.ipynb")

        for exercise in of_unit(unit):
            assert f'raise NotImplementedError("Write {exercise.name} here' in cells[exercise.name]["source"]
        for question in questions_of(unit):
            assert f"{question.name} = None  # your answer" in cells[question.name]["source"]

    def test_points_of_the_declarations_are_those_of_the_cells(self, built, unit):
        cells = cells_of(built.source(unit))

        for declared in (*of_unit(unit), *questions_of(unit)):
            assert declared.points == cells[f"{declared.name}-hidden"]["metadata"]["nbgrader"]["points"]

    def test_the_whole_is_worth_what_the_first_cell_says(self, built, unit):
        graded = [cell["metadata"]["nbgrader"] for cell in cells_of(built.source(unit)).values()]
        total = sum(it.get("points", 0) for it in graded)
        opening = read_notebook(built.source(unit))["cells"][0]["source"]

        assert f"**Points:** {total}" in opening

    def test_every_figure_cell_describes_its_figure(self, built, unit):
        cells = read_notebook(built.source(unit))["cells"]
        drawing = [cell["source"] for cell in cells if "plt.subplots" in cell["source"]]

        assert len(drawing) >= 8
        assert all("plotting.describe(" in source for source in drawing)

    def test_the_last_cells_show_the_progress_and_keep_what_passes_and_grading_needs_them_not(self, built, unit):
        for path in (built.source(unit), built.release(unit) / f"{unit}.ipynb"):
            last = [it for it in read_notebook(path)["cells"][-4:] if it["cell_type"] == "code"]

            assert ["chainrule.progress()", "chainrule.keep()"] == [it["source"] for it in last]
            for it in last:
                assert {"demo", "raises-exception"} == set(it["metadata"]["tags"])
                assert "nbgrader" not in it["metadata"]

    def test_every_prose_cell_carries_its_language(self, built, unit):
        cells = read_unit(built.text(unit), unit)

        assert {"en"} == {cell.lang for cell in cells if cell.kind == "prose"}

    def test_prose_of_another_language_is_left_out(self, built, unit):
        cells = read_unit(built.text(unit), unit)
        other = source_notebook(cells, lang="ko")["cells"]

        assert {"ko"} == {cell["metadata"]["lang"] for cell in other if "lang" in cell["metadata"]}


UNIT = UNITS[0]
BROKEN = {
    "prose without a language": ('# %% [markdown] lang="en"\n', "# %% [markdown]\n", "prose without a language"),
    "a forbidden import": (
        "import chainrule\n",
        "import chainrule.nn.activations\n",
        "uses chainrule.nn.activations, which the student edition of this unit does not hold",
    ),
    "a forbidden import by its old name": (
        "import chainrule\n",
        "import chainrule\nfrom chainrule import activations, data\n",
        "uses chainrule.nn.activations, which the student edition of this unit does not hold",
    ),
    "a check of something else": ('chainrule.check("relu", relu)', 'chainrule.check("relu", elu)', "must be exactly"),
    "no end of a solution": ("    ### END SOLUTION\n", "", "needs ### BEGIN SOLUTION"),
    "an unknown name": ('answer="relu"', 'answer="rellu"', "'rellu' belongs to no declared exercise"),
    "wrong points": ("Leaky ReLU (2 points)", "Leaky ReLU (9 points)", "announces other points than the 2"),
    "another title": ("2.5 - Leaky ReLU", "2.5 - Leaky", "belongs under 'Exercise 2.5 - Leaky ReLU'"),
}


@pytest.mark.parametrize(("old", "new", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_text_is_told_in_one_sentence(old, new, words, tmp_path):
    text = COURSE.text("02_activations").read_text(encoding="utf-8")
    broken = tmp_path / "broken.py"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(AuthorError) as caught:
        read_unit(broken, "02_activations", missing=["nn.activations"])

    assert old in text
    assert words in str(caught.value)


def test_a_missing_text_is_told(tmp_path):
    with pytest.raises(AuthorError, match="found no file there"):
        read_unit(tmp_path / "none.py", UNIT)


def test_an_unknown_language_is_refused_before_anything_is_written(built):
    before = files_of(built.root / "source")

    with pytest.raises(AuthorError, match="Expected a language among en"):
        build_unit(built, UNIT, lang="de")

    assert files_of(built.root / "source") == before
