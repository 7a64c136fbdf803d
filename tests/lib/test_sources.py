"""An answer is written down with all that it needs, and with nothing else."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from chainrule.desk.sources import CannotKeep, module_text, outside_names


def notebook(*cells):
    """What these cells define, with their texts, as IPython has it."""
    names = {"In": ["", *cells], "__name__": "__main__"}
    for cell in cells:
        exec(cell, names)  # noqa: S102 - our own texts
    return names


@pytest.fixture
def alone(monkeypatch):
    """What a text defines, where nothing else is."""

    def run(text, name):
        module = ModuleType("alone")
        monkeypatch.setitem(sys.modules, "alone", module)  # data classes look their module up
        exec(text, vars(module))  # noqa: S102 - our own texts
        return getattr(module, name)

    return run


WHOLE = {
    "a helper of the notebook": ["def g(x):\n    return x + 1", "def f(x):\n    return g(x)"],
    "a helper of a helper": ["def h(x):\n    return x", "def g(x):\n    return h(x) + 1\ndef f(x):\n    return g(x)"],
    "two that call each other": [
        "def even(n):\n    return n == 0 or odd(n - 1)\ndef odd(n):\n    return n > 0 and even(n - 1)",
        "def f(x):\n    return x + even(2)",
    ],
    "itself": ["def f(x):\n    return x + 1 if x < 9 else f(x - 1) + 1"],
    "a constant": ["ONE = 1", "def f(x):\n    return x + ONE"],
    "a constant of several numbers": ["STEPS = (1, [2, 3])", "def f(x):\n    return x + STEPS[0]"],
    "a module": ["import math", "def f(x):\n    return x + math.exp(0)"],
    "a module by another name": ["import numpy as xp", "def f(x):\n    return x + xp.ones(1)[0]"],
    "a part of a package": [
        "import xml.etree.ElementTree as tree",
        "def f(x):\n    return x + len(tree.Element('a')) + 1",
    ],
    "a function of a module": ["from math import exp as e", "def f(x):\n    return x + e(0)"],
    "a function of NumPy": ["from numpy import ones, exp", "def f(x):\n    return x + ones(1)[0] * exp(0)"],
    "a name for an expression": ["f = lambda x: x + 1"],
    "a decorator": ["from functools import cache", "@cache\ndef f(x):\n    return x + 1"],
    "a decorator of the notebook": ["def keep_it(g):\n    return g", "@keep_it\ndef f(x):\n    return x + 1"],
    "a default": ["ONE = 1", "def f(x, by=ONE):\n    return x + by"],
    "a base class": ["class Base:\n    one = 1", "class Part(Base):\n    pass", "def f(x):\n    return x + Part.one"],
    "a class with a constant in its body": ["ONE = 1", "class A:\n    one = ONE", "def f(x):\n    return x + A().one"],
    "a data class": [
        "from dataclasses import dataclass",
        "@dataclass\nclass P:\n    by: float = 1.0",
        "def f(x):\n    return x + P().by",
    ],
    "names inside a comprehension": ["def g(i):\n    return i", "def f(x):\n    return x + sum(g(i) for i in [1])"],
    "a function in a function": ["ONE = 1", "def f(x):\n    def g(y):\n        return y + ONE\n    return g(x)"],
    "a walrus, a star and a handler": [
        "def f(x, *more):\n    try:\n        return (y := x) + 1\n    except ValueError as error:\n        raise error",
    ],
    "the newest of several": ["def f(x):\n    return x", "def f(x):\n    return x + 1"],
    "a helper that was written after it": ["def f(x):\n    return g(x)", "def g(x):\n    return x + 1"],
    "a cell with a fault beside it": ["def f(x):\n    return x + 1", "'text'"],
    "letters of other alphabets": ["ÉINS = 1", "def f(x):\n    größe = ÉINS\n    return x + größe"],
}


@pytest.mark.parametrize("cells", WHOLE.values(), ids=WHOLE.keys())
def test_it_runs_by_itself(cells, alone):
    names = notebook(*cells)

    assert 3 == names["f"](2)
    assert 3 == alone(module_text("f", names), "f")(2)


def test_what_it_does_not_use_stays_away():
    names = notebook("import os\nC = 1\ndef other():\n    return 1", "def f(x):\n    C = 2\n    return x")

    assert "def f(x):\n    C = 2\n    return x\n" == module_text("f", names)


def test_a_cell_that_is_no_python_is_passed_by():
    names = notebook("def f(x):\n    return x")
    names["In"].append("%%bash\nls")

    assert "def f(x):\n    return x\n" == module_text("f", names)


def test_a_class_is_written_down(alone):
    names = notebook("import numpy as np", "class ReLU:\n    def forward(self, z):\n        return np.maximum(z, 0)")

    assert 0 == alone(module_text("ReLU", names), "ReLU")().forward(-1)


@pytest.mark.parametrize("value", ["np.ones(3)", "np.random.default_rng(0)", "object()", "{1: object()}"])
def test_a_value_that_no_text_holds_is_named(value):
    names = notebook("import numpy as np", f"table = {value}", "def f(x):\n    return table")
    with pytest.raises(CannotKeep, match=r"f uses table, a value of type .* that only this notebook has"):
        module_text("f", names)


def test_one_that_was_made_and_not_written_is_refused():
    names = notebook("def outer():\n    def f(x):\n        return x\n    return f", "globals()['f'] = outer()")

    with pytest.raises(CannotKeep, match="f is no function or class of a cell"):
        module_text("f", names)


def test_what_was_kept_on_a_gpu_runs_without_one(alone):
    names = notebook("import types", "def f(x):\n    return xp.exp(x)")
    names["xp"] = names["types"].ModuleType("cupy")

    assert np.exp(1.0) == alone(module_text("f", names), "f")(1.0)


def test_outside_names_are_those_that_python_would_miss():
    """On this file itself: without them it would not run."""
    text = Path(__file__).read_text(encoding="utf-8")
    tops = {it.name for it in ast.parse(text).body if hasattr(it, "name")}

    assert not outside_names(text) & tops
    assert outside_names("def f(x):\n    return g(x) + h") == {"g", "h"}
