"""Imports point one way: `support.import_table` says which part of the code may import which.

To add a part, give it a line in `ALLOWED` there; to let a part import another, add the name to its line and say
in the commit why. Within `chainrule.checking`, modules import each other freely but never in a circle.
"""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path

import pytest

from support.import_table import ALLOWED

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = [ROOT / "lib" / "chainrule", ROOT / "autograder" / "proctor"]

# A process that was forked for one submission imports from that submission's folder, as a kernel does.
SEARCH_PATH = {"autograder/proctor/inside/warm.py", "autograder/proctor/examiner/warm.py"}
ONLY_IN = {"cupy": "chainrule.backend", "nbgrader.api": "proctor.gradebook"}


def module_name(path: Path) -> str:
    """The dotted name of a file below `lib` or `autograder`."""
    parts = path.relative_to(ROOT).with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


SOURCES = {module_name(path): path.read_text() for package in PACKAGES for path in sorted(package.rglob("*.py"))}
SCRIPTS = {
    str(path.relative_to(ROOT)): path.read_text()
    for folder in ("lib", "autograder", "tests", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
}


def is_type_checking(node: ast.AST) -> bool:
    """Whether a statement is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def nodes_of(source: str, *, typing: bool = True):
    """All nodes of a source text, less those for the type checker where `typing` is False."""
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        yield node
        if typing or not is_type_checking(node):
            waiting += ast.iter_child_nodes(node)


def imports_of(module: str, source: str, *, typing: bool = True) -> set[str]:
    """The dotted names that a source text imports, by statement or by `import_module("...")`."""
    found = set()
    for node in nodes_of(source, typing=typing):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level or None]
            base = ".".join([*above, node.module] if node.module else above) if node.level else node.module
            found |= {f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            found |= {str(node.args[0].value)} if called in ("import_module", "__import__") else set()
    return found


def part_of(name: str) -> str:
    """The part that a dotted name lies in."""
    longest = ".".join(name.split(".")[:2])
    return longest if longest in ALLOWED else longest.split(".", maxsplit=1)[0]


def against_the_table(module: str, source: str) -> list[str]:
    """Imports that the table does not allow."""
    own, package = part_of(module), module.split(".", maxsplit=1)[0]
    allowed = {own, *(f"{package}.{name}" for name in ALLOWED[own])}
    ours = {name for name in imports_of(module, source) if name.split(".")[0] in ("chainrule", "proctor")}
    return sorted(f"{module} imports {name}" for name in ours if part_of(name) not in allowed)


def in_the_wrong_place(module: str, source: str) -> list[str]:
    """Imports that one module alone may make."""
    return sorted(
        f"{module} imports {name}"
        for name in imports_of(module, source)
        for guarded, home in ONLY_IN.items()
        if module != home and (name == guarded or name.startswith(f"{guarded}."))
    )


def circles(sources: dict[str, str]) -> list[list[str]]:
    """The first circle of imports that run at import or call time, or nothing."""
    graph = {
        module: {
            target
            for name in imports_of(module, source, typing=False)
            for target in (name, name.rpartition(".")[0])
            if target in sources and target != module
        }
        for module, source in sources.items()
    }
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return [error.args[1]]
    return []


def is_search_path(node: ast.AST) -> bool:
    """Whether an expression is `sys.path`."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "path"
        and isinstance(node.value, ast.Name)
        and node.value.id == "sys"
    )


def bad_habits(source: str) -> list[str]:
    """Star imports and edits of the search path."""
    found = []
    for node in nodes_of(source):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            found.append(f"line {node.lineno}: star import")
        of_sys = isinstance(node, ast.Attribute) and is_search_path(node.value)
        set_whole = is_search_path(node) and not isinstance(node.ctx, ast.Load)
        set_entry = (
            isinstance(node, ast.Subscript) and is_search_path(node.value) and not isinstance(node.ctx, ast.Load)
        )
        kept = isinstance(node, ast.Assign) and is_search_path(node.value)
        from_sys = getattr(node, "module", "") == "sys" and "path" in {it.name for it in node.names}
        if of_sys or set_whole or set_entry or kept or from_sys:
            found.append(f"line {node.lineno}: sys.path")
    return found


@pytest.mark.parametrize("module", SOURCES)
class TestCode:
    """The code keeps the rules."""

    def test_has_a_line_in_the_table(self, module):
        """A new part is a decision, so its line is written by hand."""
        assert ".".join(module.split(".")[:2]) in ALLOWED

    def test_imports_what_the_table_allows(self, module):
        """chainrule and proctor never import each other: no line names the other package."""
        assert against_the_table(module, SOURCES[module]) == []

    def test_leaves_guarded_packages_to_their_homes(self, module):
        """CuPy to the backend, nbgrader's database to the gradebook."""
        assert in_the_wrong_place(module, SOURCES[module]) == []


