"""What a submission does that the solved notebook never did."""

from __future__ import annotations

import pytest

from proctor.plan.departures import departures
from proctor.plan.files import reads_files, writes_files
from proctor.plan.packages import needs_one_of
from support.examining import answer, check, given, plan_of

PARTS = [
    given("import math\nimport numpy as np\nxs = [1, 2]\nscale = 3\ndef close(a, b):\n    return abs(a - b) < 1"),
    answer("from math import sqrt\ndef f(x):\n    return scale * x"),
    check("assert close(f(2), 6) and len(xs) == 2 and sqrt(4) == 2"),
]


def reasons(text, *, parts=PARTS, place=1, modules=None):
    return departures(plan_of(parts), [(place, text)], modules or {})


class TestBinds:
    """Names of the author's that a test reads, directly or through what it reads."""

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("xs = [3]", "xs"),
            ("xs.append(3)", "xs"),
            ("xs[0] = 3", "xs"),
            ("del xs", "xs"),
            ("for xs in range(3): pass", "xs"),
            ("with open('a') as xs: pass", "xs"),
            ("import numpy as xs", "xs"),
            ("(xs := 3)", "xs"),
            ("def f(x):\n    global xs\n    xs = [x]", "xs"),
            ("def f(x):\n    xs.append(x)", "xs"),
            ("g = lambda: xs.pop()", "xs"),
            ("def close(a, b):\n    return True", "close"),
            ("class close: pass", "close"),
            ("len = 3", "len"),
            ("def sqrt(x):\n    return 2", "sqrt"),
            ("from cmath import sqrt", "sqrt"),
        ],
    )
    def test_are_named(self, text, names):
        assert {"t1": f"the submission binds or changes {names}"} == reasons(text).reasons

    @pytest.mark.parametrize(
        "text",
        [
            "from math import sqrt\ndef f(x):\n    return x * scale",
            "def f(x):\n    return sum([scale] * x)",
            "ys = [x + 1 for x in xs]",
            "print(len(xs))",
            "def f(xs):\n    xs.append(1)\n    return xs",
            "y = np.sum(xs)" if False else "y = sum([1, 2])",
            "unused = 3",
            "import tqdm",
            "value = max(1, 2)",
        ],
    )
    def test_what_changes_nothing_of_the_authors_is_no_reason(self, text):
        assert {} == reasons(text).reasons

    def test_a_name_that_no_test_reads_is_no_reason(self):
        parts = [given("spare = 1\nxs = [1]"), answer("y = 1"), check("assert y == 1")]

        assert {} == reasons("spare = 2\ny = 1", parts=parts).reasons

    def test_what_the_solution_does_too_is_no_reason(self):
        parts = [given("xs = [1]"), answer("xs.append(2)"), check("assert xs == [1, 2]")]

        assert {} == reasons("xs.append(3)", parts=parts).reasons

    @pytest.mark.parametrize(
        "text",
        ["ys = xs.copy()\nxs.sort()", "xs[0] = len(xs)", "import random\nrandom.shuffle(xs)", "xs.drop(inplace=True)"],
    )
    def test_what_the_solution_only_looks_at_and_the_student_changes_is(self, text):
        parts = [given("xs = [1]"), answer("ys = xs.copy()"), check("assert xs == [1]")]

        assert {"t1": "the submission binds or changes xs"} == reasons(text, parts=parts).reasons

    def test_in_another_cell_it_is(self):
        parts = [given("xs = [1]"), answer("xs.append(2)"), check("assert xs == [1, 2]")]

        assert {"t1"} == set(reasons("xs.append(2)", parts=parts, place=-1).reasons)


class TestSpoils:
    """In a notebook a test that calls a function may change what later cells compute with."""

    PARTS = (
        given("import numpy as np\nxs = [2, 1]"),
        answer("def f(x):\n    return sorted(x)"),
        check("assert f(xs) == [1, 2]"),
        answer("total = sum(xs)"),
        check("assert total == 3"),
    )

    def found(self, text, later="total = sum(xs)"):
        return departures(plan_of(self.PARTS), [(1, text), (3, later)], {}).reasons

    @pytest.mark.parametrize(
        "body",
        [
            "x.sort()\n    return x",
            "x[0] = 1\n    return x",
            "x += [1]\n    return x",
            "del x[0]\n    return x",
            "np.random.shuffle(x)",
            "for i in x:\n        x.append(1)",
            "y = sorted(x)\n    x.clear()\n    return y",
        ],
    )
    def test_a_function_that_changes_its_argument_does(self, body):
        words = "f of the submission may change xs in place"

        assert {"t2": words} == self.found(f"def f(x):\n    {body}")

    @pytest.mark.parametrize(
        "body",
        [
            "return sorted(x)",
            "x = list(x)\n    x.sort()\n    return x",
            "y = []\n    y.append(x)\n    return y",
            "return x.copy()",
        ],
    )
    def test_one_that_changes_its_own_does_not(self, body):
        assert {} == self.found(f"def f(x):\n    {body}")

    def test_who_computes_with_nothing_of_the_authors_is_not_concerned(self):
        assert {} == self.found("def f(x):\n    x.sort()\n    return x", "total = 3")


