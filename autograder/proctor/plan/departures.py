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
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from proctor.plan.analysis import import_statements, names_of, parsed
from proctor.plan.notebook import Role
from proctor.plan.reaching import BUILTINS, CLAIMING, modules_of, patches, reaching

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from proctor.plan.notebook import Plan, PlanCell

__all__ = ["Departures", "departures", "imported_by", "needs_one_of", "reads_files", "writes_files"]

SEED = "PROCTOR_SEED"
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
    patched : bool
        Whether code may have changed builtins, modules or the notebook's shell. Nobody can say from the text what it
        did, so a person is not asked about it.
    claimed : frozenset of str
        Tests that meet objects which may claim to be whatever a test wants to see, or whose own tools were bound anew;
        nor is one asked about these.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)
    patched: bool = False
    claimed: frozenset[str] = frozenset()

    def may_wait(self, test: str) -> bool:
        """Whether a person may be asked about a test."""
        return not self.patched and test not in self.claimed


def departures(
    plan: Plan, cells: Iterable[tuple[int, str]], modules: Mapping[str, str] = MappingProxyType({})
) -> Departures:
    """
    Find what a submission does that the solved notebook never did.

    Parameters
    ----------
    plan : Plan
        The notebook, with the instructor's solutions.
    cells : iterable of tuple of (int, str)
        The student's code cells: place in the plan, or -1 for an added one, and text.
    modules : mapping of str to str
        The text of modules that were handed in beside the notebook and are not the author's, by their names.

    Returns
    -------
    Departures
        For the tests that it may matter to.
    """
    written = [*cells, *((-1, text) for text in modules.values())]
    texts = [text for _, text in written]
    code = [it for it in plan.cells if it.kind == "code"]
    answers = {it.place: it.solved for it in code if it.role in (Role.ANSWER, Role.MANUAL)}
    solved = list(answers.values())
    imports = imported_by(plan).union(*map(_imports, texts))
    usual = frozenset().union(*(reaching(it.solved or it.source, imports) for it in code))
    reached = [reaching(text, imports) - usual for text in texts]
    claiming = [text for text, words in zip(texts, reached, strict=True) if words & CLAIMING]
    alike = frozenset().union(*(_aliases(it.solved or it.source) for it in code))
    new = frozenset().union(
        *(
            (_changed(text, imports) - (names_of(text).binds - _bound_anew(text, alike)))
            - _changed(answers.get(place, ""), imports)
            for place, text in written
        )
    )
    new |= _bound_otherwise(texts, solved)
    bound = frozenset().union(*(names_of(text).binds for text in texts)) | _globals(texts)
    writes = writes_files(texts) and not writes_files(solved)
    expected = frozenset().union(*(modules_of(it.solved or it.source) for it in code))
    brought = (frozenset().union(*map(modules_of, texts)) - expected) & modules.keys()
    # Who binds a tool of the tests anew asks for another verdict; who binds data may just have chosen other names.
    tools = BUILTINS | imported_by(plan) | _defined_by(code)
    reasons: dict[str, str] = {}
    claimed: set[str] = set()
    for test in (it for it in code if it.role is Role.TEST):
        names = (new - BUILTINS) & _closure(plan, test.tests) | bound & BUILTINS & names_of(test.tests).reads
        if names & tools:
            claimed.add(test.grade_id)
        if names:
            reasons[test.grade_id] = f"the submission binds or changes {', '.join(sorted(names)[:3])}"
        elif brought:
            reasons[test.grade_id] = f"the submission brings {', '.join(sorted(brought)[:3])}"
        elif writes and reads_files([test.tests]):
            reasons[test.grade_id] = "the submission writes files"
        elif any(reached):
            reasons[test.grade_id] = "the submission reaches for what it does not name"
    claimed |= {it.grade_id for it in code if it.role is Role.TEST and _meets(it.tests, texts, claiming)}
    anywhere = any(text in claiming for text in modules.values())  # who knows what a module hands out
    patched = anywhere or any(map(patches, reached))
    return Departures(reasons, patched, frozenset(claimed))


def _meets(test: str, texts: Sequence[str], claiming: Sequence[str]) -> bool:
    """Whether a test reads a name of one of some cells, directly or through other cells of the student's."""
    found = [(names_of(text), text in claiming) for text in texts]
    waiting, seen = set(names_of(test).reads), set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for names, claims in found:
            if name in names.binds:
                if claims:
                    return True
                waiting |= names.reads - seen
    return False


def _defined_by(code: Iterable[PlanCell]) -> frozenset[str]:
    """Functions and classes of the author's cells."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    authors = (it.source for it in code if it.role not in (Role.ANSWER, Role.MANUAL))
    return frozenset(node.name for text in authors for node in parsed(text).body if isinstance(node, kinds))


def imported_by(plan: Plan) -> frozenset[str]:
    """Names that the cells of the solved notebook import."""
    return frozenset().union(*(_imports(it.solved or it.source) for it in plan.cells if it.kind == "code"))


def needs_one_of(plan: Plan, test: str, packages: Iterable[str]) -> bool:
    """
    Whether a test imports one of some packages, or reads what the author's cells import from one.

    So does one that asks for the seed, which student code never sees.
    """
    authors = [it for it in plan.cells if it.kind == "code" and it.role is Role.AUTHOR]
    if SEED in test or any(SEED in it.source and names_of(it.source).binds & _closure(plan, test) for it in authors):
        return True
    wanted = frozenset(packages)
    if not wanted or modules_of(test) & wanted:
        return bool(wanted)
    names: set[str] = set()
    for cell in authors:
        for line in import_statements(cell.solved or cell.source).splitlines():
            if modules_of(line) & wanted:
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
    alike = frozenset().union(*map(_aliases, solved))
    imported = frozenset().union(*map(_imports, solved))
    return imported & frozenset().union(*(_bound_anew(text, alike) for text in texts))


def _bound_anew(text: str, alike: frozenset[tuple[str, str, str]]) -> frozenset[str]:
    """What code binds at the top, but for imports that are there already."""
    own = frozenset(name for *what, name in _aliases(text) if (*what, name) not in alike)
    return (names_of(text).binds - _imports(text)) | own


def _aliases(text: str) -> frozenset[tuple[str, str, str]]:
    """The imports at the top: module, member, and the name that they bind."""
    found: set[tuple[str, str, str]] = set()
    for node in parsed(text).body:
        if isinstance(node, ast.Import):
            found |= {(it.name, "", it.asname or it.name.partition(".")[0]) for it in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {(module, it.name, it.asname or it.name) for it in node.names}
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
