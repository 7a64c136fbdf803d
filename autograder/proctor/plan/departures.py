"""What a submission does that the solved notebook never did, so that a proof made on the solved one does not hold.

What you can do with this file:

- find out for which tests that matters: `departures`, which returns `Departures`;
- see whether a test reads something of a package: `needs_one_of`;
- list what the notebook imports: `imported_by`; see whether code touches files: `reads_files`, `writes_files`.

Pure, and decided from the text alone: what hides from it only keeps the verdict of the examiner, which no student's
code can forge. Where it is wrong, a test runs once more and its verdict is the same.
"""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from proctor.plan.analysis import import_statements, names_of, parsed
from proctor.plan.notebook import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from proctor.plan.notebook import Plan

__all__ = ["Departures", "departures", "imported_by", "needs_one_of", "reads_files", "writes_files"]

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
# Objects with these of their own may claim to be whatever a test wants to see.
CLAIMING_METHODS = frozenset(
    {
        *("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__bool__", "__contains__", "__getattr__"),
        *("__getattribute__", "__instancecheck__", "__subclasscheck__", "__array__", "__array_ufunc__"),
        *("__array_function__", "__class__", "__float__", "__int__", "__index__", "__complex__", "__missing__"),
    }
)
LOADING_MAGICS = frozenset(
    {"%run", "%load", "%store", "%reset", "%pylab", "%macro", "%edit", "%cd", "%%writefile", "%precision"}
)
WRITING = frozenset(
    {
        *("write", "write_text", "write_bytes", "writelines", "dump", "save", "savez", "savetxt", "tofile", "savefig"),
        *("to_csv", "to_json", "to_excel", "to_pickle", "to_parquet", "unlink", "remove", "rename", "replace"),
        *("rmtree", "copy", "copyfile", "move", "mkdir", "touch", "system", "run", "Popen", "check_call", "connect"),
    }
)
READING = frozenset(
    {
        *("open", "read", "read_text", "read_bytes", "load", "loadtxt", "genfromtxt", "fromfile", "imread", "exists"),
        *("read_csv", "read_json", "read_excel", "read_pickle", "read_parquet", "isfile", "is_file", "is_dir"),
        *("listdir", "scandir", "glob", "iterdir", "stat", "getsize", "connect", "run", "check_output", "Popen"),
    }
)


@dataclass(frozen=True)
class Departures:
    """
    Why tests must run inside too.

    Attributes
    ----------
    reasons : mapping of str to str
        From grade id to one sentence.
    hidden : bool
        Whether code reaches for what it does not name, such as builtins, modules or the notebook's shell. Nobody can
        say from the text what it changed, so a person is not asked about it.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False


def departures(plan: Plan, cells: Iterable[tuple[int, str]], modules: Iterable[str] = ()) -> Departures:
    """
    Find what a submission does that the solved notebook never did.

    Parameters
    ----------
    plan : Plan
        The notebook, with the instructor's solutions.
    cells : iterable of tuple of (int, str)
        The student's code cells: place in the plan, or -1 for an added one, and text.
    modules : iterable of str
        Modules that were handed in beside the notebook and are not the author's.

    Returns
    -------
    Departures
        For the tests that it may matter to.
    """
    written = list(cells)
    texts = [text for _, text in written]
    code = [it for it in plan.cells if it.kind == "code"]
    answers = {it.place: it.solved for it in code if it.role in (Role.ANSWER, Role.MANUAL)}
    solved = list(answers.values())
    imports = imported_by(plan)
    hidden = bool(_reaching(texts, imports) - _reaching([it.solved or it.source for it in code], imports))
    new = frozenset().union(
        *(_changed(text, imports) - _changed(answers.get(place, ""), imports) for place, text in written)
    )
    new |= _bound_otherwise(texts, solved)
    bound = frozenset().union(*(names_of(text).binds for text in texts)) | _globals(texts)
    writes = writes_files(texts) and not writes_files(solved)
    brought = frozenset(modules) & frozenset().union(*map(_modules, texts)) if modules else frozenset()
    reasons: dict[str, str] = {}
    for test in (it for it in code if it.role is Role.TEST):
        names = (new - BUILTINS) & _closure(plan, test.tests) | bound & BUILTINS & names_of(test.tests).reads
        if names:
            reasons[test.grade_id] = f"the submission binds or changes {', '.join(sorted(names)[:3])}"
        elif brought:
            reasons[test.grade_id] = f"the submission brings {', '.join(sorted(brought)[:3])}"
        elif writes and reads_files([test.tests]):
            reasons[test.grade_id] = "the submission writes files"
        elif hidden:
            reasons[test.grade_id] = "the submission reaches for what it does not name"
    return Departures(reasons, hidden)


def imported_by(plan: Plan) -> frozenset[str]:
    """Names that the cells of the solved notebook import."""
    return frozenset().union(*(_imports(it.solved or it.source) for it in plan.cells if it.kind == "code"))


def needs_one_of(plan: Plan, test: str, packages: Iterable[str]) -> bool:
    """Whether a test imports one of some packages, or reads what the author's cells import from one."""
    wanted = frozenset(packages)
    if not wanted or _modules(test) & wanted:
        return bool(wanted)
    names: set[str] = set()
    for cell in (it for it in plan.cells if it.kind == "code" and it.role is Role.AUTHOR):
        for line in import_statements(cell.solved or cell.source).splitlines():
            if _modules(line) & wanted:
                names |= _imports(line)
    return bool(names & _closure(plan, test))


