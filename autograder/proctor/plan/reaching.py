"""Code that gets at what it does not name: builtins, modules, the notebook's shell, objects that claim to be others.

What you can do with this file:

- list the words by which code does so: `reaching`; those of them by which objects claim something: `CLAIMING`;
- say whether something may have been changed by them: `patches`;
- list the modules that code imports: `modules_of`; know Python's own names: `BUILTINS`.

Pure, and decided from the text alone. No text tells what such code does, so a test runs inside too, and its verdict out
here stands where the two differ.
"""

from __future__ import annotations

import ast
import builtins
import re

from proctor.plan.analysis import parsed, root_of

__all__ = ["BUILTINS", "CLAIMING", "modules_of", "patches", "reaching"]

BUILTINS = frozenset(dir(builtins))
# By these code gets at what it does not name: no text tells what it does with them.
REACHING_NAMES = frozenset(
    {
        *("exec", "eval", "compile", "globals", "locals", "vars", "setattr", "delattr", "__import__", "__builtins__"),
        *("builtins", "importlib", "sys", "gc", "ctypes", "inspect", "IPython", "__main__", "In", "Out"),
    }
)
REACHING_ATTRIBUTES = frozenset(
    {
        *("__globals__", "__code__", "__bases__", "__subclasses__", "__builtins__", "__main__", "__dict__", "modules"),
        *("f_globals", "f_back", "user_ns", "settrace", "setprofile", "__closure__", "__defaults__", "__kwdefaults__"),
    }
)
# Of these, those that only look: they are a reason to run a test inside, and none to ask nobody.
LOOKING = frozenset({"compile", "sys", "inspect", "In", "Out", "__defaults__", "__kwdefaults__"})
# Objects with these of their own may claim to be whatever a test wants to see.
CLAIMING = frozenset(
    {
        *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__bool__", "__contains__", "__getattr__"),
        *("__getattribute__", "__instancecheck__", "__subclasscheck__", "__array__", "__array_ufunc__"),
        *("__array_function__", "__class__", "__float__", "__int__", "__index__", "__complex__", "__missing__"),
    }
)
LOADING_MAGICS = frozenset(
    {"%run", "%load", "%store", "%reset", "%pylab", "%macro", "%edit", "%cd", "%%writefile", "%precision"}
)


def reaching(text: str, imports: frozenset[str]) -> frozenset[str]:
    """
    List the words by which code gets at what it does not name.

    Parameters
    ----------
    text : str
        A cell.
    imports : frozenset of str
        Names that stand for modules and what comes from them: to set an attribute of one is such a word too.

    Returns
    -------
    frozenset of str
        Empty for ordinary code.

    Examples
    --------
    >>> sorted(reaching("exec('x = 1')\\nnp.mean = max", frozenset({"np"})))
    ['exec', 'np.mean']
    """
    found = set(re.findall(r"\bget_ipython\b", text))  # in what is written: magics become calls of it
    found |= LOADING_MAGICS & {line.split()[0] for line in text.splitlines() if line.strip().startswith("%")}
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Name):
            found |= {node.id} & (REACHING_NAMES | CLAIMING)
        elif isinstance(node, ast.FunctionDef):
            found |= {node.name} & CLAIMING
        elif isinstance(node, ast.Attribute):
            found |= {node.attr} & REACHING_ATTRIBUTES
            if isinstance(node.ctx, (ast.Store, ast.Del)):
                found |= {node.attr} & CLAIMING
                if root_of(node) in imports | BUILTINS | {"inspect", "sys"}:
                    found.add(f"{root_of(node)}.{node.attr}")
    return frozenset(found | (modules_of(text) & REACHING_NAMES))


def patches(words: frozenset[str]) -> bool:
    """Whether something may have been changed by words of `reaching`, and not only looked at."""
    return bool(words - LOOKING - CLAIMING)


def modules_of(text: str) -> frozenset[str]:
    """Top-level modules that code imports."""
    found: set[str] = set()
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Import):
            found |= {it.name.split(".")[0] for it in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return frozenset(found)
