"""Whose a name is follows from what the solved notebook did, or without one from the text."""

from __future__ import annotations

import json

import pytest

from proctor.model import Cell, NotebookRows
from proctor.plan.notebook import plan_notebook
from proctor.plan.ownership import Ownership, guessed, owned
from support.plans import PLAN, row


def notebook(*parts):
    """A plan of parts (role, text, solution), named a0, t1, ... by role and place."""
    rows, release, source = [], [], []
    for place, (role, text, *solved) in enumerate(parts):
        name = f"{role[0]}{place}" if role != "given" else ""
        if role == "answer":
            rows.append(row(name, "code", text, solution=True))
        elif role == "manual":
            rows.append(row(name, "code", text, points=1.0, graded=True, solution=True))
        elif role == "test":
            rows.append(row(name, "code", solved[0] if solved else text, points=1.0, graded=True, locked=True))
        elif role == "locked":
            rows.append(row(name, "code", text, locked=True))
        kind = "markdown" if role == "text" else "code"
        release.append(Cell(kind, text, name if role != "text" else ""))
        source.append(Cell(kind, solved[0] if solved else text, name if role != "text" else ""))
    return plan_notebook(NotebookRows("hw", {}, tuple(rows)), release, source)


def surveyed(plan, *states, inside=frozenset()):
    """What is found when the names stood for these things after each cell; "math:module" is a module."""
    before, after, latest = {}, {}, {}
    for cell, state in zip(plan.cells, states, strict=True):
        if state is None:
            continue
        before[cell.place] = latest
        latest = latest | {name: _digest(it) for name, it in state.items()}
        after[cell.place] = latest
    return owned(plan, before, after, inside)


def _digest(it):
    digest, _, kind = str(it).partition(":")
    return [kind or "data", digest]


STUB = "# YOUR CODE HERE"


class TestOwned:
    """By what each cell of the solved notebook bound and changed."""

    def test_what_an_answer_binds_is_the_students(self):
        plan = notebook(("given", "x = 1"), ("answer", STUB, "def f(): pass"), ("test", "assert f() == x"))
        found = surveyed(plan, {"x": 1}, {"f": "1:function"}, {})

        assert (frozenset({"f"}), {}) == (found.defined, found.handed)

    def test_what_a_manual_cell_binds_is_too(self):
        plan = notebook(("manual", STUB, "y = 1"))

        assert surveyed(plan, {"y": 1}).defined == {"y"}

    def test_data_of_the_author_that_an_answer_rebinds_are_handed_over(self):
        plan = notebook(("given", "x = None"), ("answer", STUB, "x = 2"))

        assert surveyed(plan, {"x": 0}, {"x": 2}).handed == {1: {"x"}}

    def test_data_of_the_author_that_an_answer_leaves_are_not(self):
        plan = notebook(("given", "x = None"), ("answer", STUB, "y = x"))

        assert surveyed(plan, {"x": 0}, {"x": 0, "y": 0}).handed == {}

    def test_a_name_changes_hands_as_often_as_cells_bind_it_anew(self):
        plan = notebook(("answer", STUB, "x = 1"), ("given", "x = 2"), ("answer", STUB, "x = 3"))
        found = surveyed(plan, {"x": 1}, {"x": 2}, {"x": 3})

        assert ({"x"}, {2: {"x"}}) == (set(found.defined), dict(found.handed))

    def test_data_that_an_answer_binds_to_the_same_value_are_handed_over_too(self):
        plan = notebook(("given", "x = 2"), ("answer", STUB, "x = 2"))

        assert surveyed(plan, {"x": 2}, {"x": 2}).handed == {1: {"x"}}

    @pytest.mark.parametrize("text", ["x.append(2)", "x += [2]", "x = x + [2]"])
    def test_what_the_author_only_changes_stays_the_students(self, text):
        plan = notebook(("answer", STUB, "x = [1]"), ("given", text), ("answer", STUB, "x = [3]"))

        assert surveyed(plan, {"x": 1}, {"x": 2}, {"x": 3}).handed == {}

    @pytest.mark.parametrize(
        ("solution", "names"),
        [
            pytest.param("import math", {"math": "math:module"}, id="a module"),
            pytest.param("from math import pi", {"pi": "3"}, id="a name of a module"),
        ],
    )
    def test_what_an_answer_imports_is_the_authors(self, solution, names):
        plan = notebook(("answer", STUB, solution))
        found = surveyed(plan, names)

        assert (set(), {0: solution}) == (set(found.defined), dict(found.imports))

    def test_a_module_under_another_name_is_no_students_name(self):
        plan = notebook(("answer", STUB, "m = math"))

        assert surveyed(plan, {"m": "math:module"}).defined == set()

    def test_the_imports_of_a_stub_count_where_there_is_no_solution(self):
        assert guessed(notebook(("answer", "import math\n# more"))).imports == {0: "import math"}

    def test_a_cell_that_did_not_run_tells_nothing(self):
        plan = notebook(("answer", STUB, "x = 1"), ("text", "words"))

        assert surveyed(plan, None, None) == Ownership()


