"""Tests that share something costly run in one process: a group is kept together where several run."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("kept together")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="needs several processes (pytest -n 2)")
def test_a_group_is_part_of_the_name_by_which_tests_are_dealt_out(request):
    """With `--dist loadgroup`; pytest-xdist adds it, and a version of pytest that it does not know loses it."""
    assert request.node.nodeid.endswith("@kept together")
