"""What numpydoc's lint, a part of `make lint`, does not ask: examples for students, and module docstrings that list."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import chainrule
import proctor

# Students call these, so each of their public functions has an example, run as a doctest.
WITH_EXAMPLES = ("chainrule.nn", "chainrule.capstone", "chainrule.data", "chainrule.experiments", "chainrule.backend")


def module_names():
    """Every module and package of both libraries."""
    for package in (chainrule, proctor):
        yield package.__name__
        yield from (info.name for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."))


MODULES = {name: importlib.import_module(name) for name in module_names()}


def public_functions(module):
    """The functions that a module defines and offers."""
    offered = [getattr(module, name) for name in getattr(module, "__all__", [])]
    return [it for it in offered if inspect.isfunction(it) and it.__module__ == module.__name__]


def without_example(module):
    """Its public functions that show none."""
    return [it.__name__ for it in public_functions(module) if "Examples" not in (inspect.getdoc(it) or "")]


def unlisted(module):
    """Its public functions that its docstring does not name, or the head of the list where that is missing."""
    text = module.__doc__ or ""
    names = [it.__name__ for it in public_functions(module)]
    head = ["What you can do with this file:"] if names and "What you can do with this file:" not in text else []
    return head + [name for name in names if f"`{name}`" not in text]


def test_what_students_call_has_an_example():
    asked = {name: module for name, module in MODULES.items() if name.startswith(WITH_EXAMPLES)}

    assert len(asked) > 50
    assert {name: found for name, module in asked.items() if (found := without_example(module))} == {}


def test_a_module_says_what_it_is():
    """In one line that ends with a full stop or leads on."""
    first = {name: (module.__doc__ or "").partition("\n")[0] for name, module in MODULES.items()}

    assert [name for name, line in first.items() if not line.endswith((".", "?"))] == []


def test_a_module_lists_what_you_can_do_with_it():
    """And names each of its public functions there."""
    assert {name: found for name, module in MODULES.items() if (found := unlisted(module))} == {}


class TestTheRulesBite:
    """A planted module is refused."""

    def planted(self, docstring, function_docstring):
        module = type(inspect)("planted", docstring)

        def add_one(x):
            return x + 1

        add_one.__module__, add_one.__doc__ = "planted", function_docstring
        module.add_one, module.__all__ = add_one, ["add_one"]
        return module

    def test_a_missing_example_is_found(self):
        assert without_example(self.planted("Doc.", "Add one.")) == ["add_one"]

    def test_a_missing_list_is_found(self):
        assert unlisted(self.planted("Doc.", "")) == ["What you can do with this file:", "add_one"]

    def test_a_listed_function_passes(self):
        text = "Doc.\n\nWhat you can do with this file:\n\n- add: `add_one`."

        assert unlisted(self.planted(text, "")) == []
