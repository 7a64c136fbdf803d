"""Which installed packages student code sees: those of an index, and never an answer in a folder or a repository."""

from __future__ import annotations

import importlib
import importlib.metadata
import json

import pytest

from proctor.sandbox import visible
from proctor.sandbox.visible import distributions

FOLDER = {"url": "file:///somewhere/answers", "dir_info": {}}
EDITABLE = {"url": "file:///somewhere/answers", "dir_info": {"editable": True}}
REPOSITORY = {"url": "https://example.org/answers.git", "vcs_info": {"vcs": "git", "commit_id": "0"}}
WHEEL = {"url": "file:///somewhere/answers-1.0-py3-none-any.whl", "archive_info": {}}
# How it was installed: what its `direct_url.json` says, and what else is in its record.
INSTALLED = {
    "from a folder": (FOLDER, []),
    "editable": (EDITABLE, ["__editable__.answers.pth"]),
    "editable by hand": (None, ["__editable___answers_finder.py"]),
    "from a repository": (REPOSITORY, []),
    "from a wheel beside the course": (WHEEL, []),
    "with code that starts itself": (None, ["answers.pth"]),
}


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A function that installs a package `hw_answers` with its facts."""

    def install(origin, more=()):
        facts = tmp_path / "hw_answers-1.0.dist-info"
        facts.mkdir()
        (tmp_path / "hw_answers.py").write_text("RIGHT = 42\n", encoding="utf-8")
        (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: hw-answers\nVersion: 1.0\n", encoding="utf-8")
        (facts / "top_level.txt").write_text("hw_answers\n", encoding="utf-8")
        record = "".join(f"{it},,\n" for it in ("hw_answers.py", *more))
        (facts / "RECORD").write_text(record, encoding="utf-8")
        if origin is not None:
            (facts / "direct_url.json").write_text(json.dumps(origin), encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        importlib.invalidate_caches()
        visible._from_index.cache_clear()

    yield install
    visible._from_index.cache_clear()


@pytest.mark.parametrize("how", INSTALLED)
def test_a_package_of_answers_is_not_visible(installed, how):
    installed(*INSTALLED[how])

    assert "hw-answers" in {it.metadata["Name"] for it in importlib.metadata.distributions()}
    assert "hw-answers" not in distributions(["numpy"])


def test_one_from_an_index_is(installed):
    installed(None)

    assert "hw-answers" in distributions([])


@pytest.mark.parametrize("more", [{"never": ["hw_answers"]}, {"hidden": ["hw-answers"]}], ids=["edition", "hidden"])
def test_one_that_the_course_keeps_back_is_not(installed, more):
    installed(None)

    assert "hw-answers" not in distributions([], **more)


def test_an_edition_stays_out_even_where_a_notebook_imports_it(installed):
    installed(FOLDER)

    assert "hw-answers" in distributions(["hw_answers"])
    assert "hw-answers" not in distributions(["hw_answers"], never=["hw_answers"])
