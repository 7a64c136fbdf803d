"""Parts of the library by dotted names, such as `nn.mlp`: what a unit assesses, what an edition leaves out.

What you can do with this file:

- tell whether a module lies in one of some parts: `lies_in`;
- tell whether a cell's code uses a part: `uses_part`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    parent, _, leaf = part.rpartition(".")
    homes = {"chainrule", f"chainrule.{parent}"} if parent else {"chainrule"}
    ways = [rf"\b{re.escape(home)}\.{leaf}\b|from {re.escape(home)} import .*\b{leaf}\b" for home in homes]
    return re.search("|".join(ways), code) is not None
