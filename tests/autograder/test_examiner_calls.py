"""A call over the wire is like a call in the same process.

Each case in `calls/` is an answer, a wrong answer, and a test. The test must run outside of the student's process,
give the answer its point and the wrong answer none.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from support.examining import Bench, answer, check, given, read_cases

FILES = sorted((Path(__file__).parent / "calls").glob("*.txt"))
CASES = {name: cells for path in FILES for name, cells in read_cases(path).items()}
MODULES = "collections, contextlib, functools, io, itertools, math, os, random, subprocess, sys, warnings"
FROM = "from decimal import Decimal\nfrom fractions import Fraction"
IMPORTS = f"import {MODULES}\nimport datetime as dt\nimport numpy as np\n{FROM}\nclass Refused(Exception):\n    pass"


@pytest.fixture(scope="module")
def bench():
    with Bench("numpy") as made:
        yield made


def test_every_case_is_an_answer_a_wrong_one_and_a_test():
    assert {3} == {len(cells) for cells in CASES.values()}


@pytest.mark.parametrize("cells", CASES.values(), ids=CASES.keys())
def test_a_test_tells_right_from_wrong_over_the_wire(bench, cells):
    right, wrong, test = cells
    assignment = bench.assignment([given(IMPORTS), answer(right), check(test)])

    assert [("verified", "")] == [(it.state, it.reason) for it in assignment.checks]
    assert {"t1": 1.0} == bench.points(assignment)
    assert {"t1": 0.0} == bench.points(assignment, {"a1": wrong})
