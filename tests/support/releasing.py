"""The program behind `make release` for tests; it lies in a folder that nobody imports from.

What you can do with this file:

- call its functions: `release`;
- write texts as files, or as the files of a zip: `write`, `pack`.
"""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / ".ci" / "release.py"


def load():
    """The program as a module."""
    spec = importlib.util.spec_from_file_location("release", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


release = load()


def write(folder, files):
    """Write texts into a folder, by their names."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def pack(file, files):
    """Write a zip of texts, by their names."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return file
