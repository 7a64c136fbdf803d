"""tests/RESULTS.json: what the long proofs showed for each unit, and for which state of it.

What you can do with this file:

- describe the state of a unit: `digest`;
- read and write the recorded results: `read`, `write`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "tests" / "RESULTS.json"

collected: dict[str, dict[str, object]] = {}


def units() -> list[dict]:
    """The units of course.toml, as tables."""
    return tomllib.loads((ROOT / "course" / "course.toml").read_text(encoding="utf-8"))["unit"]


def digest(unit: str) -> str:
    """A hash of everything that a unit's proofs speak of: its text, exercises and library modules."""
    table = next(table for table in units() if table["name"] == unit)
    places = [ROOT / "course" / "units" / f"{unit}.py", ROOT / "lib" / "chainrule" / "exercises" / f"u{unit}"]
    places += [ROOT / "lib" / "chainrule" / module for module in table["modules"]]
    files = sorted(file for place in places for file in _sources(place))
    state = hashlib.sha256()
    for file in files:
        state.update(str(file.relative_to(ROOT)).encode())
        state.update(file.read_bytes())
    return state.hexdigest()


def read() -> dict[str, dict]:
    """The recorded results, by unit."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def write(proofs: dict[str, dict[str, object]]) -> None:
    """Record proofs with commit and date; units without new proofs keep what they have."""
    git = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    recorded = read()
    for unit, facts in proofs.items():
        recorded[unit] = {"commit": commit, "date": now, "digest": digest(unit), **dict(sorted(facts.items()))}
    RESULTS.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _sources(place: Path) -> list[Path]:
    module = place.with_suffix(".py")
    if place.is_dir():
        return list(place.rglob("*.py"))
    return [file for file in {place, module} if file.is_file()]
