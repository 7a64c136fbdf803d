"""What lies beside a notebook that is handed in: by accident, or on purpose.

What you can do with this file:

- put it there: `edition_and_module`, `repository`, `long_path`, `folder_for_file`; leave the work in a copy: `copied`.
"""

from __future__ import annotations

import shutil

NOTEBOOK = "hw1.ipynb"


def edition_and_module(desk):
    (desk / "chainrule").mkdir()
    (desk / "chainrule" / "__init__.py").write_text("forged = True\n", encoding="utf-8")
    (desk / "colorsys.py").write_text('WHOSE = "mine"\n', encoding="utf-8")


def repository(desk):
    """What honest people have beside their work."""
    (desk / ".git" / "objects").mkdir(parents=True)
    for number in range(2_100):
        (desk / ".git" / "objects" / str(number)).touch()
    (desk / "my env").mkdir()
    (desk / "my env" / "pyvenv.cfg").touch()
    (desk / "data").symlink_to("/etc")


def copied(desk, course):
    """Jupyter's "Duplicate", and then the work in the duplicate."""
    (desk / NOTEBOOK).rename(desk / "hw1-Copy1.ipynb")
    shutil.copy(course / "release" / "hw1" / NOTEBOOK, desk)


def long_path(desk):
    place = desk / "/".join(["d" * 200] * 6)
    place.mkdir(parents=True)
    (place / "x.txt").write_text("mine", encoding="utf-8")


def folder_for_file(desk):
    (desk / "samples.csv").unlink(missing_ok=True)
    (desk / "samples.csv").mkdir()
    (desk / "samples.csv" / "x").write_text("1", encoding="utf-8")
