"""tests/RESULTS.json: what the long proofs showed for each unit, each fact with the state that it was shown for.

What you can do with this file:

- describe the state of a unit, of the engine that judges it, and of the grader: `unit_digest`, `engine_digest`,
  `grader_digest`, all of them: `states`;
- read and write the recorded facts: `read`, `write`;
- ask which kinds a unit must have, and how old each is: `required`, `ages`;
- print that, and fail where a fact is missing or older than what it speaks of: `python -m support.results` in `tests`.

A fact is renewed by its own proof alone: a run of other proofs, or of the same ones on other units, leaves it as it is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "lib" / "chainrule"
RESULTS = ROOT / "tests" / "RESULTS.json"
# What each unit must have been proved for: right answers and named mistakes on many inputs, undeclared mistakes that
# are caught, the scores of a whole class. Units that measure have a fourth.
KINDS = ("seeds", "mutants", "classes")
MEASURED = "measurements"
# What no proof runs: set-up, the command line, the names of before.
BESIDE = ("doctor", "lab.py", "cli.py", "aliases.py")
# A class is graded by proctor, so its scores speak of proctor too; what only shows grades is beside that.
CLASSES = "classes"
GRADER = ROOT / "autograder" / "proctor"
BESIDE_GRADER = ("pages", "exports", "commands")


@dataclass(frozen=True)
class Age:
    """How old a recorded fact is; `state` says what it is older than, or "missing"."""

    unit: str
    kind: str
    date: str
    commit: str
    state: str


def units() -> list[dict]:
    """The units of course.toml, as tables; none where there is no course, as in a suite under test."""
    file = ROOT / "course" / "course.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))["unit"] if file.is_file() else []


def places(unit: str) -> list[Path]:
    """What belongs to a unit alone: text, built notebook, exercises, what its keys name, what it assesses."""
    table = next(table for table in units() if table["name"] == unit)
    found = [
        ROOT / "course" / "units" / f"{unit}.py",
        ROOT / "source" / unit / f"{unit}.ipynb",
        LIBRARY / "exercises" / f"u{unit}",
    ]
    found += sorted((LIBRARY / "checking" / "catalog").glob(f"u{unit[:2]}_*.py"))
    return found + [LIBRARY / part.replace(".", "/") for part in table["modules"]]


def unit_digest(unit: str) -> str:
    """A hash of everything that belongs to a unit."""
    return _digest(places(unit))


def engine_digest() -> str:
    """A hash of all that the units share: the library but for files of single units and what no proof runs."""
    own = {file for table in units() for place in places(table["name"]) for file in sources(place)}
    return _digest([LIBRARY], without=own | {file for part in BESIDE for file in sources(LIBRARY / part)})


def grader_digest() -> str:
    """A hash of what gives a class its scores."""
    return _digest([GRADER], without={file for part in BESIDE_GRADER for file in sources(GRADER / part)})


def states() -> dict[str, dict[str, str]]:
    """The digests of every unit, as a fact about it carries them."""
    shared = {"engine": engine_digest(), "grader": grader_digest()}
    return {table["name"]: {"unit": unit_digest(table["name"]), **shared} for table in units()}


def required(unit: str) -> tuple[str, ...]:
    """The kinds of facts that a unit must have."""
    from chainrule.checking.declaring.measurement import Measurement
    from chainrule.exercises import questions_of

    measures = any(isinstance(question, Measurement) for question in questions_of(unit))
    return (*KINDS, MEASURED) if measures else KINDS


def read() -> dict[str, dict[str, dict]]:
    """The recorded facts, by unit and kind."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def write(proofs: dict[str, dict[str, dict]]) -> None:
    """Record facts by unit and kind, each with its own commit and date; all others stay as they are."""
    git = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    date = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    recorded = read()
    for unit, facts in proofs.items():
        for kind, fact in facts.items():
            recorded.setdefault(unit, {})[kind] = {**fact, "commit": commit, "date": date}
    RESULTS.write_text(json.dumps(recorded, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def ages() -> list[Age]:
    """Every fact that is required, and what has changed since it was recorded."""
    recorded, found = read(), []
    for unit, now in states().items():
        for kind in required(unit):
            fact = recorded.get(unit, {}).get(kind)
            if fact is None:
                found.append(Age(unit, kind, "", "", "missing"))
                continue
            told = [part for part in now if kind == CLASSES or part != "grader"]
            older = [part for part in told if fact.get("of", {}).get(part) != now[part]]
            state = f"older than the {' and the '.join(older)}" if older else "as it is"
            found.append(Age(unit, kind, fact["date"][:10], fact["commit"][:9], state))
    return found


def lines() -> list[str]:
    """The ages as a table to print."""
    return [f"{age.unit:20} {age.kind:13} {age.date:10} {age.commit:9} {age.state}" for age in ages()]


def sources(place: Path) -> list[Path]:
    """The Python files and notebooks of a module, package or folder."""
    if place.is_dir():
        return sorted(it for it in place.rglob("*") if it.suffix in (".py", ".ipynb", ".csv", ".json"))
    return [file for file in {place, place.with_suffix(".py")} if file.is_file()]


def _digest(found: list[Path], without: frozenset[Path] | set[Path] = frozenset()) -> str:
    state = hashlib.sha256()
    for file in sorted({file for place in found for file in sources(place)} - without):
        state.update(str(file.relative_to(ROOT)).encode())
        state.update(file.read_bytes())
    return state.hexdigest()


if __name__ == "__main__":
    print(*lines(), sep="\n")
    raise SystemExit(any(age.state != "as it is" for age in ages()))
