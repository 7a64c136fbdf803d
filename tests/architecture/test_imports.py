"""What the contracts of import-linter cannot see: imports by name, and edits of the search path.

The contracts stand in `pyproject.toml` and `autograder/pyproject.toml`; `make lint` holds them.
"""

from __future__ import annotations

import ast
import collections
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]
# Modules that import by a name that is no constant of theirs, or the module that they stand for; each says why there.
BY_NAME = {
    "lib/chainrule/aliases.py",  # a module under its old name
    "lib/chainrule/backend.py",  # CuPy, where there is one
    "lib/chainrule/checking/declaring/artifact.py",  # the reader of an artifact, which its declaration names
    "lib/chainrule/desk/keyring.py",  # the kinds of declarations, whose keys lie in a file
    "lib/chainrule/desk/mine.py",  # the rooms of the library that this edition has
    "lib/chainrule/exercises/registry.py",  # the exercises of a unit
    "autograder/proctor/course/nbgrader.py",  # the author's plugin for late penalties
    "autograder/proctor/examiner/warm.py",  # what the notebooks import
    "autograder/proctor/inside/warm.py",
}
BRINGERS = {"import_module", "__import__", "resolve_name", "run_module", "spec_from_file_location", "spec_from_loader"}
# A process that was forked for one submission imports from that submission's folder, as a kernel does.
SEARCH_PATH = {"autograder/proctor/inside/warm.py", "autograder/proctor/examiner/warm.py"}
CODE = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for folder in ("lib", "autograder", "tests", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
}


def imports_by_name(source: str) -> bool:
    """Whether a text names what imports by a name, called or not, and under whatever name it is brought in."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute | ast.Name):
            names.add(node.attr if isinstance(node, ast.Attribute) else node.id)
    return bool(BRINGERS & names)


def circles_with_its_own_package(name: str, source: str) -> list[str]:
    """What a module takes from the `__init__` of a package that it lies in, and that is no module there."""
    module = name.removeprefix("lib/").removeprefix("autograder/").removesuffix(".py").split("/")
    above = {".".join(module[:count]) for count in range(2, len(module))}
    return [
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module in above
        for alias in node.names
        if not _is_module(node.module, alias.name)
    ]


def _is_module(package: str, name: str) -> bool:
    place = ROOT / ("lib" if package.startswith("chainrule") else "autograder") / package.replace(".", "/") / name
    return place.is_dir() or place.with_suffix(".py").is_file()


def is_search_path(node: ast.AST) -> bool:
    """Whether an expression is `sys.path`."""
    return isinstance(node, ast.Attribute) and node.attr == "path" and getattr(node.value, "id", "") == "sys"


def edits_of_the_search_path(source: str) -> list[int]:
    """The lines that change `sys.path`, give it another name, or call a method of it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        written = not isinstance(getattr(node, "ctx", None), ast.Load | None)
        method = isinstance(node, ast.Attribute) and is_search_path(node.value)
        whole = is_search_path(node) and written
        entry = isinstance(node, ast.Subscript) and is_search_path(node.value) and written
        renamed = isinstance(node, ast.Assign) and is_search_path(node.value)
        by_name = getattr(node, "module", "") == "sys" and "path" in {alias.name for alias in node.names}
        if method or whole or entry or renamed or by_name:
            found.append(node.lineno)
    return found


def test_few_modules_import_by_name():
    """The contracts do not see where these go, so the list is short and says why."""
    ours = {name: text for name, text in CODE.items() if name.startswith(("lib/", "autograder/"))}

    assert BY_NAME == {name for name, text in ours.items() if imports_by_name(text)}


def test_no_module_imports_from_the_package_that_it_lies_in():
    """`acyclic_siblings` compares neighbors alone; a package that collects from its modules is above them."""
    ours = {name: text for name, text in CODE.items() if name.startswith(("lib/", "autograder/"))}

    assert [] == [it for name, text in ours.items() for it in circles_with_its_own_package(name, text)]


def test_no_folder_is_crowded():
    """At most 14 modules beside its packages, or one has to search; three are as large as their subject."""
    ours = [Path(name) for name in CODE if name.startswith(("lib/chainrule/", "autograder/proctor/"))]
    counts = collections.Counter(path.parent for path in ours if path.name != "__init__.py")
    large = {Path("lib/chainrule/nn"), Path("autograder/proctor/inside"), Path("autograder/proctor/examiner")}

    assert set() == {folder for folder, count in counts.items() if count > 14} - large


