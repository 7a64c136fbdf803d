"""Wrong versions of a notebook, on which tests are proved."""

from __future__ import annotations

import pytest

from proctor.plan.ownership import guessed
from proctor.plan.variants import variants
from support.examining import answer, check, given, plan_of


class TestVariants:
    """Wrong versions of the notebook."""

    def found(self, parts):
        plan = plan_of(parts)
        return variants(plan, guessed(plan))

    def test_are_three(self):
        found = self.found([answer("x = 1"), check("assert x == 1")])

        assert ["all answers empty", "all answers None", "all answers off by one"] == [it.name for it in found]

    def test_answers_that_share_a_name_are_left_empty_alone(self):
        found = self.found([answer("y = 1"), given("x = 1"), answer("x = 2"), check("assert x == 2")])

        assert "a2 empty" == found[-1].name
        assert {2} == set(found[-1].answers)

    @pytest.mark.parametrize(
        ("solved", "none", "off"),
        [
            ("x = 1", None, 2),
            ("x = 2.5", None, 3.5),
            ("x = True", None, False),
            ("x = 'a'", None, "a?"),
            ("x = [1, [2]]", None, [2, [3]]),
            ("x = {'a': 1}", None, {"a": 2}),
            ("def f(n):\n    return n\nx = f(1)", None, 2),
            ("x = None", None, 0),
        ],
    )
    def test_they_make_a_value_wrong(self, solved, none, off):
        _, first, second = self.found([answer(solved), check("x")])
        values = []
        for variant in (first, second):
            names = {}
            exec(variant.answers[0], names)  # noqa: S102 - our own text
            values.append(names["x"])
            assert "_made_wrong" not in names

        assert [none, off] == values

    def test_they_make_files_that_the_solution_writes_wrong(self, tmp_path, monkeypatch):
        (tmp_path / "old.txt").write_text("old")
        monkeypatch.chdir(tmp_path)
        solved = "from pathlib import Path\nPath('new.txt').write_text(Path('old.txt').read_text())"
        names = {}
        exec(self.found([answer(solved), check("n")])[1].answers[0], names)  # noqa: S102 - our own text

        assert ["?", "old"] == [(tmp_path / it).read_text() for it in ("new.txt", "old.txt")]
        assert "_made_wrong" not in names

    @pytest.mark.parametrize("solved", ["%%writefile a.py\nn = 1", "from __future__ import annotations\nn = 1"])
    def test_what_must_stand_first_does(self, solved):
        assert self.found([answer(solved), check("n")])[1].answers[0].startswith(solved)

    def test_they_make_functions_and_methods_wrong(self):
        solved = "def f(n):\n    return n\nclass A:\n    def g(self):\n        return 1\nimport math"
        names = {}
        exec(self.found([answer(solved), check("f")])[2].answers[0], names)  # noqa: S102 - our own text

        assert (4, 2, 3.0) == (names["f"](3), names["A"]().g(), names["math"].sqrt(9))
