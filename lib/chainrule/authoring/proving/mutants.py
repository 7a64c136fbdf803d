"""Wrong answers that nobody thought of: small random changes of right ones.

What you can do with this file:

- make the mutants of a right answer: `mutants_of`, which returns `Mutant`s.

A mutant is made on the syntax tree: another operator, constant, axis or function, operands swapped or
dropped, a statement left out.
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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Mutant", "mutants_of"]

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


@dataclass(frozen=True)
class Mutant:
    """A changed answer and the change in words."""

    change: str
    answer: Callable[..., Any]


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
    # A copy: in the module itself the right one stays.
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
    for block in (definition, *functions):
        if ast.get_docstring(block):
            block.body = block.body[1:] or [ast.Pass()]
    named = dict.fromkeys(arg.arg for it in functions for arg in (*it.args.posonlyargs, *it.args.args))
    parameters = [name for name in named if name != "self"]
    for number, node in enumerate(ast.walk(definition)):
        for replacement in _replacements(node, parameters):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed.body[0]))[number]  # a copy shares no node, but is walked in the same order
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
            if value is target:  # copies, since the replacement may be a part of it
                setattr(parent, name, copy.deepcopy(replacement))
            elif isinstance(value, list) and any(entry is target for entry in value):
                setattr(parent, name, [copy.deepcopy(replacement) if it is target else it for it in value])


def _words(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(node)))[:60]