def test_nothing_edits_the_search_path():
    """In tests and benchmarks neither; the few exceptions edit it once."""
    assert dict.fromkeys(SEARCH_PATH, 1) == {
        name: len(found) for name, text in CODE.items() if (found := edits_of_the_search_path(text))
    }


class TestTheRulesBite:
    """Each rule refuses a small wrong source text."""

    @pytest.mark.parametrize(
        "source",
        [
            *("importlib.import_module('cupy')", "__import__('cupy')", "import_module(x)"),
            *("from importlib import import_module as bring", "bring = importlib.import_module"),
            "pkgutil.resolve_name('a:b')",
        ],
    )
    def test_an_import_by_name_is_found(self, source):
        """However it is called."""
        assert imports_by_name(source)

    @pytest.mark.parametrize(
        "source",
        [
            pytest.param("import sys\nsys.path.insert(0, '.')", id="path"),
            pytest.param("\nfrom sys import path", id="path by its name"),
            pytest.param("import sys\nsys.path = []", id="another path"),
            pytest.param("import sys\nsys.path += ['.']", id="a longer path"),
            pytest.param("import sys\nsys.path[0] = '.'", id="another entry"),
            pytest.param("import sys\ndel sys.path[0]", id="an entry less"),
            pytest.param("import sys\nplaces = sys.path", id="path under another name"),
        ],
    )
    def test_an_edit_is_found(self, source):
        """Each once."""
        assert edits_of_the_search_path(source) == [2]

    def test_a_circle_with_its_own_package_is_found(self):
        """The package's own module is no circle."""
        text = "from chainrule.nn.activations import relu, logistic"

        assert circles_with_its_own_package("lib/chainrule/nn/activations/logistic.py", text) == [
            "chainrule.nn.activations.relu"
        ]

    @pytest.mark.parametrize("source", ["import sys\nfor it in sys.path:\n  print(it)", "a = [*sys.path]"])
    def test_a_look_at_the_search_path_passes(self, source):
        """Only edits are none of a module's business."""
        assert edits_of_the_search_path(source) == []

    @pytest.mark.parametrize(
        ("settings", "plants"),
        [
            pytest.param(".", {"lib/chainrule/shell.py": "import chainrule.desk.checks"}, id="upwards"),
            pytest.param(".", {"lib/chainrule/nn/losses.py": "from chainrule import checking"}, id="to what judges"),
            pytest.param(".", {"lib/chainrule/lab.py": "import chainrule"}, id="the root"),
            pytest.param(".", {"lib/chainrule/lab.py": "from proctor import errors"}, id="the other package"),
            pytest.param(
                ".",
                {
                    "lib/chainrule/data/gates.py": "from chainrule.data import digits",
                    "lib/chainrule/data/digits.py": "from chainrule.data import gates",
                },
                id="a circle",
            ),
            pytest.param("autograder", {"autograder/proctor/errors.py": "import chainrule.backend"}, id="the course"),
            pytest.param("autograder", {"autograder/proctor/inside/wire.py": "from proctor import model"}, id="inside"),
            pytest.param(
                "autograder", {"autograder/proctor/plan/analysis.py": "from proctor import pages"}, id="station"
            ),
        ],
    )
    def test_a_contract_bites(self, tmp_path, settings, plants):
        """One wrong import breaks it, for types only too."""
        for package in ("lib/chainrule", "autograder/proctor"):
            shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
        for file in ("pyproject.toml", "autograder/pyproject.toml"):
            shutil.copy(ROOT / file, tmp_path / file)
        for name, line in plants.items():
            with (tmp_path / name).open("a") as file:
                file.write(f"\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    {line}\n")
        search = os.pathsep.join([str(tmp_path / "lib"), str(tmp_path / "autograder")])
        done = subprocess.run(
            [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"],
            cwd=tmp_path / settings,
            env=os.environ | {"PYTHONPATH": search},
            capture_output=True,
            text=True,
            check=False,
        )

        assert (1, True) == (done.returncode, "BROKEN" in done.stdout)