class TestSent:
    """What the visible part of a test binds, for later cells that read it."""

    def test_data_that_later_cells_read_are_sent(self):
        plan = notebook(("test", "x = 1\nassert True"), ("answer", STUB, "y = x"))

        assert surveyed(plan, {"x": 1}, {"y": 1}).sent == {0: {"x"}}

    def test_data_that_nobody_reads_are_not(self):
        plan = notebook(("test", "x = 1\nassert True"), ("answer", STUB, "y = 2"))

        assert surveyed(plan, {"x": 1}, {"y": 2}).sent == {}

    def test_data_that_a_later_answer_takes_over_are_sent(self):
        """Who leaves that answer empty has what the test bound."""
        plan = notebook(("test", "x = 1"), ("answer", STUB, "x = 2"), ("test", "assert x"))

        assert surveyed(plan, {"x": 1}, {"x": 2}, {}).sent == {0: {"x"}}

    def test_data_that_only_tests_read_are_not(self):
        plan = notebook(("test", "x = 1"), ("test", "assert x == 1"))

        assert surveyed(plan, {"x": 1}, {}).sent == {}

    def test_a_test_that_runs_inside_reads_too(self):
        plan = notebook(("test", "x = 1"), ("test", "assert x == 1"))

        assert surveyed(plan, {"x": 1}, {}, inside=frozenset({"t1"})).sent == {0: {"x"}}

    def test_what_the_hidden_part_binds_is_never_sent(self):
        hidden = "### BEGIN HIDDEN TESTS\nsecret = 1\n### END HIDDEN TESTS"
        plan = notebook(("test", "x = 1", f"x = 1\n{hidden}"), ("answer", STUB, "y = x + secret"))
        found = surveyed(plan, {"x": 1, "secret": 1}, {"y": 2})

        assert found.sent == {0: {"x"}}

    def test_what_a_test_changes_in_place_is_sent(self):
        plan = notebook(("given", "x = []"), ("test", "x.append(1)"), ("answer", STUB, "y = x"))

        assert surveyed(plan, {"x": 0}, {"x": 1}, {"y": 1}).sent == {1: {"x"}}

    def test_imports_and_functions_go_as_text(self):
        text = "import math\ndef check(a):\n    return a\nassert True"
        plan = notebook(("test", text), ("answer", STUB, "y = check(math.pi)"))
        found = surveyed(plan, {"check": "1:function", "math": "math:module"}, {"y": 3})

        assert "import math\ndef check(a):\n    return a" == found.code[0]

    def test_text_that_nobody_reads_does_not_go(self):
        plan = notebook(("test", "import math\ndef check(a):\n    return a"), ("answer", STUB, "y = 1"))

        assert surveyed(plan, {"check": "1:function"}, {"y": 1}).code == {}


class TestNeeded:
    """The author's cells that the examiner runs too."""

    def test_are_those_whose_names_tests_read(self):
        plan = notebook(("given", "x = 1"), ("locked", "y = 2"), ("given", "z = 3"), ("test", "assert x + y"))

        assert surveyed(plan, {"x": 1}, {"y": 2}, {"z": 3}, {}).needed == {0, 1}

    def test_the_hidden_part_reads_too(self):
        hidden = "### BEGIN HIDDEN TESTS\nassert x\n### END HIDDEN TESTS"
        plan = notebook(("given", "x = 1"), ("test", "", hidden))

        assert surveyed(plan, {"x": 1}, {}).needed == {0}

    def test_a_test_that_runs_inside_needs_none_here(self):
        plan = notebook(("given", "x = 1"), ("test", "assert x"))
        found = surveyed(plan, {"x": 1}, {}, inside=frozenset({"t1"}))

        assert (set(), {"t1"}) == (set(found.needed), set(found.unverified))

    def test_answers_are_never_needed(self):
        plan = notebook(("answer", "x = 1", "x = 1"), ("test", "assert x"))

        assert surveyed(plan, {"x": 1}, {}).needed == set()


class TestGuessed:
    """By the text alone, where there is no solved notebook."""

    def test_what_a_stub_binds_is_the_students(self):
        """A stub that is no Python, such as a function without a body, binds nothing."""
        assert guessed(PLAN).defined == {"f"}

    def test_imports_of_a_stub_are_the_authors(self):
        assert guessed(notebook(("answer", "import math\ndef f(): pass"))).defined == {"f"}

    @pytest.mark.parametrize("stub", ["x = 2", "x.append(1)", "f(x)"], ids=["binds", "changes", "gives away"])
    def test_data_of_the_author_that_a_stub_uses_are_handed_over(self, stub):
        found = guessed(notebook(("given", "x = []"), ("answer", stub)))

        assert "x" in found.handed[1]

    def test_data_that_a_stub_only_reads_are_not(self):
        assert guessed(notebook(("given", "x = 1"), ("answer", "y = x"))).handed == {}

    def test_data_of_a_test_that_later_stubs_read_are_sent(self):
        assert guessed(notebook(("test", "x = 1"), ("answer", "y = x"))).sent == {0: {"x"}}

    def test_needed_cells_follow_from_the_text(self):
        assert guessed(notebook(("given", "x = 1"), ("given", "y = 1"), ("test", "assert x"))).needed == {0}

    def test_text_is_looked_over(self):
        assert guessed(notebook(("text", "x = 1"))) == Ownership(operating={})

    def test_no_cell_may_let_data_meet_the_students_operators(self):
        """Which need that, only a solved notebook can show."""
        assert guessed(PLAN).operating == {}

    def test_tests_that_run_inside_are_kept(self):
        assert guessed(PLAN, frozenset({"f-check"})).unverified == {"f-check"}


@pytest.mark.parametrize("operating", [None, {}, {2: frozenset({"alike"})}], ids=repr)
def test_facts_survive_a_file(operating):
    """As JSON, in which places become texts."""
    full = Ownership(
        defined=frozenset({"f"}),
        handed={1: frozenset({"x", "y"})},
        imports={1: "import math"},
        sent={2: frozenset({"z"})},
        code={2: "def h(): pass"},
        needed=frozenset({0, 3}),
        unverified=frozenset({"t1"}),
        operating=operating,
    )

    assert full == Ownership.from_facts(json.loads(json.dumps(full.facts())))
