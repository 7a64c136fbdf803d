"""Properties that hold for every right answer, whatever its formula.

What you can do with this file:

- look up a property by the name that an exercise declares: `PROPERTIES`;
- try the declared ones on an answer: `violated`.

A property needs no expected value: it compares an answer with itself. It catches what equal values on
the probes do not show, such as an answer that remembers its last call.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.comparing.compare import Expected, compare
from chainrule.checking.comparing.observe import observe
from chainrule.checking.comparing.probes import Seeded, materialize
from chainrule.checking.values import snapshot, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from chainrule.checking.comparing.probes import Probe
    from chainrule.checking.keys.answer_key import AnswerKey, Case

__all__ = ["PROPERTIES", "violated"]

DRAWS = 6  # of a mask of thousands of entries, as in the first case: that all have one count is no chance
# Parameters whose rows are the examples, as course/notation.md names them.
BATCHED = frozenset({"X", "a", "logits", "scores", "upstream", "x", "y", "z"})


def violated(key: AnswerKey, answer: Callable[..., Any]) -> tuple[str, str] | None:
    """
    Try the declared properties on an answer whose values are right.

    Parameters
    ----------
    key : AnswerKey
        Names the properties and holds the inputs.
    answer : callable
        The student's function.

    Returns
    -------
    tuple of (slug, sentence) or None
        The first property that does not hold.
    """
    for name in ("repeatable", "two_at_once", *key.properties):
        sentence = PROPERTIES[name](key, answer)
        if sentence:
            return name.replace("_", "-"), sentence
    return None


def _result(answer: Callable[..., Any], probe: Probe, args: tuple[Any, ...]) -> Any:
    return observe(answer, dataclasses.replace(probe, args=args)).value


def _equal(key: AnswerKey, case: Case, expected: Any, found: Any) -> bool:
    return compare(Expected(expected), found, tolerance=key.tolerance, eps=case.eps) is None


def _repeatable(key: AnswerKey, answer: Callable[..., Any]) -> str:
    """Called again with the same input after other inputs, an answer gives the same result."""
    case = key.cases[0]
    again = observe(answer, case.probe).value
    if case.mismatch(again, key.tolerance) is None:
        return ""
    return "Called a second time with the same input, your function gives another result. Does it keep something?"


def _two_at_once(key: AnswerKey, answer: Callable[..., Any]) -> str:
    """What was made for one input is used as before, after another one was made and used."""
    several = [case for case in key.cases if len(case.probe.then) > 1][:2]
    if len(several) < 2:
        return ""
    case, other = several
    found = observe(lambda *args: _Interrupted(answer(*args), answer, other.probe), case.probe).value
    if case.mismatch(found, key.tolerance) is None:
        return ""
    return (
        "Two of them at once disturb each other: what belongs to one must not stand in a global variable, "
        "in an attribute of the function or of the class."
    )


class _Interrupted:
    """Passes calls on; after the first one, another object is made and used."""

    def __init__(self, made: Any, answer: Callable[..., Any], other: Probe) -> None:
        self._made, self._answer, self._other = made, answer, other
        self._calls = 0

    def __call__(self, *args: Any) -> Any:
        return self._then(self._made(*args))

    def __getattr__(self, name: str) -> Any:
        return lambda *args: self._then(getattr(self._made, name)(*args))

    def _then(self, result: Any) -> Any:
        self._calls += 1
        if self._calls == 1:
            observe(self._answer, self._other)
        return result


def _scales_with_upstream(key: AnswerKey, answer: Callable[..., Any]) -> str:
    """Tripling the upstream gradient triples the result."""
    case = key.cases[0]
    position = key.parameters.index("upstream")
    args = [materialize(arg) for arg in case.probe.args]
    args[position] = 3.0 * args[position]
    once = unpacked(case.expected.value, observe(answer, case.probe).value)
    thrice = _result(answer, case.probe, tuple(args))
    several = isinstance(once, (tuple, list))
    tripled = tuple(3.0 * part for part in (once if several else (once,)))
    expected = snapshot(tripled if several else tripled[0])
    if _equal(key, case, expected, thrice):
        return ""
    return "Three times the upstream gradient must give three times the result; yours does not follow it."


def _row_by_row(key: AnswerKey, answer: Callable[..., Any]) -> str:
    """A row of the result depends on its own row of the inputs alone."""
    case = key.cases[0]
    named = zip(key.parameters, [materialize(arg) for arg in case.probe.args], strict=False)
    one = tuple(arg[-1:] if name in BATCHED else arg for name, arg in named)
    whole = unpacked(case.expected.value, observe(answer, case.probe).value)
    alone = unpacked(whole[-1:], _result(answer, case.probe, one))
    if isinstance(alone, np.ndarray) and alone.shape == whole[-1:].shape:
        joined = np.concatenate([whole[:-1], alone])  # the scale of the tolerance is that of the batch
        if _equal(key, case, whole, joined):
            return ""
    return "The last example alone gives another result than the same example in a batch."


def _each_entry_by_itself(key: AnswerKey, answer: Callable[..., Any]) -> str:
    """How many entries are not 0 differs from draw to draw."""
    case = key.cases[0]
    place = next(i for i, arg in enumerate(case.probe.args) if isinstance(arg, Seeded))
    args = [list(case.probe.args) for _ in range(DRAWS)]
    for number, one in enumerate(args):
        one[place] = Seeded(case.probe.args[place].seed + number)
    probes = [dataclasses.replace(case.probe, args=tuple(one)) for one in args]
    counts = {int(np.count_nonzero(observe(answer, probe).value)) for probe in probes}
    if len(counts) > 1:
        return ""
    return (
        f"{DRAWS} draws all keep {counts.pop()} entries: each entry is kept or dropped for itself, "
        "so the count is another one each time."
    )


def _same_seed_same_result(key: AnswerKey, answer: Callable[..., Any]) -> str:
    """The passed generator is the only source of randomness."""
    case = key.cases[0]
    first, second = (observe(answer, case.probe).value for _ in range(2))
    if compare(Expected(first), second, tolerance=0.0) is None:
        return ""
    return "Two calls with generators of the same seed give different results. Draw from the generator passed in."


def _advances_generator(key: AnswerKey, answer: Callable[..., Any]) -> str:
    """Two calls with one generator draw different numbers."""
    case = key.cases[0]
    shared = [materialize(arg) for arg in case.probe.args]
    # All but the generator anew: the first call may have changed what it got.
    fresh = tuple(shared[i] if isinstance(arg, Seeded) else materialize(arg) for i, arg in enumerate(case.probe.args))
    first = _result(answer, case.probe, tuple(shared))
    second = _result(answer, case.probe, fresh)
    if compare(Expected(first), second, tolerance=0.0) is not None:
        return ""
    return "Two calls in a row with one generator give the same result. Draw from the generator passed in."


def _leaves_global_generator(key: AnswerKey, answer: Callable[..., Any]) -> str:
    """np.random's global state is nobody's to seed or to use."""
    before = np.random.get_state(legacy=False)  # noqa: NPY002 - the global state is what is watched
    observe(answer, key.cases[0].probe)
    after = np.random.get_state(legacy=False)  # noqa: NPY002 - see above
    if np.array_equal(before["state"]["key"], after["state"]["key"]) and (
        before["state"]["pos"] == after["state"]["pos"]
    ):
        return ""
    np.random.set_state(before)  # noqa: NPY002 - put back what the answer changed
    return "Your function seeds or uses np.random's global generator. Use the generator passed in."


PROPERTIES: dict[str, Callable[[AnswerKey, Callable[..., Any]], str]] = {
    "advances_generator": _advances_generator,
    "each_entry_by_itself": _each_entry_by_itself,
    "leaves_global_generator": _leaves_global_generator,
    "repeatable": _repeatable,
    "row_by_row": _row_by_row,
    "same_seed_same_result": _same_seed_same_result,
    "scales_with_upstream": _scales_with_upstream,
    "two_at_once": _two_at_once,
}
"""From the name that an exercise declares to the test, which returns "" or what is wrong."""
