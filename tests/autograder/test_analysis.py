"""Names that a cell binds, reads and may change, from its text alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from proctor.plan.analysis import Names, asked_for, definitions, import_statements, names_of, needed_cells
from proctor.plan.trees import parsed


def binds(source):
    return set(names_of(source).binds)


def reads(source):
    return set(names_of(source).reads)


def touches(source):
    return set(names_of(source).touches)


class TestBinds:
    """At the top level of the cell, whatever the statement."""

    @pytest.mark.parametrize(
        ("names", "source"),
        [
            ("a", "a = 1"),
            ("a b c", "a, (b, *c) = 1, (2, 3)"),
            ("a", "a: int = 1"),
            ("a", "a += 1"),
            ("a b", "a = b = 1"),
            ("f", "def f(x):\n    y = 1"),
            ("f", "async def f(x):\n    y = 1"),
            ("C", "class C:\n    y = 1"),
            ("math", "import math"),
            ("os", "import os.path"),
            ("path", "import os.path as path"),
            ("sin pi", "from math import sin, pi"),
            ("s", "from math import sin as s"),
            ("i", "for i in range(3):\n    pass"),
            ("i x", "for i in range(3):\n    x = i"),
            ("a", "if True:\n    a = 1"),
            ("file x", "with open('f') as file:\n    x = file.read()"),
            ("a b", "try:\n    a = 1\nexcept ValueError:\n    b = 2"),
            ("a", "del a"),
            ("a", "print(a := 1)"),
            ("a", "while True:\n    a = 1\n    break"),
            ("b", "match 1:\n    case 1:\n        b = 2"),
            ("", "a.b = 1"),
            ("", "a[0] = 1"),
            ("", "print(1)"),
            ("f", "f = lambda x: x"),
            ("a", "a = [b for b in range(3)]"),
            ("a", "a = {b: c for b, c in d}"),
            ("a c", "a = [c := b for b in d]"),
        ],
    )
    def test_are_found(self, names, source):
        assert set(names.split()) == binds(source)


class TestReads:
    """Anywhere, also inside functions."""

    @pytest.mark.parametrize(
        ("names", "source"),
        [
            ("b", "a = b"),
            ("a", "a += 1"),
            ("a", "a.b = 1"),
            ("a", "a[0] = 1"),
            ("f x", "f(x)"),
            ("b", "def f(a):\n    return b"),
            ("D x", "class C(D):\n    y = x"),
            ("d", "@d\ndef f():\n    pass"),
            ("g b", "a = [c for _ in g(b)]"),
            ("a b", "a if b else 1"),
            ("a", "f'{a}'"),
            ("", "a = 1"),
            ("", "import math"),
            ("", "'a text with a name: b'"),
        ],
    )
    def test_are_found(self, names, source):
        assert set(names.split()) <= reads(source)
        assert names or not reads(source)


class TestTouches:
    """What a statement may change in place."""

    @pytest.mark.parametrize(
        ("names", "source"),
        [
            ("a", "a.b = 1"),
            ("a", "a[0] = 1"),
            ("a", "a[0].b[1] = 1"),
            ("a", "del a[0]"),
            ("a", "del a.b"),
            ("a", "a += 1"),
            ("a", "a.b += 1"),
            ("a", "a.append(1)"),
            ("a", "a.b.c(1)"),
            ("a", "a().b()"),
            ("a b", "shuffle(a, key=b)"),
            ("a", "f(*a)"),
            ("a", "f(**a)"),
            ("a", "for _ in range(3):\n    a.append(1)"),
            ("a", "[a.append(i) for i in range(3)]"),
            ("a", "{f(a) for b in range(3)}"),
            ("b", "[f(a) for a in range(3) if b.pop()]"),
            ("", "print(a, len(b), isinstance(c, int))"),
            ("", "b = a"),
            ("", "def f():\n    a.append(1)"),
            ("", "f = lambda: a.append(1)"),
        ],
    )
    def test_are_found(self, names, source):
        assert set(names.split()) == touches(source)


class TestSyntax:
    """A notebook's syntax is understood; what is no Python is nothing."""

    @pytest.mark.parametrize(
        "source",
        ["%matplotlib inline\na = 1", "!ls\na = 1", "a = 1\nprint?", "%%time\na = 1", "a = await f()", "a = 1;"],
        ids=lambda it: it.splitlines()[0],
    )
    def test_magics_do_not_hide_names(self, source):
        assert binds(source) == {"a"}

    def test_the_output_of_a_command_is_bound(self):
        assert binds("files = !ls") == {"files"}

    @pytest.mark.parametrize(
        "source",
        [
            "def f(:",
            "a = ",
            "a = 1\n  b = 2",
            "\0",
            "print 'hello'",
            "(" * 5000,
            "-" * 100_000 + "1",
            "",
            "# only a comment",
            "'" * 3,
        ],
        ids=["def", "assign", "indent", "NUL", "Python 2", "open", "deep", "empty", "comment", "open text"],
    )
    def test_what_does_not_parse_binds_and_reads_nothing(self, source):
        assert names_of(source) == Names()

    @pytest.mark.filterwarnings("ignore:.make_tokens_by_line")  # IPython's word on control characters
    @settings(max_examples=1000, deadline=None)
    @given(st.text(max_size=60) | st.text("()[]{}:=%!?'\"\\\n ab#", max_size=40))
    def test_any_text_gives_names(self, source):
        assert isinstance(names_of(source), Names)

    def test_a_module_is_parsed(self):
        assert len(parsed("a = 1\nb = 2").body) == 2

    @pytest.mark.parametrize(("star", "source"), [(True, "from math import *"), (False, "from math import sin")])
    def test_a_star_is_told(self, star, source):
        assert star is names_of(source).star