class TestReaches:
    """Code that gets at what it does not name."""

    @pytest.mark.parametrize(
        "text",
        [
            "globals()[name] = 3",
            "globals()['__builtins__'].len = 3",
            "globals().update(more)",
            "exec(text)",
            "exec('import builtins')",
            "__import__('builtins').len = 3",
            "m = __import__('numpy')\nm.mean = 3",
            "m = np\nm.mean = 3",
            "setattr(np, 'mean', 3)",
            "m = np.linalg\nvars(m)['norm'] = 3",
            "def f(m):\n    setattr(m, 'mean', 3)\nf(np)",
            "for m in [np]:\n    m.__dict__['mean'] = 3",
            "from unittest.mock import patch\npatch('numpy.mean', max).start()",
            "from unittest import mock",
            "import pickle\npickle.loads(b'')",
            "import timeit\ntimeit.timeit('import builtins; builtins.len = None')",
            "getattr(np, '__dict__')['mean'] = max",
            "getattr(np, 'li' + 'nalg').norm = max",
            "type.__setattr__(np, 'mean', max)",
            "from inside.serve import Student",
            "import inspect\nframe = inspect.currentframe().f_back",
            "import builtins",
            "from builtins import *",
            "np.mean = lambda x: 3",
            "math.sqrt = 3",
            "get_ipython().user_ns['xs'] = 3",
            "%run other.py",
            "f.__globals__['xs'] = 3",
            "import inspect\ninspect.getmodule(len).len = lambda _: 3",
        ],
    )
    def test_is_seen(self, text):
        found = reasons(text)

        assert not found.may_wait("t1")
        assert {"t1"} == set(found.reasons)

    @pytest.mark.parametrize("line", ["import sys", "import inspect", "code = compile('1', '', 'eval')"])
    def test_who_only_looks_may_be_asked_about(self, line):
        found = reasons(f"{line}\ndef f(x):\n    return scale * x")

        assert found.may_wait("t1")
        assert {"t1"} == set(found.reasons)

    def test_who_only_looks_where_no_test_comes_by_is_no_reason(self):
        assert {} == reasons("import sys\nspare = 1").reasons

    @pytest.mark.parametrize(
        "text",
        [
            "globals()['spare'] = 3",
            "spare = globals()['xs'], globals().get('scale'), 'xs' in globals()",
            "exec('spare = 3')",
            "m = __import__('calendar')\nspare = m.isleap(4)",
            "class A:\n    def __init__(self, **more):\n        for name in more:\n            setattr(self, name, 1)",
            "class A:\n    def same(self, other):\n        return vars(self) == other.__dict__",
            "class A:\n    def __init__(self):\n        object.__setattr__(self, 'n', 1)",
            "spare = getattr(f, 'n' + 'ame', None), getattr(f, '__dict__')",
            "class A:\n    n = 0\n    def __init__(self):\n        type(self).n += 1",
        ],
    )
    def test_names_that_are_spelled_and_objects_of_ones_own_are_no_reason(self, text):
        found = reasons(text)

        assert found.may_wait("t1")
        assert {} == found.reasons

    @pytest.mark.parametrize(
        "text", ["globals()['xs'] = 3", "exec('xs = 3')", "globals().pop('xs')", "def f():\n    globals()['xs'] = 3"]
    )
    def test_a_name_that_is_spelled_is_bound_like_any_other(self, text):
        assert {"t1": "the submission binds or changes xs"} == reasons(text).reasons

    def test_where_the_solution_does_so_too_it_is_usual(self):
        parts = [answer("exec('x' + '= 3')"), check("assert x == 3")]

        assert {} == reasons("globals()[name] = 3", parts=parts, place=0).reasons
        assert not reasons("globals()[name] = 3", parts=parts, place=-1).may_wait("t1")

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("exec(text)", "`exec` in the cell a1 can change anything in the notebook"),
            ("np.mean = 3", "`np.mean` in the cell a1 changes a module that others use, too"),
        ],
    )
    def test_it_is_told_with_the_word_and_the_cell(self, text, told):
        assert {"t1": told} == reasons(text).reasons

    def test_an_added_cell_is_told_by_its_first_line(self):
        told = "`exec` in the cell that begins with `n = 1` can change anything in the notebook"

        assert {"t1": told} == reasons("n = 1\nexec(text)", place=-1).reasons

    @pytest.mark.parametrize(
        ("text", "asked"),
        [
            ("class A:\n    def __eq__(self, other):\n        return True\ndef f(x):\n    return A()", False),
            ("A = type('A', (), {})\nA.__eq__ = lambda *_: True\ndef f(x):\n    return A()", False),
            ("class A:\n    def __eq__(self, other):\n        return True", True),
        ],
    )
    def test_objects_that_claim_matter_to_the_tests_that_meet_them(self, text, asked):
        assert asked == reasons(text).may_wait("t1")

    @pytest.mark.parametrize(
        "text", ["import re\np = re.compile('a')", "x = np.array([1])", "y = 'exec'", "%time y = 1"]
    )
    def test_ordinary_code_does_not(self, text):
        assert reasons(text).may_wait("t1")
        assert {} == reasons(text).reasons


