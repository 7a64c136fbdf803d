"""When a submission was handed in, as nbgrader reads it."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys

import pytest

from proctor.course.timestamps import parse_timestamp, plain_timestamp, read_timestamp
from proctor.errors import SubmissionError

pytestmark = pytest.mark.processes

PYTHON = [sys.executable, "-W", "ignore", "-c"]
TIMES = [
    "2026-04-01 18:00:00.123456 UTC",
    "2026-04-01 18:00:00 Asia/Seoul",
    "2026-04-01 18:00:00 +0000",
    "2026-04-01 18:00:00 +0100",
    "2026-04-01 18:00:00 -0700",
    "2026-04-01 18:00:00 3600",
    "2026-04-01 18:00:00 Nowhere/Land",
    "2026-04-01T18:00:00+02:00",
    "2026-04-01 18:00",
    "2026-04-01T18:00 KST",
]
PARSE = """
import json, sys
from nbgrader.utils import parse_utc

print(json.dumps([str(parse_utc(it)) for it in json.loads(sys.argv[1])]))
"""


class TestTimestamps:
    """When a submission was handed in."""

    def test_times_are_nbgraders(self):
        done = subprocess.run(
            [*PYTHON, PARSE, json.dumps(TIMES)], capture_output=True, text=True, check=True, timeout=60
        )

        assert json.loads(done.stdout) == [str(parse_timestamp(it)) for it in TIMES]

    @pytest.mark.parametrize("text", ["soon", "2026-13-01", "1 2 3 4 5 6", "0001-01-01 00:00 +9999999999999999999"])
    def test_what_is_no_time_is_refused(self, text):
        with pytest.raises(SubmissionError, match="to hold a date and time"):
            parse_timestamp(text)

    @pytest.mark.parametrize(("text", "found"), [(" 2026 \n", "2026"), ("", None), ("\n", None)])
    def test_the_text_is_read(self, tmp_path, text, found):
        (tmp_path / "timestamp.txt").write_text(text, encoding="utf-8")

        assert found == read_timestamp(tmp_path)

    @pytest.mark.parametrize("text", TIMES)
    def test_it_is_the_same_time_when_it_is_written_anew(self, tmp_path, text):
        (tmp_path / "timestamp.txt").write_text(text, encoding="utf-8")
        plain = plain_timestamp(tmp_path)

        assert parse_timestamp(text) == parse_timestamp(plain) == dt.datetime.fromisoformat(plain)

    def test_a_link_is_not_followed(self, tmp_path):
        (tmp_path / "timestamp.txt").symlink_to("/etc/hostname")

        assert read_timestamp(tmp_path) is None

    @pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda _: None], ids=["pipe", "folder", "nothing"])
    def test_what_is_no_file_is_no_timestamp(self, tmp_path, make):
        make(tmp_path / "timestamp.txt")

        assert read_timestamp(tmp_path) is None