class TestTakenOut:
    """Imports and definitions, without the rest of the cell."""

    @pytest.mark.parametrize(
        ("taken", "source"),
        [
            ("import math", "import math\na = 1"),
            ("import math\nfrom os import path as p", "import math\na = 1\nfrom os import path as p"),
            ("", "def f():\n    import math"),
            ("", "if a:\n    import math"),
            ("import math", "%matplotlib inline\nimport math"),
            ("", "import math\ndef f(:"),
        ],
    )
    def test_imports_of_the_top_level(self, taken, source):
        assert taken == import_statements(source)

    @pytest.mark.parametrize(
        ("taken", "wanted"),
        [
            ("import math", {"math"}),
            ("def f():\n    return 1", {"f"}),
            ("class C:\n    pass", {"C"}),
            ("import math\n\ndef f():\n    return 1", {"f", "math"}),
            ("", {"a"}),
            ("", {"unknown"}),
            ("", set()),
        ],
        ids=lambda it: " ".join(sorted(it)) if isinstance(it, set) else "",
    )
    def test_definitions_that_are_wanted(self, taken, wanted):
        source = "import math\ndef f():\n    return 1\nclass C: pass\na = f()\nassert f() == 1"

        assert taken.replace("\n\n", "\n") == definitions(source, wanted).replace("\n\n", "\n")


CELLS = {
    0: "import math",
    1: "x = [1, 2]",
    2: "def helper(a):\n    return math.floor(a)",
    3: "print('hello')",
    4: "x.append(3)",
    5: "y = helper(2)",
    6: "def broken(:",
}


class TestNeededCells:
    """The author's cells that tests need, directly or through others."""

    @pytest.mark.parametrize(
        ("chosen", "tests"),
        [
            ([], []),
            ([], ["assert f(1)"]),
            ([0], ["math.pi"]),
            ([1, 4], ["f(x)"]),
            ([0, 2], ["helper(1)"]),
            ([0, 2, 5], ["y == 2"]),
            ([0, 1, 4], ["math.pi", "x"]),
            ([], ["def broken(:"]),
            ([], ["y = 1"]),
        ],
        ids=str,
    )
    def test_are_those_that_bind_or_change_what_is_read(self, chosen, tests):
        assert chosen == sorted(needed_cells(tests, CELLS))

    def test_a_star_may_bind_anything(self):
        assert needed_cells(["sin(1)"], {0: "from math import *", 1: "print(1)"}) == {0}

    def test_names_inside_a_function_count(self):
        assert needed_cells(["def check():\n    return x\ncheck()"], CELLS) == {1, 4}

    def test_two_that_need_each_other_end(self):
        assert needed_cells(["a"], {0: "a = b", 1: "b = a"}) == {0, 1}


class TestAskedFor:
    """Names that a cell reads and has not bound itself."""

    @pytest.mark.parametrize(
        ("source", "asked"),
        [
            ("x = 1\nassert x == y", "y"),
            ("assert x\nx = 1", "x"),
            ("x = x + 1\nassert x", "x"),
            ("x += 1", "x"),
            ("del x", "x"),
            ("if ready:\n    x = 1\nassert x", "ready x"),
            ("for x in found:\n    pass\nassert x", "found x"),
            ("with made(a) as x:\n    y = x\nassert x, y", "a made"),
            ("import math as x\nassert x", ""),
            ("def x(n):\n    return n + y\nassert x(1)", "n y"),
        ],
    )
    def test_are_found(self, source, asked):
        assert asked.split() == sorted(asked_for(source))
