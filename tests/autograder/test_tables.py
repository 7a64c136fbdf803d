"""Tables of pandas cross between the processes as data, and what is no plain table stays where it is."""

from __future__ import annotations

import datetime as dt
import sys

import numpy as np
import pandas as pd
import pytest

from proctor.inside import aliases, tables
from proctor.inside.pack import encode
from proctor.inside.unpack import decode
from proctor.inside.verbs import changed, contents_key
from proctor.inside.wire import Malformed, Unsendable
from support.examining import Bench, answer, check, given

DAYS = pd.date_range("2024-01-01", periods=3)
INDEXES = {
    "range": pd.RangeIndex(2, 8, 2, name="n"),
    "texts": pd.Index(["a", "b", "c"], name="who"),
    "numbers": pd.Index([3, 1, 2]),
    "days": DAYS,
    "spans": pd.to_timedelta([1, 2, 3], "h"),
    "several": pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["x", "y"]),
    "categories": pd.CategoricalIndex(["a", "b", "a"]),
    "mixed": pd.Index([1, "a", None], dtype=object),
}
SERIES = {
    "numbers": pd.Series([1.5, np.nan, 3.0], name="mm"),
    "small": pd.Series([1, 2, 3], dtype="int8"),
    "truths": pd.Series([True, False, True]),
    "texts": pd.Series(["a", None, "c"]),
    "days": pd.Series(DAYS),
    "objects": pd.Series([dt.date(2024, 1, 1), None, 3], dtype=object),
    "categories": pd.Series(["a", "b", "a"], dtype="category"),
    "none": pd.Series([], dtype=float),
}


def there_and_back(value):
    return decode(encode(value))


class TestCross:
    """What arrives is equal, in every dtype and label."""

    @pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES.keys())
    def test_indexes(self, index):
        pd.testing.assert_index_equal(there_and_back(index), index, exact=True)

    @pytest.mark.parametrize("series", SERIES.values(), ids=SERIES.keys())
    def test_series(self, series):
        pd.testing.assert_series_equal(there_and_back(series), series, check_freq=True)

    @pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES.keys())
    def test_frames(self, index):
        columns = {name: it.array for name, it in SERIES.items() if len(it)}
        frame = pd.DataFrame(columns, index=index)
        frame.columns.name = "kind"

        pd.testing.assert_frame_equal(there_and_back(frame), frame)

    def test_columns_with_one_name(self):
        frame = pd.DataFrame([[1, 2.0], [3, 4.0]], columns=["a", "a"])

        pd.testing.assert_frame_equal(there_and_back(frame), frame)

    def test_no_columns_and_no_rows(self):
        for frame in (pd.DataFrame(), pd.DataFrame(index=[1, 2]), pd.DataFrame(columns=["a"])):
            pd.testing.assert_frame_equal(there_and_back(frame), frame)

    @pytest.mark.parametrize("value", [pd.Timestamp("2024-01-01 12:00"), pd.Timedelta(3, "h")], ids=repr)
    def test_points_in_time(self, value):
        found = there_and_back(value)

        assert (value, type(value)) == (found, type(found))

    def test_what_is_missing(self):
        assert [pd.NaT, pd.NA] == [it for it in there_and_back([pd.NaT, pd.NA])]  # noqa: C416 - `==` of NA is NA


