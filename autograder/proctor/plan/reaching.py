"""Code that gets at what it does not name: builtins, modules, the notebook's shell, objects that claim to be others.

What you can do with this file:

- list the words by which code does so: `reaching`; those of them by which objects claim something: `CLAIMING`;
- list those that the solution in the same place has not: `reaches_beyond`; find the names of modules: `roots_of`;
- say whether something may have been changed by such words: `patches`; say it to a person: `told_of`;
- list the modules that code imports: `modules_of`; know Python's own names: `BUILTINS`.

Pure, and decided from the text alone. No text tells what such code does, so a test runs inside too, and its verdict out
here stands where the two differ. What a text does tell is no such word: `globals()["x"] = 3` binds a name, and
`setattr(self, name, value)` changes an object of the student's.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from typing import TYPE_CHECKING

from proctor.plan.spelled import plainly

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["BUILTINS", "CLAIMING", "modules_of", "patches", "reaches_beyond", "reaching", "roots_of", "told_of"]

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
        *("builtins", "sys", "gc", "ctypes", "importlib"),  # modules that others have imported
    }
)
# Modules that run texts or bytes as code, or put things into other modules.
REACHING_MODULES = frozenset(
    {
        *(
            "builtins",
            "importlib",
            "sys",
            "gc",
            "ctypes",
            "cffi",
            "inspect",
            "IPython",
            "__main__",
            "inside",
            "proctor",
        ),
        *("mock", "marshal", "pickle", "dill", "cloudpickle", "shelve", "runpy", "code", "codeop", "pkgutil", "pdb"),
    }
)
# In a text these are about code that somebody will run: `patch("builtins.len")`, `timeit("import builtins ...")`.
IN_TEXTS = re.compile(r"\b(builtins|__builtins__|__import__|get_ipython|user_ns|__globals__|__subclasses__)\b")
# Of these, those that only look: they are a reason to run a test inside, and none to ask nobody.
LOOKING = frozenset({"compile", "sys", "inspect", "In", "Out", "__defaults__", "__kwdefaults__"})
# Of an object of the student's these get nothing but that object; of a module they get all that it has.
OF_AN_OBJECT = frozenset({"setattr", "delattr", "vars", "__dict__"})
# Each binds any name of the notebook: where the solution needs one, another of them is another way to write it.
BINDING = frozenset({"exec", "eval", "globals", "locals", "vars", "setattr", "delattr"})
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
# What is likely a module where it is an attribute of one: `np.linalg`, `json.codecs`.
SUBMODULES = sys.stdlib_module_names | {"linalg", "fft", "testing", "ma", "lib", "core", "pyplot", "special", "stats"}
HANDED_ON = "*"  # among the roots: a module was handed on, so any name may stand for one


def reaching(text: str, roots: frozenset[str]) -> frozenset[str]:
    """
    List the words by which code gets at what it does not name.

    Parameters
    ----------
    text : str
        A cell.
    roots : frozenset of str
        Names that stand for modules and what comes from them, as `roots_of` gives them: to set an attribute of one is
        such a word too.

    Returns
    -------
    frozenset of str
        Empty for ordinary code.

    Examples
    --------
    >>> sorted(reaching("exec(text)\\nnp.mean = max", frozenset({"np"})))
    ['exec', 'np.mean']
    """
    found = set(re.findall(r"\bget_ipython\b", text))  # in what is written: magics become calls of it
    found |= LOADING_MAGICS & {line.split()[0] for line in text.splitlines() if line.strip().startswith("%")}
    tree = plainly(text)
    harmless = set(_of_own_objects(tree, roots))
    for node in ast.walk(tree):
        if node not in harmless:
            found |= _said_by(node, roots)
    return frozenset(found)


def reaches_beyond(text: str, solution: str, roots: frozenset[str]) -> frozenset[str]:
    """The words of `reaching` in a text that the solution in the same place has not."""
    usual = reaching(solution, roots)
    return reaching(text, roots) - usual - (BINDING if usual & BINDING else frozenset())


def roots_of(texts: Iterable[str], imports: frozenset[str]) -> frozenset[str]:
    """
    Find the names that stand for modules, or for what comes from them.

    Parameters
    ----------
    texts : iterable of str
        All that a student wrote.
    imports : frozenset of str
        Names that the solved notebook imports.

    Returns
    -------
    frozenset of str
        With those that such names were assigned to, as in `m = np`.
    """
    nodes = [node for text in texts for node in ast.walk(plainly(text))]
    found = set(imports)
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(it.asname or it.name).partition(".")[0] for it in node.names}
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "__import__":
            found.add("__import__")
    before = 0
    while before < len(found):
        before = len(found)
        for node in nodes:
            if isinstance(node, (ast.Assign, ast.NamedExpr)) and _direct_root(node.value) in found:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found |= {it.id for it in targets if isinstance(it, ast.Name)}
    handed_on = any(_may_be_module(it, found) for node in nodes for it in _handed(node))
    return frozenset(found | ({HANDED_ON} if handed_on else set()))


def patches(words: frozenset[str]) -> bool:
    """Whether something may have been changed by words of `reaching`, and not only looked at."""
    return bool(words - LOOKING - CLAIMING)


def told_of(where: str, words: frozenset[str]) -> str:
    """
    Say to a person what the words of `reaching` mean.

    Examples
    --------
    >>> told_of("the cell a1", frozenset({"exec"}))
    '`exec` in the cell a1 can change anything in the notebook'
    """
    patching = sorted(words - LOOKING - CLAIMING)
    if patching:
        word = next((it for it in patching if "." not in it), patching[0])
        what = "changes a module that others use, too" if "." in word else "can change anything in the notebook"
        return f"`{word}` in {where} {what}"
    if words & CLAIMING:
        word = min(words & CLAIMING)
        return f"`{word}` in {where} lets an object say of itself what it is equal to or made of"
    return f"`{min(words)}` in {where} looks at the notebook itself"


def modules_of(text: str) -> frozenset[str]:
    """Top-level modules that code imports."""
    found: set[str] = set()
    for node in ast.walk(plainly(text)):
        if isinstance(node, ast.Import):
            found |= {it.name.split(".")[0] for it in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return frozenset(found)


def _of_own_objects(tree: ast.AST, roots: frozenset[str]) -> Iterator[ast.AST]:
    """The words that get at an object of the student's alone: `setattr(self, ...)`, `vars(self)`, `self.__dict__`."""
    if HANDED_ON in roots:
        return
    for node in ast.walk(tree):
        word: ast.AST
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            whose, word, name = node.args[0], node.func, node.func.id
        elif isinstance(node, ast.Attribute):
            whose, word, name = node.value, node, node.attr
        else:
            continue
        root = _direct_root(whose)
        if name in OF_AN_OBJECT and root and root not in roots | BUILTINS:
            yield word


