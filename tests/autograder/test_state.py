"""What proctor keeps beside a gradebook: a secret for nobody else, and facts until they are old."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
from types import SimpleNamespace

import pytest

from proctor.course.seed import secret, seed_for
from proctor.course.state import remember, remembered, state_folder
from proctor.errors import GraderError
from proctor.pipeline.journal import Journal

WHO = ("course", "ps1", "problem1", "ann")


@pytest.fixture
def course(tmp_path):
    """What a course tells of its gradebook."""
    return SimpleNamespace(root=tmp_path / "course", db_url=f"sqlite:///{tmp_path / 'books' / 'gradebook.db'}")


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


class TestFolder:
    """It lies beside the gradebook."""

    def test_beside_the_gradebooks_file(self, course, tmp_path):
        assert tmp_path / "books" / ".proctor" == state_folder(course)

    def test_in_the_course_where_the_gradebook_is_no_file(self, course):
        course.db_url = "postgresql://host/gradebook"

        assert course.root / ".proctor" == state_folder(course)

    def test_is_there_and_its_owners_alone(self, course):
        assert mode(state_folder(course)) == 0o700

    def test_may_be_there_already(self, course):
        assert state_folder(course) == state_folder(course)

    def test_a_file_in_its_place_is_the_machines_fault(self, course, tmp_path):
        (tmp_path / "books").write_text("", encoding="utf-8")

        with pytest.raises(GraderError, match="cannot be made") as caught:
            state_folder(course)
        assert caught.value.slug == "state"


class TestSecret:
    """Made once, for its owner alone."""

    def test_has_32_bytes(self, course):
        assert len(secret(course)) == 32

    def test_is_stable(self, course):
        assert secret(course) == secret(course)

    def test_is_its_owners_alone(self, course):
        secret(course)

        assert mode(state_folder(course) / "secret") == 0o600

    def test_is_its_owners_alone_whatever_the_mask(self, course):
        before = os.umask(0)
        try:
            secret(course)
        finally:
            os.umask(before)

        assert mode(state_folder(course) / "secret") == 0o600

    def test_is_another_in_another_course(self, course, tmp_path):
        other = SimpleNamespace(root=tmp_path / "other", db_url="postgresql://host/gradebook")

        assert secret(course) != secret(other)

    def test_leaves_no_other_file_behind(self, course):
        secret(course)

        assert [it.name for it in state_folder(course).iterdir()] == ["secret"]


class TestSeed:
    """Nobody can tell it without the secret."""

    def test_is_the_mac_of_whose_it_is(self):
        expected = hmac.new(b"key", json.dumps(WHO).encode(), hashlib.sha256).hexdigest()

        assert expected == seed_for(b"key", *WHO)

    def test_is_stable(self):
        assert seed_for(b"key", *WHO) == seed_for(b"key", *WHO)

    @pytest.mark.parametrize("place", range(4), ids=["course", "assignment", "notebook", "student"])
    def test_differs_with_each_part(self, place):
        other = [*WHO]
        other[place] += "x"

        assert seed_for(b"key", *WHO) != seed_for(b"key", *other)

    def test_parts_do_not_run_together(self):
        assert seed_for(b"key", "a", "b", "c", "de") != seed_for(b"key", "a", "b", "cd", "e")

    def test_differs_with_the_secret(self):
        assert seed_for(b"key", *WHO) != seed_for(b"kez", *WHO)


class TestFacts:
    """Kept until what they depend on changes."""

    FACTS = ({"a": [1, 2.5, None]}, [], "text", 0)

    @pytest.mark.parametrize("facts", FACTS, ids=repr)
    def test_come_back(self, course, facts):
        remember(course, "survey-ps1", "digest", facts)

        assert facts == remembered(course, "survey-ps1", "digest")

    def test_go_when_something_has_changed(self, course):
        remember(course, "survey-ps1", "digest", [1])

        assert remembered(course, "survey-ps1", "another") is None

    def test_of_another_name_are_others(self, course):
        remember(course, "survey-ps1", "digest", [1])

        assert remembered(course, "survey-ps2", "digest") is None

    def test_the_latest_count(self, course):
        for facts in ([1], [2]):
            remember(course, "survey-ps1", "digest", facts)

        assert remembered(course, "survey-ps1", "digest") == [2]

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"3", b"null", b'"text"', b"\xff", b"{}", b"[" * 10_000])
    def test_a_broken_file_is_no_fact(self, course, content):
        (state_folder(course) / "survey-ps1.json").write_bytes(content)

        assert remembered(course, "survey-ps1", "digest") is None

    def test_are_their_owners_alone(self, course):
        remember(course, "survey-ps1", "digest", [1])

        assert mode(state_folder(course) / "survey-ps1.json") == 0o600


class TestUnwritable:
    """A machine that cannot keep anything is at fault, not a student."""

    @pytest.mark.parametrize("keep", [secret, lambda it: remember(it, "a", "b", 1)], ids=["secret", "facts"])
    def test_a_folder_in_the_place_of_the_file(self, course, keep):
        for name in ("secret", "a.json"):
            (state_folder(course) / name / "full").mkdir(parents=True)

        with pytest.raises(GraderError, match="cannot be written") as caught:
            keep(course)
        assert caught.value.slug == "state"
        assert sorted(it.name for it in state_folder(course).iterdir()) == ["a.json", "secret"]

    @pytest.mark.parametrize("keep", [secret, lambda it: remember(it, "a", "b", 1)], ids=["secret", "facts"])
    def test_a_folder_that_takes_no_file(self, course, keep, monkeypatch):
        """By a fault that is put in: the superuser may write anywhere."""
        state_folder(course)

        def full(**_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("proctor.course.state.tempfile.mkstemp", full)
        with pytest.raises(GraderError, match="Permission denied"):
            keep(course)

    def test_a_secret_that_cannot_be_read(self, course, monkeypatch):
        secret(course)

        def denied(_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("pathlib.Path.read_bytes", denied)
        with pytest.raises(GraderError, match="Permission denied"):
            secret(course)

    @pytest.mark.parametrize("content", [b"", b"short"])
    def test_a_secret_that_is_cut_is_not_used(self, course, content):
        """An empty key would make every seed known."""
        secret(course)
        (state_folder(course) / "secret").write_bytes(content)

        with pytest.raises(GraderError, match="32 bytes"):
            secret(course)


class TestJournal:
    """What is graded already."""

    @pytest.fixture
    def journal(self, course):
        return Journal(course, "ps1")

    def test_tells_what_it_was_told_last(self, journal):
        assert not journal.knows("ann")
        journal.begin("ann", "today")
        assert (True, False) == (journal.knows("ann"), journal.is_done("ann", "today"))
        journal.done("ann", "today")
        assert (True, False) == (journal.is_done("ann", "today"), journal.is_done("ann", "yesterday"))

    def test_another_run_reads_the_same(self, course, journal):
        journal.begin("ann", "today")
        journal.done("ann", "today")
        journal.begin("bob", "today")
        again = Journal(course, "ps1")

        assert again.is_done("ann", "today")
        assert (True, False) == (again.knows("bob"), again.is_done("bob", "today"))

    @pytest.mark.parametrize("cut", [1, 2, 10, 25])
    def test_a_line_that_was_cut_costs_no_other(self, course, journal, cut):
        """As after a kill or a full disk: what is noted next stands on a line of its own."""
        journal.done("ann", "today")
        journal.done("bob", "today")
        path = state_folder(course) / "journal-ps1.jsonl"
        path.write_bytes(path.read_bytes()[:-cut])
        Journal(course, "ps1").done("cyd", "today")
        again = Journal(course, "ps1")

        assert {"ann", "cyd"} == {it for it in ("ann", "cyd") if again.is_done(it, "today")}
        assert again.is_done("bob", "today") == (cut == 1)

    def test_does_not_grow_with_each_run(self, course):
        for _ in range(5):
            Journal(course, "ps1").done("ann", "today")
        Journal(course, "ps1")

        assert 1 == len((state_folder(course) / "journal-ps1.jsonl").read_text(encoding="utf-8").splitlines())

    @pytest.mark.parametrize(
        "line",
        ['["done", "bo', '["done", 7, "now", ""]', '["done", ["bob"], "now"]', '["done"]', "7", "[" * 100_000],
        ids=["cut", "a number", "a list", "short", "other JSON", "deep"],
    )
    def test_a_line_that_was_cut_or_is_odd_says_nothing(self, course, journal, line):
        journal.done("ann", "today")
        path = state_folder(course) / "journal-ps1.jsonl"
        whole = path.read_text("utf-8")
        path.write_text(f"{line}\n{whole}{line}", "utf-8")

        assert Journal(course, "ps1").is_done("ann", "today")
        assert whole == path.read_text("utf-8")