class TestModulesAndFiles:
    """What is brought, and what is read and written."""

    def test_a_module_of_its_own_is_a_reason(self):
        assert {"t1": "the submission brings helpers"} == reasons("import helpers", modules={"helpers": ""}).reasons

    def test_only_where_it_is_imported(self):
        assert {} == reasons("y = 1", modules={"helpers": ""}).reasons

    @pytest.mark.parametrize(
        "text",
        [
            "open('a', 'w')",
            "open('a', mode='ab')",
            "p.write_text('x')",
            "df.to_csv('a')",
            "np.savetxt('a', x)",
            "np.save('a', x)",
            "np.savez_compressed('a', x=x)",
            "json.dump(x, file)",
            "csv.writer(file).writerow(x)",
            "Path('a').open('a')",
            "io.open('a', mode='r+')",
            "os.makedirs('a/b')",
            "shutil.copytree('a', 'b')",
            "x.to_parquet('a')",
            "figure.write_image('a')",
            "model.save_weights('a')",
            "joblib.dump(x, 'a')",
            "from urllib.request import urlretrieve",
            "with ZipFile('a') as file:\n    pass",
            "!rm a",
        ],
    )
    def test_writing_is_seen(self, text):
        assert writes_files([text])

    @pytest.mark.parametrize(
        "text",
        ["open('a')", "open('a', 'r')", "open('wax')", "x = 1", "'a.txt'.upper()", "s.to_numpy()", "x.to_dict()"],
    )
    def test_reading_is_no_writing(self, text):
        assert not writes_files([text])

    @pytest.mark.parametrize(
        "text",
        [
            "assert open('a').read() == 'x'",
            "assert Path('a').exists()",
            "assert np.load('a').shape == (3,)",
            "assert len(pd.read_feather('a')) == 3",
            "assert json.load(file) == {}",
            "assert os.path.getsize('a') > 3",
            "assert glob('*.csv')",
        ],
    )
    def test_reading_is_seen(self, text):
        assert reads_files([text])

    def test_a_helper_of_the_authors_that_reads_counts(self):
        parts = [given("def kept():\n    return open('a').read()"), answer("y = 1"), check("assert kept() == '1'")]

        assert {"t1": "the submission writes files"} == reasons("open('a', 'w')", parts=parts, place=1).reasons

    def test_a_submission_that_writes_concerns_the_tests_that_read(self):
        parts = [answer("y = 1"), check("assert open('a').read() == '1'"), check("assert y == 1")]

        assert {"t1": "the submission writes files"} == reasons("open('a', 'w')", parts=parts, place=0).reasons


class TestPackages:
    """Whether a test needs one of some packages."""

    @pytest.mark.parametrize(
        "cells",
        [
            [check("import course\nassert course.right(1)")],
            [check("from course.checks import right\nright(1)")],
            [given("import course"), check("course.grade(1)")],
            [given("from course import grade as g\ndef judge(x):\n    return g(x)"), check("assert judge(1)")],
        ],
    )
    def test_it_does(self, cells):
        plan = plan_of(cells)

        assert needs_one_of(plan, plan.cells[-1].tests, {"course"})

    def test_it_does_not(self):
        plan = plan_of([given("import course\nx = 1"), check("assert x == 1")])

        assert not needs_one_of(plan, plan.cells[-1].tests, {"course"})
