"""What a late notebook loses is what the course's plugin says, within what there is to lose."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from proctor.errors import AuthorError
from proctor.gradebook.recording import seconds_late
from support.tiny import PLUGIN, configured

pytestmark = pytest.mark.processes

PYTHON = [sys.executable, "-W", "ignore", "-c"]
LATE = """
import sys
from pathlib import Path
from proctor.course.nbgrader import find_course

print(find_course(Path(sys.argv[1])).late_penalty("ada", 4.5, 7200))
"""


def plugin(root, body):
    """A course whose own plugin answers with the body; it does not import nbgrader, which warns."""
    name = f"late_{time.monotonic_ns()}"  # imported modules are kept by name
    source = f"class Late:\n    def __init__(self, config): pass\n    def late_submission_penalty(self, *it): {body}"
    (root / f"{name}.py").write_text(source, encoding="utf-8")
    return configured(root, f"c.AssignLatePenalties.plugin_class = '{name}.Late'")


@pytest.mark.parametrize(
    ("handed_in", "extension", "seconds"),
    [
        (timedelta(days=2, seconds=30), None, 172_830.0),
        (timedelta(days=2, seconds=30), timedelta(days=1), 86_430.0),
        (timedelta(hours=1), timedelta(days=1), 0.0),
        (timedelta(0), None, 0.0),
        (timedelta(seconds=-1), None, 0.0),
        (timedelta(days=-3), None, 0.0),
    ],
)
def test_lateness_is_told_in_seconds_after_the_students_own_deadline(handed_in, extension, seconds):
    due = datetime(2026, 4, 1, 12)  # noqa: DTZ001 - as the gradebook has it, in UTC
    submission = SimpleNamespace(timestamp=due + handed_in, extension=extension)

    assert seconds == seconds_late(submission, due)


class TestLatePenalty:
    """What the plugin says, within what can be lost."""

    @pytest.mark.parametrize(("method", "penalty"), [("none", None), ("zero", 4.5)])
    def test_nbgraders_own_plugin(self, tmp_path, method, penalty):
        course = configured(tmp_path, f"c.LateSubmissionPlugin.penalty_method = '{method}'")

        assert penalty == course.late_penalty("ada", 4.5, 60)

    def test_in_time_is_not_asked(self, tmp_path):
        assert plugin(tmp_path, "1 / 0").late_penalty("ada", 4.5, 0) is None

    @pytest.mark.parametrize(("said", "penalty"), [("2", 2.0), ("-1", 0.0), ("99", 4.5), ("None", None)])
    def test_a_plugin_of_the_course_is_kept_within_bounds(self, tmp_path, said, penalty):
        assert penalty == plugin(tmp_path, f"return {said}").late_penalty("ada", 4.5, 60)

    def test_a_plugin_gets_student_score_and_seconds(self, tmp_path):
        course = plugin(tmp_path, "assert it == ('ada', 4.5, 60)")

        assert course.late_penalty("ada", 4.5, 60) is None

    def test_a_class_of_nbgrader_is_found_beside_the_course(self, tmp_path):
        (tmp_path / "hours.py").write_text(PLUGIN, encoding="utf-8")
        (tmp_path / "nbgrader_config.py").write_text(
            "c.AssignLatePenalties.plugin_class = 'hours.HourPlugin'", encoding="utf-8"
        )
        done = subprocess.run([*PYTHON, LATE, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60)

        assert "2.0" == done.stdout.strip()

    @pytest.mark.parametrize(
        ("body", "words"),
        [("1 / 0", "ZeroDivisionError"), ("return 'much'", "ValueError"), ("return float('nan')", "finite")],
    )
    def test_a_plugin_that_fails_is_the_authors(self, tmp_path, body, words):
        with pytest.raises(AuthorError, match=words):
            plugin(tmp_path, body).late_penalty("ada", 4.5, 60)

    def test_a_plugin_that_is_not_there_is_the_authors(self, tmp_path):
        course = configured(tmp_path, "c.AssignLatePenalties.plugin_class = 'nowhere.Late'")

        with pytest.raises(AuthorError, match="No module named 'nowhere'"):
            course.late_penalty("ada", 4.5, 60)
