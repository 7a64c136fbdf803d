"""What a test's text asks that is not the same outside as inside."""

from __future__ import annotations

import pytest

from proctor.plan.doubts import doubt_of, shows


class TestDoubts:
    """Tests that cannot see from outside what they ask for."""

    @pytest.mark.parametrize(
        "test",
        [
            "assert f(x) is not x",
            "assert not f(x) is x",
            "assert f(x) is x or f(x) == x",
            "same = a.b is b",
            "P().tags.append(1)",
            "f(3)[0] = 1",
            "result = f(3)\nresult.append(1)\nassert f(3) == []",
            "with timer():\n    pass",
            "async with f() as g:\n    pass",
            "data['a'].update(b=1)",
        ],
    )
    def test_are_named(self, test):
        assert doubt_of(test, {"np", "pytest"})

    @pytest.mark.parametrize(
        "test",
        [
            "assert f(3) is None and f(4) is True",
            "assert type(f(3)) is int",
            "xs = [1]\nxs.append(2)\nassert f(xs) == 3",
            "with pytest.raises(ValueError):\n    f(-1)",
            "import warnings\nwith warnings.catch_warnings():\n    f(1)",
            "with open('a') as file:\n    file.read()",
            "x = np.zeros(3)\nx[0] = 1\nf(x)",
            "assert f(x) is NotImplemented",
            "assert a.b is b and f(b) is b",
            "assert kind is float",
            "seen, node = [], f(1)\nseen.append(node)",
            "seen = {}\nseen['a'] = f(1)",
        ],
    )
    def test_others_are_not(self, test):
        assert "" == doubt_of(test, {"np", "pytest"})


@pytest.mark.parametrize(
    ("test", "does"), [("3", True), ("x = 3\nx", True), ("3;", False), ("x = 3", False), ("", False)]
)
def test_a_test_that_ends_in_an_expression_shows_its_value(test, does):
    assert does is shows(test)
