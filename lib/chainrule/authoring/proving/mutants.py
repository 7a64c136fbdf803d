"""Wrong answers that nobody thought of: small random changes of right ones.

What you can do with this file:

- make the mutants of a right answer: `mutants_of`;
- tell whether a mutant is wrong at all: `is_equivalent`;
- count how many the checks of an exercise catch: `hunt`, which returns a `Hunt`.

A mutant is made on the syntax tree: another operator, constant, axis or function, operands swapped or
dropped, a statement left out. It counts as equivalent only when it agrees with the reference on 1,000
random inputs and on all probes.
"""

from __future__ import annotations

import ast
import copy
import inspect
import sys
import textwrap
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.checking.comparing.compare import FLOAT64_EPS, Expected
from chainrule.checking.comparing.observe import observe
from chainrule.checking.comparing.viewing import compare_viewed
from chainrule.checking.declaring.probes import Probe
from chainrule.checking.judging.judge import judge
from chainrule.checking.keys.answer_key import compile_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chainrule.checking.declaring.exercise import Exercise
    from chainrule.checking.keys.answer_key import AnswerKey

__all__ = ["Hunt", "Mutant", "hunt", "is_equivalent", "mutants_of"]

OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult, ast.Sub),
    ast.Pow: (ast.Mult, ast.Add),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.Lt, ast.GtE),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Lt: (ast.Gt, ast.LtE),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Eq: (ast.NotEq, ast.GtE),
    ast.NotEq: (ast.Eq,),
}
FUNCTIONS = {
    "abs": ("negative",),
    "all": ("any",),
    "any": ("all",),
    "argmax": ("argmin",),
    "cosh": ("sinh", "exp"),
    "exp": ("expm1", "tanh"),
    "expm1": ("exp",),
    "max": ("min", "sum"),
    "maximum": ("minimum", "add"),
    "minimum": ("maximum", "add"),
    "sum": ("mean", "max"),
    "tanh": ("sinh", "arctan"),
}
RANDOM_INPUTS = 1000
INPUTS_A_KEY = 33  # a random answer or a class agrees with the reference when it passes on so many fewer sets of inputs
LIMIT_SECONDS = 2.0


@dataclass(frozen=True)
class Mutant:
    """A changed answer and the change in words."""

    change: str
    answer: Callable[..., Any]


@dataclass(frozen=True)
class Hunt:
    """How many wrong mutants of an exercise were caught, and those that got away."""

    exercise: str
    caught: int
    equivalent: int
    escaped: tuple[str, ...]

    @property
    def wrong(self) -> int:
        """How many mutants really were wrong."""
        return self.caught + len(self.escaped)


def mutants_of(answer: Callable[..., Any]) -> list[Mutant]:
    """
    Make every mutant of a function, and of the functions beside it that it calls.

    Parameters
    ----------
    answer : callable
        A function defined by `def`, or a class; a lambda or a closure has no source of its own and gives none.

    Returns
    -------
    list of Mutant
        In the order of the source.

    Examples
    --------
    >>> from chainrule.nn.activations import tanh_backward
    >>> any("becomes" in mutant.change for mutant in mutants_of(tanh_backward))
    True
    """
    found = []
    functions = [answer] if isinstance(answer, (types.FunctionType, type)) else []
    for helper in (*functions, *_helpers(answer)):
        for change, tree in _changed_trees(helper):
            changed = _compiled(tree, helper)
            root = changed if helper is answer else _with_helper(answer, helper.__name__, changed)
            found.append(Mutant(f"{helper.__name__}: {change}", root))
    return found


