"""The script for a machine with a GPU is tried before such a machine is lent."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from support.courses import COURSE


@pytest.mark.slow(group="units")
@pytest.mark.processes
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", ["capstone", "units"])
def test_its_parts_work_on_the_cpu(part):
    command = [sys.executable, "benchmarks/on_gpu.py", "--rehearse", "--only", part]
    done = subprocess.run(command, cwd=COURSE.root, capture_output=True, text=True, check=False, timeout=500)
    facts = json.loads(done.stdout.splitlines()[-1].removeprefix(f"{part} "))

    assert 0 == done.returncode, done.stderr[-2000:]
    assert facts["ok"]
    assert not facts.get("failed")