@pytest.mark.parametrize("package", ["chainrule", "chainrule.checking", "proctor"])
def test_no_imports_run_in_a_circle(package):
    """Apart from imports for the type checker, which never run; nor does the root import its users."""
    inside = {name: text for name, text in SOURCES.items() if name.startswith(f"{package}.")}

    assert circles(inside) == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_star_import_and_no_edit_of_the_search_path(script):
    """Names come from where they say, in tests and benchmarks too; the few exceptions edit the path once."""
    found = bad_habits(SCRIPTS[script])

    assert [True] * (script in SEARCH_PATH) == [it.endswith("sys.path") for it in found]


def test_every_line_of_the_table_names_a_part():
    """A part that is gone leaves the table."""
    assert [name for name in ALLOWED if name not in SOURCES] == []


class TestTheRulesBite:
    """Each rule refuses a small wrong source text."""

    @pytest.mark.parametrize(
        ("module", "source"),
        [
            pytest.param("chainrule.backend", "import chainrule.desk.checks", id="upwards"),
            pytest.param("chainrule.shell", "from chainrule import backend", id="from the root"),
            pytest.param("chainrule.shell", "import chainrule", id="the root itself"),
            pytest.param("chainrule.shell", "from chainrule import use", id="a name of the root"),
            pytest.param("chainrule.shell", "from .backend import use", id="relative"),
            pytest.param("chainrule.checking.keys.answer_key", "from ..exercises import find", id="relative, two up"),
            pytest.param("chainrule.nn.activations.logistic", "def f():\n  from chainrule import cli", id="inside"),
            pytest.param("chainrule.shell", "if TYPE_CHECKING:\n  from chainrule.cli import app", id="for typing"),
            pytest.param("chainrule.desk.checks", "import_module('chainrule.authoring.verify')", id="by its name"),
            pytest.param("chainrule.cli", "import proctor.model", id="proctor from chainrule"),
            pytest.param("proctor.model", "from chainrule.checking import judge", id="chainrule from proctor"),
            pytest.param("proctor.errors", "from proctor import model", id="within proctor"),
        ],
    )
    def test_an_import_against_the_table_is_found(self, module, source):
        """However it is written."""
        assert len(against_the_table(module, source)) == 1

    @pytest.mark.parametrize(
        "source",
        [
            "from chainrule.checking.keys.answer_key import compile_key",
            "import numpy",
            "from chainrule.exercises import sampling",
        ],
    )
    def test_an_allowed_import_passes(self, source):
        """Its own part, a part on its line, and other people's packages."""
        assert against_the_table("chainrule.exercises.u99", source) == []

    @pytest.mark.parametrize(
        ("module", "source"),
        [
            pytest.param("chainrule.nn.activations.logistic", "import cupy as np", id="cupy"),
            pytest.param("chainrule.shell", "from cupy.random import rand", id="below cupy"),
            pytest.param("chainrule.shell", "importlib.import_module('cupy')", id="cupy by its name"),
            pytest.param("chainrule.shell", "__import__('cupy')", id="cupy by the builtin"),
            pytest.param("proctor.model", "from nbgrader.api import Gradebook", id="database"),
            pytest.param("proctor.model", "from nbgrader import api", id="database from above"),
            pytest.param("chainrule.backend", "import nbgrader.api", id="database in the other home"),
        ],
    )
    def test_a_guarded_import_is_found(self, module, source):
        """Outside its home."""
        assert len(in_the_wrong_place(module, source)) == 1

    @pytest.mark.parametrize(
        ("module", "source"),
        [("chainrule.backend", "import cupy"), ("proctor.gradebook", "from nbgrader.api import Gradebook")],
    )
    def test_a_guarded_import_passes_at_home(self, module, source):
        """Also where the home is not written yet."""
        assert in_the_wrong_place(module, source) == []

    @pytest.mark.parametrize(
        "back", ["from p import a", "from p.a import f", "import p.a", "def f():\n  import p.a", "from . import a"]
    )
    def test_a_circle_is_found(self, back):
        """Also when one of its imports waits inside a function."""
        sources = {"p.a": "import p.b", "p.b": "import p.c", "p.c": back}

        assert {"p.a", "p.b", "p.c"} == set(*circles(sources))

    def test_a_circle_for_the_type_checker_passes(self):
        """It never runs."""
        assert circles({"p.a": "import p.b", "p.b": "if TYPE_CHECKING:\n  import p.a"}) == []

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("from numpy import *", id="star"),
            pytest.param("import sys\nsys.path.insert(0, '.')", id="path"),
            pytest.param("from sys import path", id="path by its name"),
            pytest.param("import sys\nsys.path = []", id="another path"),
            pytest.param("import sys\nsys.path += ['.']", id="a longer path"),
            pytest.param("import sys\nsys.path[0] = '.'", id="another entry"),
            pytest.param("import sys\ndel sys.path[0]", id="an entry less"),
            pytest.param("import sys\nplaces = sys.path", id="path under another name"),
        ],
    )
    def test_a_bad_habit_is_found(self, source):
        """Each once."""
        assert len(bad_habits(source)) == 1

    @pytest.mark.parametrize("source", ["import sys\nfor it in sys.path:\n  print(it)", "a = [*sys.path]"])
    def test_a_look_at_the_search_path_passes(self, source):
        """Only edits are none of a module's business."""
        assert bad_habits(source) == []
