"""This repository, installed as its users install it: not editable, in a virtual environment of its own.

What you can do with this file:

- install it: `install`, which gives the Python of the environment;
- find a Python that another user can run: `python_for_others`.

All other packages come from the environment that runs the tests, through a .pth file, so that nothing is downloaded.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import stat
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DISTRIBUTIONS = {
    "chainrule-course": ROOT / "lib" / "chainrule",
    "proctor-nbgrader": ROOT / "autograder" / "proctor",
}


def install(folder, python=sys.executable):
    """
    Install a snapshot of the working tree into a new environment.

    The files are those of a wheel, with the list of files by which `importlib.metadata` knows what belongs to whom.
    """
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True, capture_output=True)
    (target,) = Path(folder).glob("lib/python3*/site-packages")
    for distribution, path in DISTRIBUTIONS.items():
        if not _is_installed(distribution):  # proctor alone
            continue
        package = target / path.name
        shutil.copytree(path, package, ignore=shutil.ignore_patterns("__pycache__"))
        about = importlib.metadata.distribution(distribution)
        info = target / f"{distribution.replace('-', '_')}-{about.version}.dist-info"
        info.mkdir()
        for name in ("METADATA", "entry_points.txt"):
            (info / name).write_text(about.read_text(name) or "", encoding="utf-8")
        inside = [file for folder in (package, info) for file in folder.rglob("*") if file.is_file()]
        names = [*(file.relative_to(target).as_posix() for file in inside), f"{info.name}/RECORD"]
        (info / "RECORD").write_text("".join(f"{name},,\n" for name in names), encoding="utf-8")
    (target / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return Path(folder) / "bin" / "python"


def python_for_others():
    """A Python of this version that every user can run, with packages that every user can read; None without one."""
    if not _is_open(Path(sysconfig.get_path("purelib"))):
        return None
    own = Path(sys.executable).resolve()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = [path for path in (own, Path("/usr/bin", version), Path("/usr/local/bin", version)) if path.exists()]
    return next((str(path) for path in found if _is_open(path.resolve()) and _is_open(Path(os.fspath(path)))), None)


def _is_installed(distribution):
    try:
        importlib.metadata.distribution(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _is_open(path):
    """Whether everybody can go there and read it."""
    folders = all(it.stat().st_mode & stat.S_IXOTH for it in path.resolve().parents)
    return folders and bool(path.stat().st_mode & stat.S_IROTH)
