"""Write down which names and keywords CuPy has.

Run: python tests/support/record_surface.py, in an environment with CuPy; a GPU or a driver is not needed.
Writes lib/chainrule/stand_in/surface.json, which tells the stand-in for CuPy what to refuse.
"""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path

SURFACE = Path(__file__).parents[2] / "lib" / "chainrule" / "stand_in" / "surface.json"
MODULES = ("", "linalg", "random", "fft")


def keywords(thing):
    """The names of its parameters, in order; None where they cannot be known or anything is taken."""
    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return None
    if any(it.kind in (it.VAR_KEYWORD, it.VAR_POSITIONAL) for it in parameters):
        return None
    return [it.name for it in parameters]


def names_of(thing):
    """Public names, each with its keywords where it is a function."""
    public = [name for name in dir(thing) if not name.startswith("_")]
    found = {name: getattr(thing, name) for name in public}
    return {name: keywords(value) if callable(value) else None for name, value in found.items()}


def surface():
    """All that is recorded."""
    cupy = importlib.import_module("cupy")
    modules = {name: importlib.import_module(f"cupy.{name}") if name else cupy for name in MODULES}
    ufuncs = [name for name in dir(cupy) if isinstance(getattr(cupy, name), cupy.ufunc)]
    return {
        "cupy": cupy.__version__,
        "numpy": importlib.import_module("numpy").__version__,
        "modules": {name: names_of(module) for name, module in modules.items()},
        "ufuncs": ufuncs,
        "array": sorted(name for name in dir(cupy.ndarray) if name != "__dict__"),
        "array_keywords": names_of(cupy.ndarray),
        "generator": sorted(name for name in dir(cupy.random.Generator) if not name.startswith("_")),
    }


if __name__ == "__main__":
    SURFACE.write_text(json.dumps(surface(), indent=0, sort_keys=True) + "\n", encoding="utf-8")
    print(SURFACE)
