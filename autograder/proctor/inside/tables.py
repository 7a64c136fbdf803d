"""Tables of pandas as plain data: frames, series, indexes, points in time.

What you can do with this file:

- take one apart: `parts_of`, which gives its name on the wire and its parts; put one together again: `WHOLE` by name;
- say whether something is a table that can be changed in place: `is_table`; tell whether it was: `key_of`;
- put the contents of one table into another: `fill`.

A table is plain where its columns are numbers, truths, texts, categories, points in time, or plain objects such as a
fraction. Any other, and one of more than `MOST_BYTES`, stays where it is. Who has no table does not import pandas.
`WHOLE` takes exact types only, as those of `others` do, and whatever it raises is a malformed message.
"""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MOST_BYTES", "WHOLE", "fill", "is_table", "key_of", "parts_of"]

MOST_BYTES = 16 << 20
MOST_PARTS = 10_000
ATOMS = (bool, int, float, complex, str, bytes, type(None), dt.date, dt.time, dt.datetime, dt.timedelta)
PLAIN = frozenset({*ATOMS, Decimal, Fraction})
NUMBERS, TIMES = "biufc", "mM"
Parts = list[Any]


class _NotPlainError(Exception):
    """A table holds something that is no plain data."""


def is_table(kind: type) -> bool:
    """Whether a type is one of the tables that can be changed in place."""
    pd = _pandas(kind)
    return pd is not None and kind in (pd.DataFrame, pd.Series)


def parts_of(value: Any) -> tuple[str, Parts] | None:
    """
    Take a table apart.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    tuple of (str, list) or None
        Its name on the wire and its parts; None for what is no plain table of pandas.
    """
    pd = _pandas(type(value))
    if pd is None:
        return None
    take = {
        pd.DataFrame: ("frame", _frame_parts),
        pd.Series: ("series", _series_parts),
        pd.Timestamp: ("timestamp", _timestamp_parts),
        pd.Timedelta: ("pandas timedelta", lambda it: [int(it.value), it.unit]),
        type(pd.NaT): ("no time", lambda _: []),
        type(pd.NA): ("no value", lambda _: []),
    }.get(type(value))
    try:
        if take is not None:
            return take[0], take[1](value)
        return ("index", _index_parts(value)) if isinstance(value, pd.Index) else None
    except (_NotPlainError, TypeError, ValueError):
        return None


def key_of(value: Any) -> Any:
    """What tells whether a table has changed; None for one that is no plain data any more."""
    found = parts_of(value)
    return None if found is None else _frozen(found[1])


def fill(original: Any, found: Any) -> None:
    """Put the contents of a table into another one of its type, which stays the same object."""
    if type(found) is not type(original):
        raise TypeError(type(found))
    original._update_inplace(found.copy())  # noqa: SLF001 - what pandas itself does for `inplace=True`
    if hasattr(found, "name"):
        original.name = found.name


def _pandas(kind: type) -> Any:
    """The module, where a type is of it."""
    return sys.modules.get("pandas") if str(kind.__module__).startswith("pandas") else None


def _frozen(value: Any) -> Any:
    if type(value) is np.ndarray:
        return value.dtype.str, value.shape, value.tobytes()
    return tuple(map(_frozen, value)) if type(value) is list else (type(value), value)


def _frame_parts(frame: Any) -> Parts:
    _refuse_large(frame.memory_usage(index=True).sum(), frame.shape[1])
    columns = [_values_parts(frame.iloc[:, number]) for number in range(frame.shape[1])]
    return [_index_parts(frame.columns), _index_parts(frame.index), columns]


def _series_parts(series: Any) -> Parts:
    _refuse_large(series.memory_usage(index=True), 1)
    return [_name(series.name), _index_parts(series.index), _values_parts(series)]


def _timestamp_parts(found: Any) -> Parts:
    if found.tz is not None:
        raise _NotPlainError
    return [int(found.asm8.astype("i8")), found.unit]


def _refuse_large(size_bytes: int, columns: int) -> None:
    if size_bytes > MOST_BYTES or columns > MOST_PARTS:
        raise _NotPlainError


def _index_parts(index: Any) -> Parts:
    pd = sys.modules["pandas"]
    kind = type(index)
    if kind is pd.RangeIndex:
        return ["range", int(index.start), int(index.stop), int(index.step), _name(index.name)]
    if kind is pd.MultiIndex:
        codes = [np.array(it, dtype=np.int64) for it in index.codes]
        return ["several", [_index_parts(it) for it in index.levels], codes, [_name(it) for it in index.names]]
    if kind not in (pd.Index, pd.DatetimeIndex, pd.TimedeltaIndex, pd.CategoricalIndex):
        raise _NotPlainError
    _refuse_large(index.memory_usage(), 1)
    often = getattr(index, "freqstr", None)
    return ["values", _values_parts(index), often, _name(index.name)]


