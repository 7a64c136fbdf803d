"""Names that modules had before they moved into rooms: `from chainrule import layers` goes on working.

What you can do with this file:

- see where a module went: `MOVED`;
- let Python find modules under their old names: `install`, which the root calls once.

Cells that students added use these names. No warning is given: under nbgrader, text on stderr costs points.
The old names came with version 0.1 and go with version 2.
"""

from __future__ import annotations

import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

__all__ = ["MOVED", "install"]

MOVED = {
    **{
        name: f"nn.{name}"
        for name in (
            *("activations", "approximation", "augmentation", "batches", "collapse", "dense", "descent"),
            *("graph", "initializers", "layers", "likelihood", "linear_models", "losses", "metrics", "mlp"),
            *("multilayer", "network", "optimizers", "perceptron", "preprocessing", "regularization", "splits"),
            *("steps", "training", "tuning"),
        )
    },
    **{name: f"capstone.{name}" for name in ("packing", "shifting", "sizing", "timing")},
    **{name: f"desk.{name}" for name in ("checks", "keyring", "standing")},
    "derivatives": "nn.numeric",
    "gradcheck": "nn.numeric",
    "intermediates": "checking.telling.intermediates",
}
"""From the name of a module below `chainrule` to the one that it has now."""

ROOT = "chainrule."


def install() -> None:
    """
    Let imports find modules under their old names, too.

    Examples
    --------
    >>> install()
    >>> from chainrule import activations
    >>> activations.__name__
    'chainrule.nn.activations'
    """
    if _OLD_NAMES not in sys.meta_path:
        sys.meta_path.append(_OLD_NAMES)  # last: a module of that name comes first


class _OldNames(MetaPathFinder):
    """Finds what lies at an old name, or below it, at the new one."""

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: object = None) -> ModuleSpec | None:
        old, dot, below = name.removeprefix(ROOT).partition(".")
        if not name.startswith(ROOT) or old not in MOVED:
            return None
        new = f"{ROOT}{MOVED[old]}{dot}{below}"
        # A student edition lacks what its unit assesses: then the old name is no module either.
        return ModuleSpec(name, _Elsewhere(new)) if find_spec(new) is not None else None


class _Elsewhere(Loader):
    """Puts the module itself in the place of its old name, so that there is one of it."""

    def __init__(self, new: str) -> None:
        self.new = new

    def create_module(self, _spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        sys.modules[module.__name__] = importlib.import_module(self.new)


_OLD_NAMES = _OldNames()
