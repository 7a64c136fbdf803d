"""The docstrings of the public functions say what the code does, and say it in one order."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import sys
import warnings

import pytest
from numpydoc.validate import ERROR_MSGS, validate

import chainrule
import proctor

NOT_ASKED = {
    "ES01": "one line often says all; a formula follows where there is one",
    "SA01": "the module docstring names the neighbours",
    "PR06": "'integer' is a word of English here",
    "PR08": "descriptions may start with a symbol such as dL/da",
    "RT04": "descriptions may start with a symbol or a dtype",
    "EX01": "asked below, where an example helps a student",
}
ASKED = set(ERROR_MSGS) - set(NOT_ASKED)
UNDOCUMENTED = ("chainrule.authoring", "chainrule.cli", "chainrule.exercises.", "chainrule.shell", "proctor")
DOCUMENTED_TOO = ("chainrule.exercises.registry",)
WITHOUT_EXAMPLES = (
    "chainrule.desk.checks",
    "chainrule.checking",
    "chainrule.doctor",
    "chainrule.exercises",
    "chainrule.desk.keyring",
    "chainrule.plotting",
)


def module_names():
    """Every module and package of both libraries."""
    for package in (chainrule, proctor):
        yield package.__name__
        yield from (it.name for it in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))


def public_functions(module):
    """The functions that a module defines and offers."""
    offered = [getattr(module, name) for name in getattr(module, "__all__", [])]
    return [it.__name__ for it in offered if inspect.isfunction(it) and it.__module__ == module.__name__]


MODULES = {name: importlib.import_module(name) for name in module_names()}
FUNCTIONS = [
    f"{name}.{function}"
    for name, module in MODULES.items()
    if not name.startswith(UNDOCUMENTED) or name.startswith(DOCUMENTED_TOO)
    for function in public_functions(module)
]


def faults(function: str, asked: set[str] = ASKED) -> list[str]:
    """What numpydoc finds wrong with a docstring, among the codes that are asked for."""
    with warnings.catch_warnings(record=True) as said:  # numpydoc warns of what it cannot read
        warnings.simplefilter("always")
        errors = validate(function)["errors"]
    found = [f"{code}: {message}" for code, message in errors if code in asked]
    return found + [str(warning.message) for warning in said]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_public_function_is_documented(function):
    """Summary, parameters, returns, known sections in their order."""
    assert faults(function) == []


@pytest.mark.parametrize("function", [it for it in FUNCTIONS if not it.startswith(WITHOUT_EXAMPLES)])
def test_what_students_call_has_an_example(function):
    """Run as a doctest."""
    assert faults(function, {"EX01"}) == []


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_is(name):
    """In one line that ends with a full stop or leads on."""
    first = (MODULES[name].__doc__ or "").partition("\n")[0]

    assert first.endswith((".", "?"))


@pytest.mark.parametrize("name", [name for name, module in MODULES.items() if public_functions(module)])
def test_a_module_with_functions_lists_what_you_can_do_with_it(name):
    """And names each of its public functions there."""
    text = MODULES[name].__doc__ or ""
    unnamed = [it for it in public_functions(MODULES[name]) if f"`{it}`" not in text]

    assert ("What you can do with this file:" in text, unnamed) == (True, [])


def test_the_walk_finds_the_functions():
    """An empty list would pass every rule above."""
    expected = {
        "chainrule.nn.activations.rectifiers.relu",
        "chainrule.backend.use",
        "chainrule.checking.judging.judge.judge",
        "chainrule.desk.checks.check",
        "chainrule.data.digits.load_digits",
        "chainrule.exercises.registry.find",
        "chainrule.experiments.train",
    }

    assert expected - set(FUNCTIONS) == set()


def test_what_is_not_asked_is_a_code_of_numpydoc():
    """A code that is gone leaves the table."""
    assert set(NOT_ASKED) - set(ERROR_MSGS) == set()


HEAD = '"""\n    Add one.\n\n'
PARAMETERS = "    Parameters\n    ----------\n    x : float\n        A number.\n\n"
RETURNS = "    Returns\n    -------\n    float\n        The next one.\n"
UNKNOWN = "\n    Hints\n    -----\n    Count.\n"
TAIL = '    """'


class TestTheRulesBite:
    """Each fault in a docstring is found by its code."""

    @pytest.fixture
    def faults_of(self, tmp_path, monkeypatch):
        """Writes a module with one function and examines its docstring."""

        def examine(docstring):
            (tmp_path / "planted.py").write_text(f"def add_one(x):\n    {docstring}\n    return x + 1\n")
            monkeypatch.syspath_prepend(tmp_path)
            monkeypatch.delitem(sys.modules, "planted", raising=False)
            importlib.invalidate_caches()
            return [it[:4] for it in faults("planted.add_one")]

        return examine

    def test_a_right_docstring_passes(self, faults_of):
        """Summary, parameters, returns."""
        assert faults_of(HEAD + PARAMETERS + RETURNS + TAIL) == []

    @pytest.mark.parametrize(
        ("code", "docstring"),
        [
            pytest.param("GL08", "", id="no docstring"),
            pytest.param("SS03", '"""\n    Add one\n\n' + PARAMETERS + RETURNS + TAIL, id="no full stop"),
            pytest.param("PR01", HEAD + RETURNS + TAIL, id="parameter missing"),
            pytest.param("PR02", HEAD + PARAMETERS.replace("x :", "y :") + RETURNS + TAIL, id="parameter unknown"),
            pytest.param("RT01", HEAD + PARAMETERS + TAIL, id="returns missing"),
            pytest.param("GL07", HEAD + RETURNS + "\n" + PARAMETERS + TAIL, id="order of sections"),
            pytest.param("GL06", HEAD + PARAMETERS + RETURNS + UNKNOWN + TAIL, id="unknown section"),
        ],
    )
    def test_a_fault_is_found(self, code, docstring, faults_of):
        """By the code that numpydoc gives it."""
        assert code in faults_of(docstring)

    def test_a_planted_function_parses(self):
        """The examples above are Python."""
        assert len(ast.parse(f"def add_one(x):\n    {HEAD + PARAMETERS + RETURNS + UNKNOWN + TAIL}").body) == 1
