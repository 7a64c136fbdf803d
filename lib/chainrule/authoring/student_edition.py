"""The package that students hold: everything but the answers.

What you can do with this file:

- write the student edition of a unit: `write_edition`;
- ask what every edition holds and what none does: `ALWAYS_INSIDE`, `NEVER_INSIDE`.

Functions that this unit or a later one assesses, the exercises and the tools of authors are left out; an
answer key with data takes their place.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from chainrule.checking.keyfile import pack
from chainrule.exercises import of_unit, questions_of
from chainrule.keyring import KEY_FILE, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ALWAYS_INSIDE", "NEVER_INSIDE", "write_edition"]

ALWAYS_INSIDE = (
    *(
        "backend",
        "checking",
        "checks",
        "data",
        "doctor",
        "experiments",
        "intermediates",
        "keyring",
        "lab",
        "metrics",
        "plotting",
        "shell",
        "standing",
    ),
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
        Names of the library modules that this unit and the later ones assess.
    """
    home = Path(__file__).resolve().parents[1]
    left_out = {*NEVER_INSIDE, *assessed}
    target = folder / "chainrule"
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    for source in sorted(home.rglob("*")):
        inside = source.relative_to(home)
        part = inside.parts[0].removesuffix(".py")  # a module or a package
        if source.is_file() and source.suffix in KINDS and part not in left_out:
            (target / inside).parent.mkdir(parents=True, exist_ok=True)
            (target / inside).write_bytes(source.read_bytes())
    keys = [key_of(declared) for declared in (*of_unit(unit), *questions_of(unit))]
    (target / KEY_FILE).write_bytes(pack(keys))
