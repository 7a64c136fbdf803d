"""Where installed packages lie in a sandbox.

What you can do with this file:

- lay them out: `laid_out`, which returns what is mounted where, as a `Layout`.

To mount 400 packages one by one takes bubblewrap a second, since it reads the list of all mounts at each. So a folder
of which nearly all is seen is mounted whole, and the rest of it is covered.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["MORE", "WHOLE", "Layout", "laid_out"]

WHOLE, MORE = "/packages", "/more"
FEW = 20
INFO = ".dist-info"
NOTHING = Path("/dev/null")


@dataclass
class Layout:
    """What is shown where, and which folders in it appear empty."""

    shown: dict[str, Path] = field(default_factory=dict)
    covered: list[str] = field(default_factory=list)


def laid_out(paths: Mapping[str, Path], without: Collection[str] = ()) -> Layout:
    """
    Lay packages out.

    Parameters
    ----------
    paths : mapping of str to pathlib.Path
        Files and folders by their names, as `visible.package_paths` has them.
    without : collection of str
        Names that something else takes the place of.

    Returns
    -------
    Layout
        Below the folders `WHOLE` and `MORE`.
    """
    seen = {name: path for name, path in paths.items() if name not in without}
    folders = Counter(path.parent for name, path in seen.items() if path.name == name)
    largest = max(folders, key=folders.__getitem__, default=None)
    rest = sorted(it.name for it in largest.iterdir() if it.name not in seen) if largest is not None else []
    if largest is None or len(rest) > FEW:
        return Layout({f"{WHOLE}/{name}": path for name, path in seen.items()})
    found = Layout({WHOLE: largest})
    # An empty folder of this kind would be a package without a name, over which whoever lists packages would stumble.
    stand_in = next((path for name, path in sorted(seen.items()) if name.endswith(INFO)), None)
    for name in rest:
        if name.endswith(INFO) and stand_in is not None:
            found.shown[f"{WHOLE}/{name}"] = stand_in
        elif (largest / name).is_dir():
            found.covered.append(f"{WHOLE}/{name}")
        else:
            found.shown[f"{WHOLE}/{name}"] = NOTHING
    found.shown |= {f"{MORE}/{name}": path for name, path in seen.items() if path.parent != largest}
    return found
