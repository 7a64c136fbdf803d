"""Parts of the library by dotted names, such as `nn.mlp`: what a unit assesses, what an edition leaves out.

What you can do with this file:

- tell whether a module lies in one of some parts: `lies_in`;
- tell whether a cell's code uses a part: `uses_part`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chainrule.aliases import MOVED

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["lies_in", "uses_part"]


def lies_in(module: str, parts: Iterable[str]) -> bool:
    """
    Tell whether a module is one of some parts of the library, or lies below one.

    Parameters
    ----------
    module : str
        A module's name without "chainrule.", such as "nn.layers.affine".
    parts : iterable of str
        Names of modules and packages in the same form.

    Returns
    -------
    bool
        Whether some part is the module or a package around it.

    Examples
    --------
    >>> lies_in("nn.layers.affine", ["nn.layers"]), lies_in("nn.mlp", ["nn.m"])
    (True, False)
    """
    return any(module == part or module.startswith(f"{part}.") for part in parts)


def uses_part(code: str, part: str) -> bool:
    """
    Tell whether code names a part of the library, by its name of today or by its old one in the root.

    Parameters
    ----------
    code : str
        The text of a cell.
    part : str
        A part, such as "nn.mlp".

    Returns
    -------
    bool
        Whether an import or a dotted name reaches for it.

    Examples
    --------
    >>> uses_part("from chainrule.nn import layers, mlp", "nn.mlp"), uses_part("import chainrule.nn.mlps", "nn.mlp")
    (True, False)
    """
    names = (f"chainrule.{name}" for name in (part, *(old for old, new in MOVED.items() if new == part)))
    return any(_names(code, *name.rsplit(".", maxsplit=1)) for name in names)


def _names(code: str, package: str, module: str) -> bool:
    home = re.escape(package)
    return re.search(rf"\b{home}\.{module}\b|from {home} import .*\b{module}\b", code) is not None
