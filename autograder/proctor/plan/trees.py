"""Notebook code as Python's own syntax trees.

What you can do with this file:

- parse a cell: `parsed`; find the name at the root of an expression: `root_of`.

Pure. Text that does not parse gives an empty tree.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

__all__ = ["KEPT", "parsed", "root_of"]

KEPT = 1024  # cells
TRANSFORMER: Any = TransformerManager()
# Magics that run the code behind them as it is; to IPython that code is a text.
WATCHING = re.compile(r"^(\s*)%%?(?:time|timeit|capture|prun)\b[^\S\n]*(.*)$", re.MULTILINE)


@lru_cache(maxsize=KEPT)
def parsed(source: str) -> ast.Module:
    """
    Parse notebook code, that behind a `%time` too; text that is no Python gives an empty module.

    The same cells are asked about for each test and each submission, so the newest trees are kept: change none.
    """
    try:
        text: str = TRANSFORMER.transform_cell(WATCHING.sub(_watched, source))
        return ast.parse(text)
    except Exception:  # noqa: BLE001 - a NUL, nesting that is too deep; IPython's transformers raise what they like
        return ast.Module([], [])


def _watched(found: re.Match[str]) -> str:
    """The code on the line of a magic; a cell's magic has only options there."""
    indent, rest = found.groups()
    return indent + ("" if found.group().lstrip().startswith("%%") else rest)


def root_of(node: ast.AST) -> str:
    """The name at the root of `a.b[0].c()`; nothing where there is none."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Starred, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
