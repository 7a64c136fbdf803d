"""A course built once for the tests of this folder."""

from __future__ import annotations

import fcntl
import shutil

import pytest

from chainrule.authoring.course import find_course
from support.courses import built_copy


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id):
    """A copy of the course, built from its text; one process builds it, the others copy that."""
    own = tmp_path_factory.mktemp("course") / "built"
    if worker_id == "master":
        return built_copy(own)
    shared = tmp_path_factory.getbasetemp().parent / "built"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            built_copy(shared.with_suffix(".unfinished")).root.rename(shared)
    return find_course(shutil.copytree(shared, own))
