"""`make release` refuses what is not ready, and a refusal leaves nothing half-written."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from chainrule.authoring.course import find_course
from support import results
from support.releasing import release, write

ROOT = Path(__file__).resolve().parents[2]
COURSE = find_course(ROOT)
UNIT = "02_activations"
FRESH = "02_activations       seeds         2026-12-01 0123456789 as it is"
STALE = "02_activations       mutants       2026-11-21 0123456789 older than the engine"
ABSENT = "02_activations       classes                             missing"
CHANGELOG = "# Changelog\n\n## 1.0.0 - 2026-12-01\n\n- First.\n"
SAME = dict.fromkeys(("pyproject.toml", "autograder/pyproject.toml", "CITATION.cff"), "1.0.0")


@pytest.fixture
def tree(tmp_path):
    """A small tree with one unit, and what an earlier release left in dist."""
    project = '[project]\nname = "x"\nversion = "1.0.0"\n'
    write(
        tmp_path,
        {
            "pyproject.toml": project,
            "autograder/pyproject.toml": project,
            "CITATION.cff": "cff-version: 1.2.0\nversion: 1.0.0\n",
            "LICENSE": "terms",
            "CHANGELOG.md": CHANGELOG,
            "course/course.toml": f'[[unit]]\nname = "{UNIT}"\ntitle = "A"\nmodules = ["nn.activations"]\n',
            f"release/{UNIT}/{UNIT}.ipynb": "{}",
            "dist/earlier.txt": "kept",
        },
    )
    return tmp_path


@pytest.fixture
def started(monkeypatch):
    """Stand in for the programs that are started: they end with this code and say this."""
    state = SimpleNamespace(returncode=0, stdout="", stderr="")
    monkeypatch.setattr(release, "start", lambda *command, **options: state)
    return state


class TestProofs:
    """The record of long proofs is asked first."""

    def test_fresh_ones_are_counted(self, started):
        started.stdout = f"{FRESH}\n{FRESH}"

        assert release.look_at_proofs(ROOT).startswith("Proofs: 2 long proofs, none older")

    @pytest.mark.parametrize("line", [STALE, ABSENT], ids=["older", "missing"])
    def test_one_that_is_no_proof_of_today_is_refused(self, started, line):
        started.returncode, started.stdout = 1, f"{FRESH}\n{line}\n"

        with pytest.raises(release.RefusedError, match=r"^1 of 2 long proofs are missing or older .*make test-full"):
            release.look_at_proofs(ROOT)

    @pytest.mark.parametrize("code", [0, 1], ids=["empty", "failed"])
    def test_a_record_that_cannot_be_read_is_refused(self, started, code):
        started.returncode, started.stderr = code, "Traceback\nImportError: no"

        with pytest.raises(release.RefusedError, match=r"could not be read.*ImportError: no"):
            release.look_at_proofs(ROOT)

    def test_the_real_record_is_understood(self):
        """Every line of it is one that this file calls fresh, older or missing."""
        lines = results.lines()
        stale = [age for age in results.ages() if age.state != release.PROVED]

        assert len(lines) >= 3 * len(COURSE.units)
        assert release.sentence_about_proofs(lines).startswith(f"{len(stale)} of {len(lines)} ") == bool(stale)


class TestVersions:
    """One version everywhere, and a changelog that knows it."""

    def test_this_tree_tells_one_version(self):
        assert len(set(release.versions(ROOT).values())) == 1

    def test_all_three_files_are_read(self, tree):
        assert release.versions(tree) == SAME

    @pytest.mark.parametrize("text", ["version: 1.0.0", 'version: "1.0.0"', "version: '1.0.0'  # it"])
    def test_a_citation_may_quote_its_version(self, tree, text):
        write(tree, {"CITATION.cff": f"cff-version: 1.2.0\n{text}\n"})

        assert release.versions(tree) == SAME

    def test_a_citation_without_a_version_differs(self, tree):
        write(tree, {"CITATION.cff": "cff-version: 1.0.0\n"})

        assert release.versions(tree) == SAME | {"CITATION.cff": "none"}

    def test_equal_versions_with_a_dated_section_pass(self):
        assert release.faults_of_versions(SAME, CHANGELOG) == []

    @pytest.mark.parametrize("file", SAME)
    def test_another_version_is_found(self, file):
        (fault,) = release.faults_of_versions(SAME | {file: "1.0.1"}, CHANGELOG + "\n## 1.0.1 - 2026-12-02\n")

        assert f"1.0.1 in {file}" in fault

    @pytest.mark.parametrize(
        "heading",
        [
            pytest.param("## Unreleased", id="none"),
            pytest.param("## 1.0.0", id="no date"),
            pytest.param("## 1.0.0 - 2026-13-01", id="no such date"),
            pytest.param("## 1.0.0 - soon", id="no number"),
            pytest.param("## 11.0.0 - 2026-12-01", id="longer"),
            pytest.param("## 1x0.0 - 2026-12-01", id="a dot is a dot"),
            pytest.param("### 1.0.0 - 2026-12-01", id="another level"),
            pytest.param("See ## 1.0.0 - 2026-12-01", id="within a sentence"),
        ],
    )
    def test_a_section_without_date_is_found(self, heading):
        (fault,) = release.faults_of_versions(SAME, f"# Changelog\n\n{heading}\n")

        assert fault.startswith('CHANGELOG.md has no section "## 1.0.0 - ')

    def test_a_draft_warns_and_goes_on(self, tree):
        write(tree, {"CHANGELOG.md": "# Changelog\n"})

        assert release.look_at_versions(tree, draft=True).startswith("Warning (--draft): CHANGELOG.md has no section")
        with pytest.raises(release.RefusedError, match="--draft makes this a warning"):
            release.look_at_versions(tree, draft=False)


class TestWhatEachUnitLeavesOut:
    """Read from course.toml, the same as the course's own reader does."""

    def test_all_units_agree_with_the_course(self):
        assert release.units(ROOT) == {unit: tuple(COURSE.assessed_from(unit)) for unit in COURSE.units}