def _said_by(node: ast.AST, roots: frozenset[str]) -> set[str]:
    """The words of one node."""
    if isinstance(node, ast.Name):
        return {node.id} & (REACHING_NAMES | CLAIMING)
    if isinstance(node, ast.FunctionDef):
        return {node.name} & CLAIMING
    if isinstance(node, ast.Attribute):
        return _of_attribute(node, roots)
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
        words = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
        return set(IN_TEXTS.findall(words))
    if isinstance(node, ast.Call):
        return set(_by_name(node, roots))
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {part for name in _imported(node) for part in name.split(".")} & REACHING_MODULES
    return set()


def _of_attribute(node: ast.Attribute, roots: frozenset[str]) -> set[str]:
    """The words of `a.b`, read or set."""
    found = {node.attr} & REACHING_ATTRIBUTES
    if isinstance(node.ctx, (ast.Store, ast.Del)):
        found |= {node.attr} & CLAIMING
        root = _root_of_whose(node)
        if root in roots | BUILTINS | {"inspect", "sys"} or (root and HANDED_ON in roots):
            found.add(f"{root}.{node.attr}")
    return found


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """Modules that a statement imports, or may import."""
    yield from (it.name for it in node.names)
    if isinstance(node, ast.ImportFrom) and node.module:
        yield node.module


def _by_name(node: ast.Call, roots: frozenset[str]) -> frozenset[str]:
    """`getattr(np, name)` and `type.__setattr__(np, name, value)`, whose names no text tells."""
    whose = _direct_root(node.args[0]) if node.args else ""
    module = bool(whose) and (whose in roots | BUILTINS or HANDED_ON in roots)
    if getattr(node.func, "id", "") == "getattr" and len(node.args) > 1:
        name = node.args[1]
        if isinstance(name, ast.Constant):
            return REACHING_ATTRIBUTES & {str(name.value)} if module else frozenset()
        return frozenset({"getattr"}) if module else frozenset()
    setter = isinstance(node.func, ast.Attribute) and node.func.attr in ("__setattr__", "__delattr__")
    return frozenset({"__setattr__"}) if setter and module else frozenset()


def _direct_root(node: ast.AST) -> str:
    """The name at the root of `a.b.c`; of what a call gives only where it is a module: `__import__("a")`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "__import__":
        return "__import__"
    return node.id if isinstance(node, ast.Name) else ""


def _root_of_whose(node: ast.AST) -> str:
    """Whose attribute is set: of `np.random` NumPy's, of `inspect.getmodule(f)` a module's, of `type(self)` self's."""
    while isinstance(node, (ast.Attribute, ast.Call)):
        own = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "type" and node.args
        node = node.value if isinstance(node, ast.Attribute) else node.args[0] if own else node.func
    return node.id if isinstance(node, ast.Name) else ""


def _may_be_module(node: ast.AST, roots: set[str]) -> bool:
    """Whether what is handed on may be a module: `np`, `np.linalg`, but not `np.sqrt`."""
    likely = isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and node.attr in SUBMODULES)
    return likely and _direct_root(node) in roots


def _handed(node: ast.AST) -> Iterator[ast.AST]:
    """What a node hands on: arguments, entries of containers, what a loop goes through, what a function gives back."""
    if isinstance(node, ast.Call):
        yield from (it.value if isinstance(it, ast.keyword) else it for it in [*node.args, *node.keywords])
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        yield from node.elts
    elif isinstance(node, ast.Dict):
        yield from node.values
    elif isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
        yield node.value
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        yield from (it for it in [*node.args.defaults, *node.args.kw_defaults] if it is not None)
