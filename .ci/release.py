"""Make a release: see that all is ready, then fill dist/. `make release` runs this file.

1. No long proof is missing or older than its unit or the engine; `--unproved` leaves this out.
2. All versions are the same, and CHANGELOG.md has a section for them with a date; `--draft` only warns.
3. `chainrule build` builds the units.
4. Each distribution is packed as a source archive, and as a wheel made from that archive.
5. The student release of each unit becomes a zip, the same bytes every time.
6. A look into each file: nothing is inside that must not get out.

All is written to dist.part/, which takes the place of dist/ at the end. A refusal leaves dist/ as it was.
Of this file's own it needs the standard library only; the tools that it starts are those of the `dev` extra.
"""
# ruff: noqa: INP001, S603, T201 - a program that starts others and talks to a terminal

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = {"chainrule": ".", "proctor": "autograder"}
PROVED = "as it is"
NO_STUDENT = ("exercises", "authoring", "cli")
SECRET_MARKS = ("### BEGIN SOLUTION", "BEGIN HIDDEN TESTS")
NOT_IN_WHEELS = {"tests", "units", "source"}
LITTER = {"__pycache__", ".ipynb_checkpoints", "var", "roster.csv"}
# The earliest time that a zip can tell; with it, the same files give the same bytes.
TIMESTAMP = (1980, 1, 1, 0, 0, 0)


class RefusedError(Exception):
    """Why there is no release, in one sentence."""


def main(arguments: list[str] | None = None) -> int:
    """Read the options and make the release; the exit code is 1 where it is refused."""
    parser = argparse.ArgumentParser(prog="make release", description="Fill dist/ with wheels and student releases.")
    parser.add_argument("--unproved", action="store_true", help="do not look at the long proofs")
    parser.add_argument("--draft", action="store_true", help="only warn about versions and changelog")
    options = parser.parse_args(arguments)
    try:
        tell("Proofs: not looked at (--unproved)." if options.unproved else look_at_proofs(ROOT))
        tell(look_at_versions(ROOT, draft=options.draft))
        for line in fill(ROOT):
            tell(line)
    except RefusedError as reason:
        print(f"No release: {reason}", file=sys.stderr)
        return 1
    return 0


def tell(line: str) -> None:
    """Say what was done, at once."""
    print(line, flush=True)


def look_at_proofs(root: Path) -> str:
    """Ask the record of long proofs; refuse where one is missing or too old."""
    done = start(root, sys.executable, "-m", "support.results", folder=root / "tests")
    ages = done.stdout.splitlines()
    if done.returncode == 0 and ages:
        return f"Proofs: {len(ages)} long proofs, none older than its unit or the engine."
    raise RefusedError(sentence_about_proofs(ages) or f"the long proofs could not be read, {last_line(done)}")


def sentence_about_proofs(ages: list[str]) -> str:
    """Tell how many long proofs are no proof of today's state, and name the first; empty where all are."""
    stale = [" ".join(age.split()) for age in ages if not age.endswith(PROVED)]
    if not stale:
        return ""
    return (
        f"{len(stale)} of {len(ages)} long proofs are missing or older than their unit or the engine, the first: "
        f"{stale[0]}; run make test-full, or leave this out with --unproved."
    )


