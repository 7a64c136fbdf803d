"""A course built once for the tests of this folder."""

from __future__ import annotations

import pytest

from support.courses import built_copy


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A copy of the course, built from its text."""
    return built_copy(tmp_path_factory.mktemp("course") / "built")