def is_equivalent(exercise: Exercise, key: AnswerKey, answer: Callable[..., Any], inputs: int = RANDOM_INPUTS) -> bool:
    """
    Tell whether an answer agrees with the reference on all probes and on random inputs.

    Parameters
    ----------
    exercise : Exercise
        Gives the reference and the random inputs.
    key : AnswerKey
        The probes.
    answer : callable
        A mutant.
    inputs : int
        How many random inputs to try.

    Returns
    -------
    bool
        False at the first disagreement.
    """
    if not judge(key, answer, limit_seconds=LIMIT_SECONDS).passed:
        return False
    if any(case.probe.statistics or case.probe.then for case in key.cases):
        keys = (compile_key(exercise, seed) for seed in range(inputs // INPUTS_A_KEY + 1))
        return all(judge(it, answer, limit_seconds=LIMIT_SECONDS).passed for it in keys)
    rng = np.random.default_rng(0)
    for _ in range(inputs):
        scale = 2.0 ** rng.integers(-5, 2)  # a power of two, so that numbers that were exact stay so
        args = tuple(_scaled(arg, scale) for arg in exercise.sample(rng))
        usual = key.cases[0].probe
        tried = Probe("random", args, then=usual.then, reading=usual.reading, script=usual.script)
        expected, found = (observe(it, tried) for it in (exercise.reference, answer))
        if not _agree(exercise, usual.view, expected, found):
            return False
    return True


def hunt(exercise: Exercise, seed: int = 0, *, every: int = 1, inputs: int = RANDOM_INPUTS) -> Hunt:
    """
    Judge all mutants of the reference and of the alternatives.

    Parameters
    ----------
    exercise : Exercise
        A declaration.
    seed : int
        Of the inputs that the checks try.
    every : int
        Judge one mutant in so many, for a quick sample.
    inputs : int
        How many random inputs decide that a mutant is not wrong.

    Returns
    -------
    Hunt
        Equivalent mutants count neither as caught nor as escaped.
    """
    key, other_key = compile_key(exercise, seed), compile_key(exercise, seed + 1)
    caught, equivalent, escaped = 0, 0, []
    for answer in (exercise.reference, *exercise.alternatives.values()):
        for mutant in mutants_of(answer)[::every]:
            if not judge(key, mutant.answer, limit_seconds=LIMIT_SECONDS).passed:
                caught += 1
            elif is_equivalent(exercise, other_key, mutant.answer, inputs):
                equivalent += 1
            else:
                escaped.append(mutant.change)
    return Hunt(exercise.name, caught, equivalent, tuple(escaped))


def _scaled(arg: Any, scale: float) -> Any:
    """An array of numbers in another size; masks, labels and places in an array stay what they are."""
    return arg * scale if isinstance(arg, np.ndarray) and arg.dtype.kind == "f" else arg


def _agree(exercise: Exercise, view: str, expected: Any, found: Any) -> bool:
    if found.failure or found.changed:
        return False
    right = Expected(expected.value)
    return compare_viewed(view, right, found.value, tolerance=exercise.tolerance, eps=FLOAT64_EPS) is None


def _helpers(answer: Callable[..., Any]) -> list[types.FunctionType]:
    """Functions of the answer's own module that it calls by name."""
    names = getattr(getattr(answer, "__code__", None), "co_names", ())
    scope = getattr(answer, "__globals__", {})
    found = [scope[name] for name in names if isinstance(scope.get(name), types.FunctionType)]
    return [it for it in found if it.__module__ == answer.__module__ and it is not answer]


def _with_helper(answer: Any, name: str, helper: Callable[..., Any]) -> Callable[..., Any]:
    """The answer itself, calling another function under the name of its helper."""
    scope = {**answer.__globals__, name: helper}
    root = types.FunctionType(answer.__code__, scope, answer.__name__, answer.__defaults__, answer.__closure__)
    root.__kwdefaults__ = answer.__kwdefaults__
    return root


def _compiled(tree: ast.Module, original: Any) -> Callable[..., Any]:
    scope = dict(vars(sys.modules[original.__module__]) if isinstance(original, type) else original.__globals__)
    exec(compile(tree, f"<mutant of {original.__name__}>", "exec"), scope)  # noqa: S102 - our own source
    changed: Callable[..., Any] = scope[original.__name__]
    return changed


def _changed_trees(function: Any) -> Iterator[tuple[str, ast.Module]]:
    """Every tree that differs from the function's or class's in one place."""
    of_a_function = isinstance(function, types.FunctionType) and not function.__closure__
    of_a_module = isinstance(function, type) and function.__qualname__.isidentifier()
    if not (of_a_function or of_a_module) or function.__name__ == "<lambda>":
        return
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    if not isinstance(definition, (ast.FunctionDef, ast.ClassDef)):
        return
    definition.decorator_list = []
    functions = [it for it in ast.walk(definition) if isinstance(it, ast.FunctionDef)]
    for it in (definition, *functions):
        if ast.get_docstring(it):
            it.body = it.body[1:] or [ast.Pass()]
    named = dict.fromkeys(arg.arg for it in functions for arg in (*it.args.posonlyargs, *it.args.args))
    parameters = [name for name in named if name != "self"]
    for number, node in enumerate(ast.walk(definition)):
        for replacement in _replacements(node, parameters):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed.body[0]))[number]
            _put(changed, target, replacement)
            ast.fix_missing_locations(changed)
            yield f"{_words(node)} becomes {_words(replacement)}", changed


def _replacements(node: ast.AST, parameters: list[str]) -> list[ast.AST]:
    """What a node may turn into."""
    if isinstance(node, ast.BinOp):
        swapped = [_like(node, op=op()) for op in OPERATORS.get(type(node.op), ())]
        return [*swapped, node.left, node.right]
    if isinstance(node, ast.Compare):
        return [_like(node, ops=[op(), *node.ops[1:]]) for op in COMPARISONS.get(type(node.ops[0]), ())]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return [ast.Constant(other) for other in _other_numbers(node.value)]
    if isinstance(node, ast.Call):
        return _changed_calls(node)
    if isinstance(node, ast.Name) and node.id in parameters and isinstance(node.ctx, ast.Load):
        return [_like(node, id=other) for other in parameters if other != node.id]
    if isinstance(node, ast.Tuple) and len(node.elts) > 1 and isinstance(node.ctx, ast.Load):
        return [_like(node, elts=node.elts[::-1])]
    return [ast.Pass()] if isinstance(node, ast.AugAssign) else []


def _other_numbers(value: Any) -> list[float]:
    nearby = value * 1.1 if isinstance(value, float) else value + 2
    return sorted({value + 1, -value, 0, nearby} - {value})


def _changed_calls(node: ast.Call) -> list[ast.AST]:
    found: list[ast.AST] = []
    if isinstance(node.func, ast.Attribute):
        names = FUNCTIONS.get(node.func.attr, ())
        found += [_like(node, func=_like(node.func, attr=name)) for name in names]
    found += [_like(node, keywords=[k for k in node.keywords if k is not dropped]) for dropped in node.keywords]
    if len(node.args) > 1:
        found.append(_like(node, args=[*node.args[:-2], node.args[-1], node.args[-2]]))
    return found + [arg for arg in node.args[:1] if not isinstance(arg, ast.Starred)]


def _like(node: Any, **changes: Any) -> Any:
    """A copy of a node with some fields changed."""
    other = copy.copy(node)
    for name, value in changes.items():
        setattr(other, name, value)
    return other


def _put(tree: ast.AST, target: ast.AST, replacement: ast.AST) -> None:
    """Set a replacement where the target stands."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, copy.deepcopy(replacement))
            elif isinstance(value, list) and any(entry is target for entry in value):
                setattr(parent, name, [copy.deepcopy(replacement) if it is target else it for it in value])


def _words(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(node)))[:60]