def _values_parts(values: Any) -> Parts:
    """One column or index: a word for its kind, and its numbers or its entries."""
    pd = sys.modules["pandas"]
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        codes = np.array(values.array.codes, dtype=np.int64)
        return ["categories", codes, _index_parts(dtype.categories), bool(dtype.ordered)]
    if isinstance(dtype, pd.StringDtype):
        if dtype.na_value is pd.NA:
            raise _NotPlainError
        return ["texts", [it if type(it) is str else None for it in values]]
    if not isinstance(dtype, np.dtype):
        raise _NotPlainError
    if dtype.kind in NUMBERS and dtype.isnative:
        return ["numbers", np.array(values.to_numpy())]
    if dtype.kind in TIMES:
        return ["times", dtype.str, np.array(values.to_numpy()).view(np.int64)]
    entries = list(values.to_numpy())
    if dtype.kind != "O" or not all(type(it) in PLAIN for it in entries):
        raise _NotPlainError
    return ["objects", entries]


def _name(name: Any) -> Any:
    if type(name) in PLAIN or (type(name) is tuple and all(type(it) in PLAIN for it in name)):
        return name
    if isinstance(name, np.generic) and type(name.item()) in PLAIN:
        return name.item()
    raise _NotPlainError


def _exact(parts: Any, *kinds: type) -> list[Any]:
    """The parts, when each has its exact type; `object` stands for any."""
    if type(parts) is not list or len(parts) != len(kinds):
        raise TypeError(kinds)
    if not all(kind is object or type(it) is kind for it, kind in zip(parts, kinds, strict=True)):
        raise TypeError(kinds)
    return parts


def _frame(parts: Any) -> Any:
    import pandas as pd

    columns, rows, values = _exact(parts, list, list, list)
    index = _index(rows)
    arrays = [_values(it) for it in values]
    if any(len(it) != len(index) for it in arrays):
        raise ValueError(len(index))
    made = pd.DataFrame(dict(enumerate(arrays)), index=index, copy=False)
    made.columns = _index(columns)
    return made


def _series(parts: Any) -> Any:
    import pandas as pd

    name, index, values = _exact(parts, object, list, list)
    return pd.Series(_values(values), index=_index(index), name=_named(name), copy=False)


def _index(parts: Any) -> Any:
    import pandas as pd

    kind, *rest = parts
    if kind == "range":
        start, stop, step, name = _exact(rest, int, int, int, object)
        return pd.RangeIndex(start, stop, step, name=_named(name))
    if kind == "several":
        levels, codes, names = _exact(rest, list, list, list)
        if not all(type(it) is np.ndarray for it in codes):
            raise TypeError(codes)
        return pd.MultiIndex([_index(it) for it in levels], codes, names=[_named(it) for it in names])
    if kind != "values":
        raise ValueError(kind)
    values, often, name = _exact(rest, list, object, object)
    dtype = object if values[:1] == ["objects"] else None
    made = pd.Index(_values(values), name=_named(name), copy=False, dtype=dtype)
    if often is None:
        return made
    if not isinstance(made, (pd.DatetimeIndex, pd.TimedeltaIndex)) or type(often) is not str:
        raise TypeError(often)
    made.freq = often  # refused where the times do not follow it
    return made


def _values(parts: Any) -> Any:
    import pandas as pd

    kind, *rest = parts
    if kind == "numbers":
        (numbers,) = _exact(rest, np.ndarray)
        if numbers.ndim != 1 or numbers.dtype.kind not in NUMBERS:
            raise TypeError(numbers.dtype)
        return numbers
    if kind == "times":
        dtype, ticks = _exact(rest, str, np.ndarray)
        if np.dtype(dtype).kind not in TIMES or ticks.dtype != np.int64 or ticks.ndim != 1:
            raise TypeError(dtype)
        return pd.array(ticks.view(dtype))
    if kind == "categories":
        codes, categories, ordered = _exact(rest, np.ndarray, list, bool)
        return pd.Categorical.from_codes(codes, _index(categories), ordered=ordered)
    (entries,) = _exact(rest, list)
    if not all(type(it) in ((str, type(None)) if kind == "texts" else PLAIN) for it in entries):
        raise TypeError(kind)
    if kind == "texts":
        return pd.array(entries, dtype=pd.StringDtype(na_value=np.nan))
    if kind != "objects":
        raise ValueError(kind)
    made = np.empty(len(entries), dtype=object)
    made[:] = entries
    return pd.Series(made, dtype=object).array


def _named(name: Any) -> Any:
    if type(name) in PLAIN or (type(name) is tuple and all(type(it) in PLAIN for it in name)):
        return name
    raise TypeError(name)


def _timestamp(parts: Any) -> Any:
    import pandas as pd

    ticks, unit = _exact(parts, int, str)
    return pd.Timestamp(np.datetime64(ticks, unit))


def _timedelta(parts: Any) -> Any:
    import pandas as pd

    ticks, unit = _exact(parts, int, str)
    return pd.Timedelta(ticks, "ns").as_unit(unit)


def _single(name: str) -> Callable[[Any], Any]:
    def found(parts: Any) -> Any:
        import pandas as pd

        _exact(parts)
        return getattr(pd, name)

    return found


WHOLE: dict[str, Callable[[Any], Any]] = {
    "frame": _frame,
    "series": _series,
    "index": _index,
    "timestamp": _timestamp,
    "pandas timedelta": _timedelta,
    "no time": _single("NaT"),
    "no value": _single("NA"),
}
