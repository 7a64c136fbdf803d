"""THREATS.md speaks of the cases that are there, and of all of them."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
CASES = {it.name for it in (HERE / "attacks").iterdir() if it.is_dir()}
TEXT = (HERE.parents[1] / "autograder" / "THREATS.md").read_text(encoding="utf-8")


def test_every_case_is_named():
    named = set(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", TEXT))

    assert set() == CASES - named


def test_every_name_in_a_table_is_a_case():
    rows = [line.split("|")[-2] for line in TEXT.splitlines() if line.startswith("|")]
    named = {it.strip() for row in rows[2:] for it in re.sub(r"`[^`]*`|\([^)]*\)", "", row).split(",")}
    words = {it for row in named for it in re.split(r"[;,]", row)}

    assert set() == {it.strip() for it in words if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", it.strip())} - CASES
