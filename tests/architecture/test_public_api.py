"""What a module offers is what its `__all__` says; a package's `__init__` offers what its modules do."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATHS = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts[1:]).removesuffix(".__init__"): path
    for package in ("lib/chainrule", "autograder/proctor")
    for path in sorted((ROOT / package).rglob("*.py"))
}
INITS = {name: path for name, path in PATHS.items() if path.name == "__init__.py"}
MODULES = {name: path for name, path in PATHS.items() if path.name != "__init__.py"}


def is_unit(name: str) -> bool:
    """Whether a module declares exercises: its functions are answers, and it offers the exercises alone."""
    return name.startswith("chainrule.exercises.u")


def assigned_all(tree: ast.Module) -> list[str]:
    """The names in `__all__`, nothing where there is none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and [getattr(it, "id", "") for it in node.targets] == ["__all__"]:
            return ast.literal_eval(node.value)
    return []


def faults_of_init(source: str) -> list[str]:
    """Where an `__init__` does more, or other, than re-export what it imports."""
    tree = ast.parse(source)
    imported = [it.asname or it.name for node in tree.body if isinstance(node, ast.ImportFrom) for it in node.names]
    faults = [
        f"line {node.lineno} does more than import"
        for number, node in enumerate(tree.body)
        if not isinstance(node, ast.ImportFrom)
        and not (number == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        and not (isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__")
    ]
    differing = sorted(set(imported) ^ set(assigned_all(tree)))
    return faults + [f"{name} is imported or listed, not both" for name in differing]


def is_command(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether a function is a command of the terminal, which nobody imports."""
    names = [it.func.attr for it in node.decorator_list if isinstance(it, ast.Call) and hasattr(it.func, "attr")]
    return "command" in names


def unlisted(source: str) -> list[str]:
    """Public functions and classes that `__all__` does not name."""
    tree = ast.parse(source)
    public = [
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not is_command(node)
    ]
    return [name for name in public if name not in assigned_all(tree)]


def test_an_init_only_re_exports():
    """And its `__all__` is what it imports; only the root does more, so that old names are found from the start."""
    found = {name: faults_of_init(path.read_text()) for name, path in INITS.items() if not is_unit(name)}
    root = " ".join(found.pop("chainrule"))

    assert ("does more than import" in root, root.count("line"), "install is imported" in root) == (True, 1, True)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_units_package_lists_nothing():
    """Its files are found by the registry, so a new exercise is a new file and nothing else."""
    bodies = {name: ast.parse(path.read_text()).body for name, path in INITS.items() if is_unit(name)}

    assert [name for name, body in bodies.items() if len(body) != 1] == []
    assert len(bodies) == 8


def test_every_public_function_and_class_is_in_all():
    """What is not offered starts with an underscore; ruff sees that the names exist and stand in order."""
    found = {name: unlisted(path.read_text()) for name, path in MODULES.items() if not is_unit(name)}

    assert {name: names for name, names in found.items() if names} == {}


def test_every_module_says_what_it_offers():
    """`__all__` is written down."""
    modules = {name: path for name, path in MODULES.items() if not name.endswith("__main__")}  # these are programs

    assert [name for name, path in modules.items() if not assigned_all(ast.parse(path.read_text()))] == []


class TestTheRulesBite:
    """Each rule refuses a small wrong source text."""

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("from a import f\n__all__ = []", id="imported, not listed"),
            pytest.param("from a import f\n__all__ = ['f', 'g']", id="listed, not imported"),
            pytest.param("from a import f as h\n__all__ = ['h', 'f']", id="listed under its old name"),
            pytest.param("def _f(): pass", id="a function"),
            pytest.param("VERSION = 1", id="a constant"),
            pytest.param("import numpy", id="a whole module"),
            pytest.param("if True:\n  from a import f", id="a condition"),
        ],
    )
    def test_an_init_that_does_more_is_found(self, source):
        """One fault each."""
        assert len(faults_of_init(source)) == 1

    def test_an_init_that_re_exports_passes(self):
        """With a docstring in front."""
        assert faults_of_init('"""Doc."""\nfrom a import f\n\n__all__ = ["f"]\n') == []

    @pytest.mark.parametrize(
        "source", ["def f(): pass", "class f: pass", "async def f(): pass", "@cache\ndef f(): pass"]
    )
    def test_an_unlisted_name_is_found(self, source):
        """Functions, classes, with or without decorators."""
        assert unlisted(f"__all__ = ['g']\n{source}") == ["f"]

    @pytest.mark.parametrize("source", ["def _f(): pass", "def g(): pass", "@app.command()\ndef f(): pass", "f = 1"])
    def test_what_needs_no_listing_passes(self, source):
        """Private names, listed names, commands and constants."""
        assert unlisted(f"__all__ = ['g']\n{source}") == []
