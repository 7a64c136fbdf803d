"""Submissions that nobody thought of: trees at random, timestamps at random, files that change while they are read."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import shutil
import socket
import tempfile
import threading
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from proctor.course.folders import remove_folder
from proctor.course.names import look_alikes, readable, why_not
from proctor.course.timestamps import parse_timestamp
from proctor.errors import SubmissionError
from proctor.intake import beneath
from proctor.intake.snapshot import snapshot, state_of

SLOW = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
}
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
NAMES = st.one_of(
    st.sampled_from(
        ["a", "hw.ipynb", "x.ipynb", ".git", "..x", "-", " ", "a\nb", "é", "CON", "data.csv", "timestamp.txt"]
    ),
    st.binary(min_size=1, max_size=12).filter(lambda it: b"/" not in it and b"\0" not in it).map(os.fsdecode),
    st.integers(100, 255).map("n".__mul__),
).filter(lambda it: it not in (".", ".."))
KINDS = st.sampled_from(
    ["file", "file", "folder", "folder", "hole", "pipe", "socket", "link in", "link out", "hard", "unreadable", "venv"]
)
TREES = st.lists(st.tuples(st.lists(NAMES, min_size=1, max_size=4), KINDS), max_size=25)


def plant(folder, parts, kind, outside):
    """Make one entry, where the file system lets it be made."""
    place = folder.joinpath(*parts)
    with contextlib.suppress(OSError, ValueError):
        place.parent.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(place):  # a pipe would wait for somebody who reads
            return
        if kind == "file":
            place.write_bytes(b"x" * 100)
        elif kind == "folder":
            place.mkdir()
        elif kind == "hole":
            with place.open("wb") as file:
                file.truncate(1 << 41)
        elif kind == "pipe":
            os.mkfifo(place)
        elif kind == "socket":
            with contextlib.chdir(place.parent), socket.socket(socket.AF_UNIX) as made:
                made.bind(place.name)
        elif kind == "hard":
            place.hardlink_to(outside / "secret.txt")
        elif kind == "unreadable":
            place.write_bytes(b"x")
            place.chmod(0)
        elif kind == "venv":
            place.mkdir()
            (place / "pyvenv.cfg").touch()
        else:
            place.symlink_to(outside / "secret.txt" if kind == "link out" else folder)


@contextlib.contextmanager
def places():
    """A submission with a right notebook, a folder outside, and where the copy goes."""
    with tempfile.TemporaryDirectory() as root:
        folder, outside = Path(root, "hw"), Path(root, "outside")
        folder.mkdir()
        outside.mkdir()
        (folder / "hw.ipynb").write_bytes(NOTEBOOK)
        (outside / "secret.txt").write_text("secret")
        yield folder, outside, Path(root, "copy")


def trees(examples):
    """Whatever lies beside it, the notebook is taken whole, and nothing of what lies outside."""

    @settings(max_examples=examples, **SLOW)
    @given(tree=TREES)
    def proved(tree):
        with places() as (folder, outside, copy):
            for parts, kind in tree:
                plant(folder, parts, kind, outside)
            remove_folder(folder / "hw.ipynb")  # another entry may have come into its place
            (folder / "hw.ipynb").write_bytes(NOTEBOOK)
            found = snapshot(folder, copy)

            assert NOTEBOOK == (copy / "hw.ipynb").read_bytes()
            assert {"hw.ipynb"} <= found.listing.files.keys()
            assert found.digest == state_of(folder)
            copied = [it for it in copy.rglob("*") if not it.is_dir()]
            assert len(copied) == len(found.listing.files)
            assert not any(it.is_symlink() or it.read_bytes() == b"secret" for it in copied)
            for sentence in found.listing.told():
                sentence.encode()
                assert sentence.isprintable()

    proved()


PIECES = (
    *("2026-04-01", "11:00:00", ".5", "UTC", "Asia/Seoul", "+0100", "/etc/passwd", "../..", "m", "am", "T", "Z", "KST"),
    *("9" * 40, "1e9", "-", ":", "\x00", "\ud800", "٣", "nan", "inf", "99999999", "0", "A" * 256, "TZ", "j", "Q1"),
)
A_STAMP = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join),
    st.lists(st.sampled_from(PIECES)).map("".join),
)


def is_told(text):
    """Any text is a time or a sentence."""
    try:
        assert isinstance(parse_timestamp(text), dt.datetime)
    except SubmissionError as error:
        str(error).encode()


def stamps(examples):
    """Such texts as hypothesis finds worth trying."""

    @settings(max_examples=examples, **SLOW)
    @given(text=A_STAMP)
    def proved(text):
        is_told(text)

    proved()


def many_stamps(examples, each):
    """Many more: to draw one takes hypothesis ten times as long as to read it, so it draws seeds alone."""

    @settings(max_examples=examples, **SLOW)
    @given(seed=st.integers(0, 2**64))
    def proved(seed):
        rng = random.Random(seed)  # noqa: S311 - no secret
        for _ in range(each):
            pieces = rng.choices((*PIECES, *map(chr, rng.choices(range(0x11_0000), k=9))), k=rng.randrange(9))
            is_told(rng.choice(("", " ", " ", "\n")).join(pieces))

    proved()


def swaps(times):
    """
    A file, or the folder that it lies in, becomes a link to another place and back; that place is never read.

    Neither by the kernel in one step nor part by part, in turn.
    """
    can = beneath._can_ask()
    with places() as (folder, outside, copy):
        (folder / "deep").mkdir()
        (folder / "deep" / "secret.txt").write_text("mine")
        stop = threading.Event()

        def swap():
            while not stop.is_set():
                for name, target in (("deep", outside), ("deep/secret.txt", outside / "secret.txt")):
                    with contextlib.suppress(OSError):
                        (folder / name).rename(folder / "aside")
                        (folder / name).symlink_to(target)
                        (folder / name).unlink()
                        (folder / "aside").rename(folder / name)

        thread = threading.Thread(target=swap)
        thread.start()
        try:
            for number in range(times):
                shutil.rmtree(copy, ignore_errors=True)
                way = patch.object(beneath, "_can_ask", return_value=can and number % 2 == 0)
                with way, contextlib.suppress(SubmissionError):
                    snapshot(folder, copy)
                assert not [it for it in copy.rglob("*") if it.is_file() and it.read_bytes() == b"secret"]
        finally:
            stop.set()
            thread.join()


@given(name=st.one_of(st.text(), st.binary().map(os.fsdecode)))
def test_any_name_can_be_told(name):
    readable(name).encode()

    assert readable(name).isprintable()
    if not why_not(name):
        name.encode()


def test_look_alikes():
    assert look_alikes(["dan@", "Dan@", "7", "007", "eva"]) == {
        "007": ("7",), "7": ("007",), "Dan@": ("dan@",), "dan@": ("Dan@",),
    }  # fmt: skip


class TestAFew:
    """In the quick suite."""

    def test_trees(self):
        trees(40)

    def test_stamps(self):
        stamps(500)

    def test_swaps(self):
        swaps(200)


@pytest.mark.slow(group="random")
class TestMany:
    """In the slow suite."""

    def test_trees(self):
        trees(300)

    def test_stamps(self):
        stamps(20_000)

    def test_swaps(self):
        swaps(3_000)


@pytest.mark.full
@pytest.mark.timeout(3600)
class TestVeryMany:
    """In the long proofs."""

    def test_trees(self):
        trees(5_000)

    def test_stamps(self):
        many_stamps(200, each=1_000)

    def test_swaps(self):
        swaps(100_000)


def test_a_file_that_grows_while_it_is_read_is_left_out(tmp_path):
    """An endless one too: the budget is what was seen, and a little."""
    folder = tmp_path / "hw"
    folder.mkdir()
    (folder / "hw.ipynb").write_bytes(NOTEBOOK)
    log = folder / "log.txt"
    log.write_bytes(b"x" * 1_000)
    stop = threading.Event()

    def grow():
        with log.open("ab", buffering=0) as file:
            while not stop.is_set():
                file.write(b"x" * (1 << 16))
                if file.tell() > 1 << 27:
                    return

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        found = snapshot(folder, tmp_path / "copy")
    finally:
        stop.set()
        thread.join()

    assert "hw.ipynb" in found.listing.files
    assert (tmp_path / "copy" / "log.txt").exists() == ("log.txt" in found.listing.files)
