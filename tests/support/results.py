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


def places(unit: str) -> list[Path]:
    """The files and folders that a unit's proofs speak of."""
    table = next(table for table in units() if table["name"] == unit)
    found = [ROOT / "course" / "units" / f"{unit}.py", ROOT / "lib" / "chainrule" / "exercises" / f"u{unit}"]
    return found + [ROOT / "lib" / "chainrule" / module for module in table["modules"]]


def digest(unit: str) -> str:
    """A hash of everything that a unit's proofs speak of: its text, exercises and library modules."""
    files = sorted(file for place in places(unit) for file in sources(place))
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
        state = digest(unit)
        earlier = recorded.get(unit, {})
        kept = earlier if earlier.get("digest") == state else {}  # what was proved of another state is void
        recorded[unit] = {**kept, **facts, "commit": commit, "date": now, "digest": state}
    RESULTS.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def sources(place: Path) -> list[Path]:
    """The Python files of a module or package."""
    module = place.with_suffix(".py")
    if place.is_dir():
        return list(place.rglob("*.py"))
    return [file for file in {place, module} if file.is_file()]
