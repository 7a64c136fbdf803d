"""The limits of a submission: what the course sets, and a default for each that it does not."""

from __future__ import annotations

import math

import pytest

from proctor.course.limits import Limits, Use, limits_of, use_of
from proctor.errors import AuthorError
from support.tiny import configured


def limits(root, *lines):
    return limits_of(configured(root, "\n".join(("c = get_config()", *lines))))


def test_without_settings_all_is_as_the_defaults_say(tmp_path):
    assert Limits() == limits(tmp_path)
    assert Use() == use_of(configured(tmp_path, "c = get_config()"))


@pytest.mark.parametrize(("timeout", "cell", "call"), [(5, 5.0, 5.0), (300, 300.0, 30.0), (None, math.inf, 30.0)])
def test_a_call_never_gets_more_time_than_its_default_because_a_cell_does(tmp_path, timeout, cell, call):
    """A course whose cells train for minutes, or without end, still ends a call that hangs."""
    found = limits(tmp_path, f"c.Execute.timeout = {timeout}")

    assert (cell, call) == (found.cell_seconds, found.call_seconds)


@pytest.mark.parametrize("seconds", [2, 90.5])
def test_a_call_gets_what_the_course_sets(tmp_path, seconds):
    found = limits(tmp_path, "c.Execute.timeout = 20", f"c.Proctor.call_seconds = {seconds}")

    assert (20.0, seconds) == (found.cell_seconds, found.call_seconds)


def test_each_limit_comes_from_its_own_setting(tmp_path):
    found = limits(
        tmp_path,
        "c.Proctor.submission_seconds = 90",
        "c.LimitOutput.max_lines = 7",
        "c.LimitOutput.max_traceback = 8",
    )

    assert Limits(submission_seconds=90.0, most_lines=7, most_traceback_lines=8) == found


def test_no_limit_of_addresses_is_a_setting_and_less_than_nothing_is_none(tmp_path):
    """CUDA needs the first."""
    assert 0 == use_of(configured(tmp_path, "c.Proctor.address_bytes = 0")).address_bytes
    for value in ("-1", "1.5", "'much'", "None"):
        with pytest.raises(AuthorError, match=r"Expected c\.Proctor\.address_bytes to be a whole number from 0 on"):
            use_of(configured(tmp_path, f"c.Proctor.address_bytes = {value}"))
