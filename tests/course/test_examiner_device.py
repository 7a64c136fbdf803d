"""A notebook that computes on a GPU is graded as one on the CPU. The stand-in for CuPy is the GPU here."""

from __future__ import annotations

import numpy as np
import pytest

from support.examining import Bench, answer, check, given

# The examiner has no GPU.
SETUP = """
import sys
import numpy as np
from chainrule.stand_in.modules import CUPY
xp = np
if not any(name.endswith("examiner.examine") for name in sys.modules):
    sys.modules["cupy"] = xp = CUPY
"""
CASES = {
    "arrays go there and come back": (
        "def f(z):\n    return xp.exp(xp.asarray(z) * 1.0)",
        "def f(z):\n    return xp.exp(z) + 1",
        "found = f(np.zeros((2, 3)))\nassert type(found) is np.ndarray\nassert (found == np.ones((2, 3))).all()",
    ),
    "numpy among them is refused there": (
        "def f(z):\n    return z + xp.ones(3)",
        "def f(z):\n    return z + np.ones(3)",
        "assert f(np.zeros(3)).tolist() == [1, 1, 1]",
    ),
    "in tuples, lists and dictionaries": (
        "def f(pairs):\n    return [(w * 2, {'b': b + xp.ones(2)}) for w, b in pairs]",
        "def f(pairs):\n    return [(w * 2, {'b': b}) for w, b in pairs]",
        "(w, more), = f([(np.ones(2), np.zeros(2))])\nassert w.sum() == 4 and more['b'].tolist() == [1, 1]",
    ),
    "an answer in place": (
        "def f(z):\n    z *= xp.asarray(2.0)",
        "def f(z):\n    z = z * 2",
        "z = np.ones(3)\nf(z)\nassert z.tolist() == [2, 2, 2]",
    ),
    "a list that is filled": (
        "def f(path, z):\n    path.append(z * 2)",
        "def f(path, z):\n    path.append(z)",
        "path = [np.zeros(2)]\nf(path, np.ones(2))\nassert path[0].sum() == 0 and path[1].tolist() == [2, 2]",
    ),
    "an input that comes back": (
        "def f(z):\n    return z",
        "def f(z):\n    return z.copy()",
        "z = np.ones(2)\nassert f(z) is z",
    ),
    "numbers of no dimensions": (
        "def f(z):\n    return xp.mean(z)",
        "def f(z):\n    return xp.max(z)",
        "assert abs(f(np.array([1.0, 2.0])) - 1.5) < 1e-12",
    ),
    "an object with arrays": (
        (
            "class f:\n    def __init__(self, W):\n        self.params = {'W': W}\n        self.W = W\n"
            "    def forward(self, x):\n        return x @ self.W + xp.zeros(2)"
        ),
        (
            "class f:\n    def __init__(self, W):\n        self.params = {'W': W * 0}\n        self.W = W * 0\n"
            "    def forward(self, x):\n        return x @ self.W"
        ),
        (
            "layer = f(np.eye(2))\nassert layer.forward(np.ones((1, 2))).tolist() == [[1, 1]]\n"
            "assert layer.params['W'].tolist() == np.eye(2).tolist() == layer.W.tolist()"
        ),
    ),
    "a function of the test": (
        "def f(g, z):\n    return g(z) + xp.ones(2)",
        "def f(g, z):\n    return g(z + 1) + xp.ones(2)",
        (
            "assert f(np.sin, np.zeros(2)).tolist() == [1, 1]\n"
            "assert f(lambda z: np.array([1.0, 2]) * z, np.ones(2)).tolist() == [2, 3]"
        ),
    ),
    "a name that holds an array": (
        "def f(z):\n    return z\nmeasured = xp.arange(3.0) * 2",
        "def f(z):\n    return z\nmeasured = xp.arange(3.0)",
        "assert type(measured) is np.ndarray and measured.tolist() == [0, 2, 4]",
    ),
    "steps of a generator": (
        "def f(z):\n    for row in z:\n        yield row + xp.ones(2)",
        "def f(z):\n    for row in z:\n        yield row",
        "assert [it.tolist() for it in f(np.zeros((2, 2)))] == [[1, 1], [1, 1]]",
    ),
    "a host array where the answer made one": (
        "def f(n):\n    return [it.tolist() for it in xp.arange(n) * 2]",
        "def f(n):\n    return [it.tolist() for it in xp.arange(n)]",
        "assert f(3) == [0, 2, 4]",
    ),
}


@pytest.fixture(scope="module")
def bench():
    with Bench("numpy", "chainrule") as made:
        yield made


@pytest.mark.parametrize("name", CASES)
def test_a_test_tells_right_from_wrong_across_devices(bench, name):
    right, wrong, tests = CASES[name]
    assignment = bench.assignment([given(SETUP), answer(right), check(tests)])

    assert [1] == list(bench.points(assignment, {}).values())
    assert [0] == list(bench.points(assignment, {"a1": wrong}).values())


def test_the_examiner_has_no_gpu(bench):
    """Else the cases above would prove nothing."""
    assignment = bench.assignment(
        [given(SETUP), answer("def f():\n    return xp.__name__"), check("assert f() != xp.__name__")]
    )

    assert [1] == list(bench.points(assignment, {}).values())
    assert np.__name__ == "numpy"
