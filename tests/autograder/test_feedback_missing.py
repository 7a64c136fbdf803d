"""What was not handed in has a page that says so, and each page says whose it is and when the work came."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from proctor.commands.cli import app
from support.tiny import VERY_LATE, execute, graded_course, nbgrader

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course that stock nbgrader has graded; fay is enrolled and handed nothing in, cyd only one of two notebooks."""
    root = graded_course(tmp_path_factory.mktemp("tiny"))
    nbgrader(root, "db", "student", "add", "fay", "--first-name=Fay", "--last-name=Ray")
    return root


@pytest.fixture
def copy(course, tmp_path):
    return shutil.copytree(course, tmp_path / "course")


def pages(root, *words):
    """All pages as texts, from STUDENT/NOTEBOOK."""
    done = CliRunner().invoke(app, ["feedback", "hw1", *words, "--course-dir", str(root)])
    assert 0 == done.exit_code, done.output
    return {f"{it.parent.parent.name}/{it.stem}": text_of(it) for it in root.glob("feedback/*/hw1/*.html")}


def text_of(path):
    body = path.read_text(encoding="utf-8").partition("<body>")[2]
    return " ".join(re.sub("<[^>]*>", " ", body).split())


def test_a_missing_notebook_has_a_page_with_none_of_its_points(copy):
    page = pages(copy)["cyd/two"]

    assert "The notebook two.ipynb was not handed in" in page
    assert "0 of 3.5 points" in page
    assert "cube-check 0 of 1.5" in page


def test_who_handed_nothing_in_has_a_page_for_each_notebook(copy):
    found = pages(copy)

    assert ["fay/one", "fay/two"] == sorted(it for it in found if it.startswith("fay"))
    assert "0 of 14 points" in found["fay/one"]
    assert "tiny: hw1, fay (Fay Ray) Nothing was handed in" in found["fay/one"]


def test_work_that_nobody_has_graded_yet_is_not_called_missing(copy):
    shutil.copytree(copy / "submitted" / "ada", copy / "submitted" / "fay")

    assert not [it for it in pages(copy) if it.startswith("fay")]


def test_whom_the_course_leaves_out_has_no_page(copy):
    with (copy / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.student_id_exclude = 'fay'\n")

    assert not [it for it in pages(copy) if it.startswith("fay")]


def test_one_who_handed_nothing_in_can_be_asked_for(copy):
    assert {"fay/one", "fay/two"} == set(pages(copy, "--student", "fay"))


@pytest.mark.parametrize("notebook", ["one", "two"])
def test_a_page_has_course_assignment_student_and_date(copy, notebook):
    execute(copy, "update student set first_name = 'Cy', last_name = 'Dee' where id = 'cyd'")

    assert "tiny: hw1, cyd (Cy Dee) Handed in on 2026-04-01 at 15:00 UTC" in pages(copy)[f"cyd/{notebook}"]
    assert VERY_LATE.startswith("2026-04-01 15:00")


def test_a_page_without_a_date_says_nothing_of_it(copy):
    assert "tiny: hw1, dan one" in pages(copy)["dan/one"]


def test_being_late_costs_a_missing_notebook_nothing(copy):
    """As in nbgrader; a person may have given something for it all the same."""
    execute(
        copy,
        "update grade set manual_score = 1 where cell_id in (select id from base_cell where name = 'cube-check') "
        "and notebook_id in (select w.id from submitted_notebook w join submitted_assignment s "
        "on s.id = w.assignment_id where s.student_id = 'cyd')",
    )
    page = pages(copy)["cyd/two"]

    assert "1 of 3.5 points" in page
    assert "late" not in page


def test_nbgrader_releases_all_of_them(copy, tmp_path):
    """Its command ends where a folder has no time and no secret."""
    for student in ("ada", "bob", "cyd", "dan"):
        for name, text in (("submission_secret.txt", student), ("timestamp.txt", "2026-04-01 11:00:00 UTC")):
            path = copy / "autograded" / student / "hw1" / name
            path.unlink(missing_ok=True)
            path.write_text(text)
    found = pages(copy)
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    with (copy / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Exchange.root = {str(exchange)!r}\n")
    nbgrader(copy, "release_feedback", "hw1")

    assert len(found) == len(list((exchange / "tiny" / "feedback").glob("*.html")))


def test_nothing_that_a_student_is_called_acts(copy):
    evil = "<script>alert(1)</script>"
    execute(copy, "update student set first_name = ?, last_name = '' where id = 'fay'", evil)
    pages(copy)
    source = Path(copy / "feedback" / "fay" / "hw1" / "one.html").read_text(encoding="utf-8")

    assert evil not in source
    assert "&lt;script&gt;" in source


def test_facts_for_machines_have_their_folders(copy):
    done = CliRunner().invoke(app, ["feedback", "hw1", "--json", "--course-dir", str(copy)])

    assert {"ada", "bob", "cyd", "dan", "fay"} == {Path(it).parent.name for it in json.loads(done.output)["folders"]}
