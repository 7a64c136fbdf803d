"""Files stay short, hold nothing of one person's machine, and are all seen by git."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]
GIT = shutil.which("git")
LONGEST = 360
PYTHON = sorted(
    path for folder in ("lib", "autograder", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
# A letter in brackets keeps this file from matching its own patterns.
UNWANTED = {
    "a path of the machine it was written on": re.compile(
        r"(?<![\w.~}])/(wor[k]/|hom[e]/\w+/|User[s]/\w+/|tm[p]/venv\b)"
    ),
    "a note to oneself": re.compile(r"\b(TOD[O]|FIXM[E]|XX[X])\b"),
}
needs_git = pytest.mark.skipif(
    GIT is None or not (ROOT / ".git").exists(), reason="needs git and a clone: an archive has no list of files"
)


def git(*words: str, folder: Path = ROOT) -> subprocess.CompletedProcess:
    """Run git and keep what it says."""
    return subprocess.run([GIT, *words], cwd=folder, capture_output=True, text=True, check=False)


def unwanted_in(text: str) -> list[str]:
    """What a text holds that no file should."""
    return [
        f"line {number}: {what}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in UNWANTED.items()
        if pattern.search(line)
    ]


def is_too_long(text: str) -> bool:
    """Whether a file has more lines than one noun needs."""
    return len(text.splitlines()) > LONGEST


def ignores_lib(folder: Path) -> bool:
    """Whether the rules of a clone hide what lies in its lib."""
    return git("check-ignore", "--quiet", "--no-index", "lib/chainrule/backend.py", folder=folder).returncode == 0


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_python_file_is_short(path):
    """One noun a file."""
    assert not is_too_long(path.read_text())


@needs_git
def test_no_file_holds_what_it_should_not():
    """No paths of one machine, no notes to oneself, in any text file that git keeps."""
    names = [name for name in git("ls-files", "-z").stdout.split("\0") if name and (ROOT / name).is_file()]
    found = [
        f"{name}, {fault}"
        for name in names
        if b"\0" not in (content := (ROOT / name).read_bytes())
        for fault in unwanted_in(content.decode(errors="replace"))
    ]

    assert (True, []) == (len(names) > 0, found)


@needs_git
def test_git_sees_the_library():
    """The stock rules for Python would ignore lib."""
    assert not ignores_lib(ROOT)


class TestTheRulesBite:
    """Each rule refuses a small wrong text."""

    @pytest.mark.parametrize(
        "text",
        [
            "/wor" + "k/main/lib",
            'open("/hom' + 'e/ada/x")',
            "see /tm" + "p/venv",
            "# TO" + "DO later",
            "FIX" + "ME",
        ],
    )
    def test_an_unwanted_text_is_found(self, text):
        """With its line."""
        assert [it.partition(":")[0] for it in unwanted_in(f"right\n{text}")] == ["line 2"]

    @pytest.mark.parametrize(
        "text", ["https://example.org/work/", "homework/", "{home}/work/x", "mastodon", "~/work/x"]
    )
    def test_an_ordinary_text_passes(self, text):
        """Addresses and words that look alike."""
        assert unwanted_in(text) == []

    def test_a_long_file_is_found(self):
        """From one line too many on."""
        assert [False, True] == [is_too_long("x\n" * lines) for lines in (LONGEST, LONGEST + 1)]

    @needs_git
    @pytest.mark.parametrize(("rules", "ignored"), [("lib/\n", True), ("/build/\n", False)], ids=["stock", "ours"])
    def test_rules_that_hide_the_library_are_found(self, rules, ignored, tmp_path):
        """In a clone of one file."""
        git("init", "--quiet", folder=tmp_path)
        (tmp_path / ".gitignore").write_text(rules)

        assert ignored is ignores_lib(tmp_path)
