"""The package that students hold: everything but the answers.

What you can do with this file:

- write the student edition of a unit: `write_edition`;
- ask what every edition holds and what none does: `ALWAYS_INSIDE`, `NEVER_INSIDE`.

Functions that this unit or a later one assesses, the exercises and the tools of authors are left out; an
answer key with data takes their place. A package of which a part is left out re-exports only what is there.
"""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from chainrule.authoring.building.parts import lies_in
from chainrule.checking.keys.keyfile import pack
from chainrule.desk.keyring import KEY_FILE, VISIBLE_SEED
from chainrule.exercises import of_unit, questions_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["ALWAYS_INSIDE", "NEVER_INSIDE", "write_edition"]

ALWAYS_INSIDE = (
    "aliases",
    "backend",
    "checking",
    "data",
    "desk",
    "doctor",
    "experiments",
    "lab",
    "nn.metrics",
    "plotting",
    "shell",
)
NEVER_INSIDE = ("exercises", "authoring", "cli")
KINDS = (".py", ".mplstyle", ".json")


def write_edition(unit: str, folder: Path, *, assessed: Iterable[str]) -> None:
    """
    Write the student edition of a unit into `folder / "chainrule"`.

    Parameters
    ----------
    unit : str
        The unit's name.
    folder : pathlib.Path
        The release folder of the unit; an older edition there is replaced.
    assessed : iterable of str
        Parts of the library, such as "nn.mlp", that this unit and the later ones assess.
    """
    home = Path(__file__).resolve().parents[2]
    left_out = {*NEVER_INSIDE, *assessed}
    target = folder / "chainrule"
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    for source in sorted(home.rglob("*")):
        inside = source.relative_to(home)
        module = ".".join(inside.with_suffix("").parts)
        if source.is_file() and source.suffix in KINDS and not lies_in(module, left_out):
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            content = source.read_bytes()
            (target / inside).write_bytes(_reduced(content, left_out) if source.name == "__init__.py" else content)
    keys = [declared.key(VISIBLE_SEED) for declared in (*of_unit(unit), *questions_of(unit))]
    (target / KEY_FILE).write_bytes(pack(keys))


def _reduced(init: bytes, left_out: Collection[str]) -> bytes:
    """An `__init__.py` that re-exports only what is there; where nothing is left out, as it stands."""
    tree = ast.parse(init)
    gone = [
        node
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and lies_in(str(node.module).removeprefix("chainrule."), left_out)
    ]
    if not gone:
        return init
    names = {alias.asname or alias.name for node in gone for alias in node.names}
    tree.body = [node for node in tree.body if node not in gone]
    for listed in (node.value for node in tree.body if isinstance(node, ast.Assign)):
        if isinstance(listed, ast.List):
            listed.elts = [it for it in listed.elts if ast.literal_eval(it) not in names]
    return (ast.unparse(tree) + "\n").encode()