@pytest.mark.parametrize(
    "value",
    [
        pd.Series([object()]),
        pd.Series([[1], [2]]),
        pd.Series([1, None], dtype="Int64"),
        pd.Series(pd.date_range("2024", periods=2, tz="UTC")),
        pd.Series(np.zeros(tables.MOST_BYTES // 8 + 1)),
        pd.DataFrame({"a": [1]}).groupby("a"),
        pd.Timestamp("2024", tz="UTC"),
    ],
    ids=lambda it: type(it).__name__,
)
def test_other_tables_stay_where_they_are(value):
    with pytest.raises(Unsendable):
        encode(value)


@pytest.mark.parametrize(
    "parts",
    [
        ["frame", [["range", 0, 1, 1, None], ["range", 0, 10**12, 1, None], [["numbers", np.zeros(2)]]]],
        ["frame", [["range", 0, 1, 1, None], ["range", 0, 2, 1, None], [["numbers", np.zeros((2, 2))]]]],
        ["series", [None, ["range", 0, 1, 1, None], ["objects", [object]]]],
        ["series", [None, ["range", 0, 1, 1, None], ["times", "<U8", np.zeros(1, np.int64)]]],
        ["series", [None, ["several", [], [], []], ["numbers", np.zeros(1)]]],
        ["index", ["values", ["categories", np.array([7]), ["range", 0, 1, 1, None], False], None, None]],
        ["index", ["values", ["numbers", np.zeros(3)], "D", None]],
        ["timestamp", [1, "no unit"]],
        ["no time", [1]],
        ["frame", 3],
    ],
    ids=lambda it: str(it)[:60],
)
def test_a_forged_table_is_malformed(parts, monkeypatch):
    monkeypatch.setattr("proctor.inside.pack.parts_of", lambda it: tuple(parts) if it is pd else None)
    if "object" in str(parts):
        parts[1][2][1] = [{}]

    with pytest.raises(Malformed):
        decode(encode(pd))


class TestInPlace:
    """A table that was changed in place is told, and stays the same object."""

    @pytest.mark.parametrize(
        "change",
        [
            lambda frame: frame.__setitem__("b", 3),
            lambda frame: frame.loc.__setitem__((0, "a"), 9),
            lambda frame: frame.pop("a"),
            lambda frame: frame.insert(0, "b", ["x", "y"]),
            lambda frame: frame.update(pd.DataFrame({"a": [7]})),
            lambda frame: setattr(frame, "columns", ["z"]),
        ],
    )
    def test_it_is_written_back(self, change):
        here, there = pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 2]})
        before = [contents_key(there)]
        change(there)
        ((_, contents),) = changed([there], before)
        aliases.restore(here, there_and_back(contents))

        pd.testing.assert_frame_equal(there, here)

    def test_one_that_was_left_alone_is_not(self):
        frame = pd.DataFrame({"a": [1.0, np.nan], "b": ["x", None]})
        before = [contents_key(frame)]
        frame.groupby("b")["a"].sum()

        assert [] == changed([frame], before)

    def test_what_cannot_be_sent_any_more_says_so(self):
        frame = pd.DataFrame({"a": [1]})
        before = [contents_key(frame)]
        frame["b"] = [object()]

        with pytest.raises(Unsendable):
            changed([frame], before)


def test_nobody_imports_pandas_for_what_is_no_table(monkeypatch):
    monkeypatch.delitem(sys.modules, "pandas")

    assert tables.parts_of(np.zeros(3)) is None
    assert not tables.is_table(dict)
    assert "pandas" not in sys.modules


@pytest.mark.processes
@pytest.mark.parametrize(
    ("solved", "other", "wrong", "test"),
    [
        (
            "def f(t):\n    return t.groupby('who')['n'].sum()",
            "def f(t):\n    return pd.Series({it: t.n[t.who == it].sum() for it in sorted(set(t.who))})",
            "def f(t):\n    return t.groupby('who')['n'].max()",
            "assert f(pd.DataFrame({'who': list('aba'), 'n': [1, 2, 3]})).to_dict() == {'a': 4, 'b': 2}",
        ),
        (
            "def f(t):\n    return t.rename(columns=str.upper)",
            "def f(t):\n    t = t.copy()\n    t.columns = ['X']\n    return t",
            "def f(t):\n    t.columns = ['X']\n    return t",
            "t = pd.DataFrame({'x': [1]})\nassert list(f(t)) == ['X']\nassert list(t) == ['x']",
        ),
        (
            "shop['all'] = shop.n * shop.euros",
            "shop = shop.assign(all=shop['n'] * shop['euros'])",
            "shop['every'] = shop.n * shop.euros",
            "assert shop['all'].sum() == 8",
        ),
    ],
    ids=["a result", "an argument that stays what it was", "the author's table"],
)
def test_tests_of_tables_are_proved_outside(solved, other, wrong, test):
    table = "import pandas as pd\nshop = pd.DataFrame({'n': [1, 2], 'euros': [2, 3]})"
    with Bench("pandas") as bench:
        assignment = bench.assignment([given(table), answer(solved), check(test)])

        assert ["outside"] == [it.way for it in assignment.checks]
        assert {"t1": 1.0} == bench.points(assignment)
        assert {"t1": 1.0} == bench.points(assignment, {"a1": other})
        assert {"t1": 0.0} == bench.points(assignment, {"a1": wrong})
