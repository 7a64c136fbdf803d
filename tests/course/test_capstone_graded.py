"""The capstone through the course's own grader: what each file earns, and that no file stops the class."""

from __future__ import annotations

import json
import shutil

import pytest

from chainrule.authoring.building.notebook import notebook_text, read_notebook
from chainrule.authoring.simulating.demo import proctor, scores_of
from chainrule.exercises import find
from support.courses import built_copy, cells_of

pytestmark = [
    *(pytest.mark.xdist_group("graded capstone"), pytest.mark.needs("bwrap"), pytest.mark.timeout(600)),
    pytest.mark.slow(group="classes"),
]
UNIT = "07_capstone"
CAPSTONE = find("capstone")
FILES = {it.name: it for it in CAPSTONE.examples}
OBJECT = """class Network:
    sizes, parameters = (64, 10), 1
    def predict(self, x):
        return self
    def __eq__(self, other):
        return True
capstone = Network()
"""
DICTIONARY = """class Everything(dict):
    def __contains__(self, name):
        return True
    def __getitem__(self, name):
        return [64, 10]
capstone = Everything()
"""
HUGE = """import numpy as np
capstone = {"sizes": [64, 10], "activations": [], "W1": np.zeros((30_000, 30_000)), "b1": np.zeros(10)}
"""
DEEP = """capstone = {"sizes": [], "activations": []}
for _ in range(5_000):
    capstone = {"sizes": capstone, "activations": [capstone]}
"""
OWN_CODE = {"own object": OBJECT, "own dictionary": DICTIONARY, "huge array": HUGE, "deep dictionary": DEEP}
EDITED = "edited budget"
FOLDER, LARGE = "folder in the place of the file", "file of 49 megabytes"
DESERVED = {
    **{name: it.points for name, it in FILES.items()},
    **dict.fromkeys([*OWN_CODE, EDITED, FOLDER, LARGE], 0),
}
WORDS = {
    "trained": "20 of 20 points",
    "three_units_off": "15 of 20 points. 5 more from 93% on.",
    "four_units_off": "10 of 20 points. 5 more from 88% on.",
    "mean_images": "4 of 20 points. 6 more from 80% on.",
    "mean_images_of_mnist": "7,850 parameters",
    "look_up_over_budget": "at most 5,000 parameters for images of 64 pixels, found 82,285",
    "idle_units_over_budget": "found 5,035",
    "not_finite": "Expected finite numbers in 'W1'",
    "transposed": "Expected shape (64, 60) for 'W1'",
    "objects": "Object arrays cannot be loaded when allow_pickle=False",
    "pickle": "Expected plain arrays written by save_capstone in capstone.npz, found none",
    "unpacks_to_32_megabytes": "Expected at most 2,000,000 bytes",
    "cut": "Expected plain arrays written by save_capstone in capstone.npz, found none",
    "no_archive": "Expected plain arrays",
    "no_file": "There is no file capstone.npz",
    "own object": "Expected a dictionary, as hand_in gives it",
    "own dictionary": "Expected an entry 'sizes', found nothing",  # its own methods are not asked
    EDITED: "at most 5,000 parameters",
    FOLDER: "Expected plain arrays",
    LARGE: "There is no file capstone.npz",
}


def slug(name):
    """A student for each case."""
    return name.replace(" ", "_")


def hand_in(course, name):
    """Write the submission of one case: the release, the line that reads the file or other code, and the file."""
    home = course.var / "submitted" / slug(name) / UNIT
    shutil.copytree(course.release(UNIT), home)
    notebook = read_notebook(home / f"{UNIT}.ipynb")
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == CAPSTONE.name:
            cell["source"] = OWN_CODE.get(name, f"{CAPSTONE.cell}\n")
    (home / f"{UNIT}.ipynb").write_text(notebook_text(notebook), encoding="utf-8")
    content = FILES[name].make() if name in FILES else None
    if name == EDITED:
        content = FILES["look_up_over_budget"].make()
        form = home / "chainrule" / "capstone" / "form.py"
        form.write_text(form.read_text(encoding="utf-8").replace("5_000", "500_000"), encoding="utf-8")
    if content is not None:
        (home / CAPSTONE.file).write_bytes(content)
    if name == FOLDER:
        (home / CAPSTONE.file).mkdir()
        (home / CAPSTONE.file / "W1.npy").write_bytes(b"")
    if name == LARGE:
        with (home / CAPSTONE.file).open("wb") as file:
            file.truncate(49 << 20)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class in which every student hands in another file, graded in one run."""
    course = built_copy(tmp_path_factory.mktemp("capstone") / "built", (UNIT,))
    for name in DESERVED:
        hand_in(course, name)
    proctor(course, "grade", UNIT)
    return course


@pytest.fixture(scope="module")
def scores(graded):
    """From students to points and the most points."""
    return scores_of(graded, UNIT)


@pytest.mark.parametrize("name", DESERVED)
def test_every_file_earns_what_it_deserves(scores, name):
    assert DESERVED[name] == scores[slug(name)][0]


@pytest.mark.parametrize("name", WORDS)
def test_the_student_reads_why(graded, name):
    notebook = graded.var / "autograded" / slug(name) / UNIT / f"{UNIT}.ipynb"
    outputs = json.dumps(cells_of(notebook)["capstone-hidden"]["outputs"])

    assert WORDS[name] in outputs
