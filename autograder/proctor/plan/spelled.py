"""Names that code spells as texts, such as `globals()["x"] = 3`, written as the names that they are.

What you can do with this file:

- parse code with such names in their plain form: `plainly`.

Pure. Only what a text says beyond doubt is rewritten: a literal name, a literal piece of code, a literal module. All
else, such as `exec(text)`, stays what it is, and `reaching` sees it.
"""

from __future__ import annotations

import ast
import copy
from functools import lru_cache
from typing import Any

from proctor.plan.trees import KEPT, parsed

__all__ = ["plainly"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SPELLED = ("globals", "exec", "__import__")


@lru_cache(maxsize=KEPT)
def plainly(source: str) -> ast.Module:
    """
    Parse notebook code with names that are spelled as texts in their plain form.

    Parameters
    ----------
    source : str
        A cell.

    Returns
    -------
    ast.Module
        Change nothing in it: it is kept. It is for looking at names; it is not meant to be run.

    Examples
    --------
    >>> ast.unparse(plainly("globals()['x'] = 3"))
    'x = 3'
    """
    tree = parsed(source)
    if not any(word in source for word in SPELLED):
        return tree
    found: ast.Module = _Plain().visit(copy.deepcopy(tree))
    return found


class _Plain(ast.NodeTransformer):
    """Rewrites; a function that binds a name of the notebook so says `global`."""

    def __init__(self) -> None:
        self._bound: list[str] = []

    def visit_FunctionDef(self, node: Any) -> Any:
        before, self._bound = self._bound, []
        self.generic_visit(node)
        if self._bound:
            node.body.insert(0, ast.Global(names=sorted(set(self._bound))))
        self._bound = before
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        """`globals()["x"]`."""
        name = _text(node.slice)
        if _calls(node.value, "globals") and _is_name(name):
            return self._name(name, node.ctx)
        return self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> Any:
        """`"x" in globals()`, which reads the name."""
        if isinstance(node.ops[0], (ast.In, ast.NotIn)) and _calls(node.comparators[0], "globals"):
            name = _text(node.left)
            if _is_name(name):
                return self._name(name, ast.Load())
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> Any:
        """`globals().get("x")`, `.pop("x")`, `.setdefault("x", 3)`, `.update(x=3)`; `__import__("math")`."""
        function = node.func
        if isinstance(function, ast.Attribute) and _calls(function.value, "globals"):
            if function.attr == "update" and not node.args and all(_is_name(it.arg or "") for it in node.keywords):
                parts: list[ast.expr] = [self._named(it.arg or "", self.visit(it.value)) for it in node.keywords]
                return ast.Tuple(parts, ast.Load())
            name = _text(node.args[0]) if node.args else ""
            if _is_name(name) and function.attr in ("get", "pop", "setdefault"):
                rest = [self.visit(it) for it in node.args[1:]]
                if function.attr == "get":
                    return ast.Tuple([self._name(name, ast.Load()), *rest], ast.Load())
                return self._named(name, ast.Tuple(rest, ast.Load()))
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        """`__import__("math").sqrt`, which only reads."""
        if _is_import(node.value) and isinstance(node.ctx, ast.Load):
            return ast.Attribute(ast.Name(_text(node.value.args[0]), ast.Load()), node.attr, node.ctx)  # type: ignore[attr-defined] # a call
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> Any:
        """`m = __import__("math")`."""
        if _is_import(node.value) and all(isinstance(it, ast.Name) for it in node.targets):
            module = _text(node.value.args[0])  # type: ignore[attr-defined] # a call, as was just seen
            names = [it.id for it in node.targets if isinstance(it, ast.Name)]
            return ast.Import([ast.alias(module, it) for it in names])
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> Any:
        """`exec("x = 3")` at the top; within a function it binds nothing that lasts."""
        call = node.value
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "exec" and len(call.args) == 1:
            text = _text(call.args[0])
            if text and not call.keywords:
                return [self.visit(it) for it in parsed(text).body] or node
        return self.generic_visit(node)

    def _name(self, name: str, context: ast.expr_context) -> ast.Name:
        if not isinstance(context, ast.Load):
            self._bound.append(name)
        return ast.Name(name, context)

    def _named(self, name: str, value: ast.expr) -> ast.NamedExpr:
        self._bound.append(name)
        return ast.NamedExpr(ast.Name(name, ast.Store()), value)


def _calls(node: ast.AST, name: str) -> bool:
    """Whether a node is a call of a function by its name without arguments."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and not node.args


def _is_import(node: ast.AST) -> bool:
    """Whether it is `__import__("math")` with the name of a module, and nothing else."""
    if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "__import__":
        return False
    return len(node.args) == 1 and not node.keywords and _text(node.args[0]).isidentifier()


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_name(name: str) -> bool:
    """Whether a text is a name of the notebook's and none of Python's own, such as `__builtins__`."""
    return name.isidentifier() and not name.startswith("__")