def look_at_versions(root: Path, *, draft: bool) -> str:
    """Compare the places that tell the version; refuse, or in a draft warn, where they do not fit."""
    found = versions(root)
    faults = faults_of_versions(found, (root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if faults and not draft:
        raise RefusedError(f"{'; '.join(faults)}; --draft makes this a warning.")
    return f"Version: {found['pyproject.toml']}." if not faults else f"Warning (--draft): {'; '.join(faults)}."


def versions(root: Path) -> dict[str, str]:
    """The version that each file tells, or "none"."""
    found = {}
    for file in ("pyproject.toml", "autograder/pyproject.toml"):
        found[file] = tomllib.loads((root / file).read_text(encoding="utf-8"))["project"]["version"]
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    told = re.search(r"^version: *[\"']?([^\s\"']+)", citation, re.MULTILINE)
    return found | {"CITATION.cff": told[1] if told else "none"}


def faults_of_versions(found: dict[str, str], changelog: str) -> list[str]:
    """What is wrong with the versions, each in a clause."""
    faults = []
    if len(set(found.values())) > 1:
        faults.append("versions differ: " + ", ".join(f"{version} in {file}" for file, version in found.items()))
    version = found["pyproject.toml"]
    if not is_dated(changelog, version):
        faults.append(f'CHANGELOG.md has no section "## {version} - YYYY-MM-DD" with a date')
    return faults


def is_dated(changelog: str, version: str) -> bool:
    """Whether the changelog has a section for a version, with a date of the calendar."""
    heading = re.search(rf"^## {re.escape(version)} - (\d{{4}}-\d{{2}}-\d{{2}})$", changelog, re.MULTILINE)
    try:
        return bool(heading and dt.date.fromisoformat(heading[1]))
    except ValueError:
        return False


def units(root: Path) -> dict[str, tuple[str, ...]]:
    """From each unit to the parts of the library that its students must not have: what it and later ones assess."""
    table = tomllib.loads((root / "course" / "course.toml").read_text(encoding="utf-8"))["unit"]
    return {
        unit["name"]: tuple(part for later in table[place:] for part in later["modules"])
        for place, unit in enumerate(table)
    }


def fill(root: Path) -> Iterator[str]:
    """Build everything into dist.part and make that dist; yields what to tell."""
    part, dist = root / "dist.part", root / "dist"
    shutil.rmtree(part, ignore_errors=True)
    try:
        demand(start(root, str(Path(sys.executable).with_name("chainrule")), "build", folder=root), "chainrule build")
        yield f"Units: {len(units(root))} built."
        part.mkdir()
        for folder in PROJECTS.values():
            command = (sys.executable, "-m", "build", "--no-isolation", "--outdir", str(part), str(root / folder))
            demand(start(root, *command, folder=part), "packing")
        yield f"Distributions: {', '.join(sorted(file.name for file in part.iterdir()))}."
        (part / "student").mkdir()
        version = versions(root)["pyproject.toml"]
        for unit in units(root):
            zip_release(root / "release" / unit, part / "student" / f"{unit}-{version}.zip", root / "LICENSE")
        yield f"Student releases: {len(units(root))} zips in student/."
        faults = look_inside(part, units(root))
        if faults:
            more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
            raise RefusedError(f"what was packed is wrong: {'; '.join(faults[:3])}{more}.")
        yield "Contents: looked at, nothing is inside that must not get out."
        if dist.exists():
            shutil.rmtree(dist)
        part.rename(dist)
        yield "All of it lies in dist/."
    finally:
        shutil.rmtree(part, ignore_errors=True)


def start(root: Path, *command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder to its end. The packages are those of this tree, whatever else is installed."""
    search = os.pathsep.join([str(root / "lib"), str(root / "autograder")])
    env = os.environ | {"PYTHONPATH": search, "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


def demand(done: subprocess.CompletedProcess[str], what: str) -> None:
    """Refuse where a program failed; all that it said goes to the terminal."""
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        raise RefusedError(f"{what} failed, {last_line(done)}")


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """How a program ended, in its own words."""
    said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-1]
    return f"it ended with {done.returncode} and said: {said}"


def files_for_students(folder: Path) -> list[Path]:
    """The files of a release in the order of their names; caches and what begins with a dot stay here."""
    found = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    kept = [path for path in found if not any(name == "__pycache__" or name.startswith(".") for name in path.parts)]
    return sorted(kept, key=Path.as_posix)


def zip_release(folder: Path, file: Path, terms: Path) -> None:
    """Zip the release of a unit with the license, its folder on top."""
    with zipfile.ZipFile(file, "w") as archive:
        for path in [*files_for_students(folder), terms]:
            name = path.name if path == terms else path.as_posix()
            entry = zipfile.ZipInfo(f"{folder.name}/{name}", TIMESTAMP)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # as on Unix, readable by all
            archive.writestr(entry, (folder / path).read_bytes(), zipfile.ZIP_DEFLATED, 9)


def look_inside(part: Path, left_out: dict[str, tuple[str, ...]]) -> list[str]:
    """What is wrong with the packed files, each with its name."""
    faults = [
        *counted(part, "*.whl", len(PROJECTS)),
        *counted(part, "*.tar.gz", len(PROJECTS)),
        *counted(part, "student/*.zip", len(left_out)),
    ]
    for wheel in sorted(part.glob("*.whl")):
        package = wheel.name.split("_")[0]
        faults += [f"{wheel.name} {fault}" for fault in faults_of_wheel(names_in(wheel), package)]
    for archive in sorted(part.glob("*.tar.gz")):
        with tarfile.open(archive) as opened:
            faults += [f"{archive.name} {fault}" for fault in faults_of_names(opened.getnames())]
    for archive in sorted(part.glob("student/*.zip")):
        unit = archive.name.split("-")[0]
        faults += [f"{archive.name} {fault}" for fault in faults_of_student_zip(archive, unit, left_out[unit])]
    return faults


def counted(part: Path, pattern: str, expected: int) -> list[str]:
    """A fault where there are more or fewer files of a kind."""
    found = len(list(part.glob(pattern)))
    return [] if found == expected else [f"{expected} files {pattern} are due, not {found}"]


def names_in(archive: Path) -> list[str]:
    """The names of the files in a zip or wheel."""
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


def faults_of_names(names: list[str]) -> list[str]:
    """What no archive may hold: caches, and what grading made or knows of people."""
    return [f"holds {name}" for name in names if LITTER & set(name.split("/")) or name.endswith((".pyc", ".db"))]


def faults_of_wheel(names: list[str], package: str) -> list[str]:
    """What is wrong with a wheel: it holds its package and what describes it, and nothing else."""
    faults = faults_of_names(names)
    if f"{package}/py.typed" not in names:
        faults.append("lacks py.typed")
    for name in names:
        top, *inside = name.split("/")
        if top != package and not top.endswith(".dist-info"):
            faults.append(f"holds {name}, which is not of {package}")
        elif NOT_IN_WHEELS & set(inside) or name.endswith(".ipynb"):
            faults.append(f"holds {name}, which nobody imports")
    return faults


def faults_of_student_zip(archive: Path, unit: str, assessed: tuple[str, ...]) -> list[str]:
    """What is wrong with a student release: it holds one notebook and the edition, and no answer."""
    names = names_in(archive)
    faults = faults_of_names(names) + [f"holds {name} outside of {unit}/" for name in names if not is_below(name, unit)]
    home = f"{unit}/chainrule"
    if f"{home}/answer_key.npz" not in names:
        faults.append("lacks answer_key.npz")
    for name in names:
        module = ".".join(PurePosixPath(name).with_suffix("").relative_to(home).parts) if is_below(name, home) else ""
        if any(module == part or module.startswith(f"{part}.") for part in (*NO_STUDENT, *assessed)):
            faults.append(f"holds {name}, which students write or never see")
    notebooks = [name for name in names if name.endswith(".ipynb")]
    if notebooks != [f"{unit}/{unit}.ipynb"]:
        return [*faults, f"holds {len(notebooks)} notebooks instead of {unit}.ipynb alone"]
    with zipfile.ZipFile(archive) as opened:
        text = opened.read(notebooks[0]).decode()
    return faults + [f"has {mark!r} in its notebook" for mark in SECRET_MARKS if mark in text]


def is_below(name: str, folder: str) -> bool:
    """Whether a file of an archive lies below a folder."""
    return name.startswith(f"{folder}/") and ".." not in name.split("/")


if __name__ == "__main__":
    raise SystemExit(main())
