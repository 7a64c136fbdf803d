"""A submission is graded again when nbgrader would grade it again."""

from __future__ import annotations

import pytest

from proctor.marks.autograded import is_newer
from support.tiny import configured, write

NEWER = {
    "nothing graded": ("2026-04-01 11:00 UTC", ..., True),
    "later": ("2026-04-01 12:00 UTC", "2026-04-01 11:00 UTC", True),
    "later by its zone": ("2026-04-01 20:00:00 Asia/Seoul", "2026-04-01 10:59:00 UTC", True),
    "same": ("2026-04-01 11:00 UTC", "2026-04-01 11:00 UTC", False),
    "earlier": ("2026-04-01 10:00 UTC", "2026-04-01 11:00 UTC", False),
    "no time now": (None, "2026-04-01 11:00 UTC", False),
    "no time before": ("2026-04-01 11:00 UTC", None, False),
    "none at all": (None, None, False),
    "empty": ("", "2026-04-01 11:00 UTC", False),
    "no time": ("soon", "2026-04-01 11:00 UTC", True),
}


@pytest.mark.parametrize(("now", "before", "newer"), NEWER.values(), ids=NEWER.keys())
def test_is_newer_is_nbgraders_rule(tmp_path, now, before, newer):
    course = configured(tmp_path, "")
    for step, text in (("submitted", now), ("autograded", before)):
        if text is not ...:
            folder = course.folder(step, "ada", "hw1")
            folder.mkdir(parents=True)
            if text is not None:
                write(folder / "timestamp.txt", text)

    assert newer is is_newer(course, "hw1", "ada")