class TestZips:
    """A student release as a zip."""

    def test_the_same_files_give_the_same_bytes(self, tmp_path):
        files = {"a.ipynb": "{}", "chainrule/__init__.py": "", "chainrule/b.py": "b = 1", "chainrule.txt": ""}
        write(tmp_path / "one" / UNIT, files)
        write(tmp_path / "two" / UNIT, dict(reversed(files.items())))
        os.utime(tmp_path / "two" / UNIT / "a.ipynb", (1, 1))
        (tmp_path / "two" / UNIT / "a.ipynb").chmod(0o700)
        for name in ("one", "two"):
            release.zip_release(tmp_path / name / UNIT, tmp_path / f"{name}.zip", ROOT / "LICENSE")

        assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
        assert release.names_in(tmp_path / "one.zip") == [
            *sorted(f"{UNIT}/{name}" for name in files),
            f"{UNIT}/LICENSE",
        ]

    def test_what_running_left_behind_stays_here(self, tmp_path):
        left = [
            "__pycache__/a.pyc",
            "chainrule/__pycache__/b.pyc",
            ".ipynb_checkpoints/a-checkpoint.ipynb",
            ".DS_Store",
        ]
        write(tmp_path / UNIT, dict.fromkeys([*left, f"{UNIT}.ipynb", "images.npz"], "x"))

        assert [path.as_posix() for path in release.files_for_students(tmp_path / UNIT)] == [
            f"{UNIT}.ipynb",
            "images.npz",
        ]

    def test_unpacked_files_can_be_read(self, tmp_path):
        write(tmp_path / UNIT, {f"{UNIT}.ipynb": "{}"})
        release.zip_release(tmp_path / UNIT, tmp_path / "one.zip", ROOT / "LICENSE")
        with zipfile.ZipFile(tmp_path / "one.zip") as archive:
            rights = {(entry.external_attr >> 16, entry.create_system) for entry in archive.infolist()}

        assert rights == {(0o644, 3)}


class TestARefusal:
    """One sentence, an exit code, and dist as it was."""

    @pytest.fixture(autouse=True)
    def in_a_small_tree(self, tree, monkeypatch):
        monkeypatch.setattr(release, "ROOT", tree)

    def nothing_changed(self, tree):
        return not (tree / "dist.part").exists() and [it.name for it in (tree / "dist").iterdir()] == ["earlier.txt"]

    def test_stale_proofs(self, tree, started, capsys):
        started.returncode, started.stdout = 1, STALE

        assert release.main([]) == 1
        assert self.nothing_changed(tree)
        out, err = capsys.readouterr()
        assert (out, err.count("\n"), err.startswith("No release: 1 of 1 long proofs")) == ("", 1, True)

    def test_versions_that_differ(self, tree, started, capsys):
        write(tree, {"CITATION.cff": "version: 2.0.0\n"})

        assert release.main(["--unproved"]) == 1
        assert self.nothing_changed(tree)
        out, err = capsys.readouterr()
        assert out == "Proofs: not looked at (--unproved).\n"
        assert "2.0.0 in CITATION.cff" in err

    def test_a_build_that_fails(self, tree, started, capsys):
        started.returncode, started.stdout = 1, "first line\nExpected a unit"

        assert release.main(["--unproved"]) == 1
        assert self.nothing_changed(tree)
        assert (
            "No release: chainrule build failed, it ended with 1 and said: Expected a unit" in capsys.readouterr().err
        )

    def test_wrong_contents(self, tree, started, capsys):
        """The stand-in packs no wheel, and the release has no edition."""
        assert release.main(["--unproved"]) == 1
        assert self.nothing_changed(tree)
        err = capsys.readouterr().err
        assert "2 files *.whl are due, not 0" in err
        assert f"{UNIT}-1.0.0.zip lacks answer_key.npz" in err

    def test_an_interruption(self, tree, started, monkeypatch):
        def interrupt(*parts):
            raise KeyboardInterrupt

        monkeypatch.setattr(release, "zip_release", interrupt)

        with pytest.raises(KeyboardInterrupt):
            release.main(["--unproved"])
        assert self.nothing_changed(tree)

    def test_what_is_right_takes_the_place_of_dist(self, tree, started, monkeypatch, capsys):
        monkeypatch.setattr(release, "look_inside", lambda *parts: [])

        assert release.main(["--unproved"]) == 0
        assert not (tree / "dist.part").exists()
        names = release.names_in(tree / "dist" / "student" / f"{UNIT}-1.0.0.zip")
        assert names == [f"{UNIT}/{UNIT}.ipynb", f"{UNIT}/LICENSE"]
        assert not (tree / "dist" / "earlier.txt").exists()
        assert capsys.readouterr().out.endswith("All of it lies in dist/.\n")