def writes_files(texts: Iterable[str]) -> bool:
    """Whether some code looks as if it changed files."""
    return any("!" in text and text.lstrip().startswith(("!", "%%")) for text in texts) or any(
        _words(text) & WRITING or _opens_to_write(text) for text in texts
    )


def reads_files(texts: Iterable[str]) -> bool:
    """Whether some code looks as if it read files."""
    return any(_words(text) & READING for text in texts)


def _opens_to_write(text: str) -> bool:
    return any(
        isinstance(node, ast.Call)
        and any(isinstance(it, ast.Name) and it.id == "open" for it in [node.func])
        and any(
            isinstance(it, ast.Constant) and isinstance(it.value, str) and set(it.value) & set("wax+")
            for it in [*node.args[1:2], *(key.value for key in node.keywords if key.arg == "mode")]
        )
        for node in ast.walk(parsed(text))
    )


def _words(text: str) -> frozenset[str]:
    """Names and attributes that code reads."""
    tree = parsed(text)
    names = {it.id for it in ast.walk(tree) if isinstance(it, ast.Name)}
    return frozenset(names | {it.attr for it in ast.walk(tree) if isinstance(it, ast.Attribute)})


def _reaching(texts: Iterable[str], imports: frozenset[str]) -> frozenset[str]:
    """Words by which code gets at what it does not name; to set an attribute of a module is one of them."""
    found: set[str] = set()
    for text in texts:
        found |= set(re.findall(r"\bget_ipython\b", text))  # in what is written: magics become calls of it
        found |= LOADING_MAGICS & {line.split()[0] for line in text.splitlines() if line.strip().startswith("%")}
        for node in ast.walk(parsed(text)):
            if isinstance(node, ast.Name):
                found |= {node.id} & (REACHING_NAMES | CLAIMING_METHODS)
            elif isinstance(node, ast.FunctionDef):
                found |= {node.name} & CLAIMING_METHODS
            elif isinstance(node, ast.Attribute):
                found |= {node.attr} & REACHING_ATTRIBUTES
                set_there = isinstance(node.ctx, (ast.Store, ast.Del)) and isinstance(node.value, ast.Name)
                if set_there and node.value.id in imports | BUILTINS:  # type: ignore[attr-defined] # a Name, see above
                    found.add(f"{node.value.id}.{node.attr}")  # type: ignore[attr-defined] # likewise
        found |= _modules(text) & REACHING_NAMES
    return frozenset(found)


def _changed(text: str, imports: frozenset[str]) -> frozenset[str]:
    """Names that code binds at the top, or changes in place anywhere; to call what a module has changes no module."""
    names = names_of(text)
    touched = set(names.touches)
    for node in ast.walk(parsed(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            touched |= _changed_in(node)
    return names.binds | (touched - imports)


def _globals(texts: Iterable[str]) -> frozenset[str]:
    """Names that functions bind at the top of the notebook."""
    nodes = (node for text in texts for node in ast.walk(parsed(text)) if isinstance(node, ast.Global))
    return frozenset(name for node in nodes for name in node.names)


def _changed_in(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    """Names from outside that a function binds or changes in place."""
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    inner = names_of("\n".join(ast.unparse(it) for it in body))
    arguments = function.args
    own = {it.arg for it in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    own |= {it.arg for it in (arguments.vararg, arguments.kwarg) if it is not None}
    outer = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    return outer | (set(inner.touches) - own - set(inner.binds))


def _imports(text: str) -> frozenset[str]:
    """Names that code binds by imports."""
    return names_of(import_statements(text)).binds


def _bound_otherwise(texts: Sequence[str], solved: Sequence[str]) -> frozenset[str]:
    """Names that solutions import and a submission binds in another way."""
    lines = {line for text in solved for line in import_statements(text).splitlines()}
    imported = frozenset().union(*map(_imports, solved))
    otherwise: set[str] = set()
    for text in texts:
        own = [line for line in import_statements(text).splitlines() if line not in lines]
        otherwise |= (names_of(text).binds - _imports(text)) | _imports("\n".join(own))
    return imported & otherwise


def _modules(text: str) -> frozenset[str]:
    """Top-level modules that code imports."""
    found: set[str] = set()
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Import):
            found |= {it.name.split(".")[0] for it in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return frozenset(found)


def _closure(plan: Plan, test: str) -> frozenset[str]:
    """Names that a test reads, directly or through the author's cells that it needs, and that are the author's."""
    authors: dict[str, set[str]] = {}
    for cell in plan.cells:
        if cell.kind != "code" or cell.role in (Role.ANSWER, Role.MANUAL):
            continue
        names = names_of(cell.source if cell.role is Role.TEST else cell.solved or cell.source)
        for name in names.binds | names.touches:
            authors.setdefault(name, set()).update(names.reads)
    answers = (it.solved for it in plan.cells if it.kind == "code" and it.role in (Role.ANSWER, Role.MANUAL))
    imported = frozenset().union(*map(_imports, answers))
    waiting, seen = set(names_of(test).reads), set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting |= authors.get(name, set())
    return frozenset(seen) & (frozenset(authors) | imported)
