"""A submission is copied as it was at one moment; what changes or fails meanwhile is read again, or left out."""

from __future__ import annotations

import errno
import os

import pytest

from proctor.intake.snapshot import snapshot, state_of


@pytest.fixture
def folder(tmp_path):
    found = tmp_path / "hw1"
    found.mkdir()
    (found / "hw1.ipynb").write_text("{}")
    (found / "log.txt").write_text("log 0")
    return found


@pytest.fixture
def events(folder, monkeypatch):
    """What is to happen when a block of the log is read, one time after the other."""
    read, waiting = os.read, []

    def reading(descriptor, count):
        block = read(descriptor, count)
        if block.startswith(b"log") and waiting:
            waiting.pop(0)(folder / "log.txt")
        return block

    monkeypatch.setattr(os, "read", reading)
    return waiting


def grows(log):
    log.write_text(f"{log.read_text()}, and more")


def shrinks(log):
    log.write_text("log")


def fails(log):
    raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize("event", [grows, shrinks])
def test_what_changes_once_is_read_again(folder, tmp_path, events, event):
    events.append(event)
    found = snapshot(folder, tmp_path / "copy")

    assert (folder / "log.txt").read_text() == (tmp_path / "copy" / "log.txt").read_text() != "log 0"
    assert (state_of(folder), {}) == (found.digest, found.listing.left_out)


@pytest.mark.parametrize(
    ("event", "reason"), [(grows, "it was being written"), (fails, "Input/output error")], ids=["grows on", "fails"]
)
def test_of_what_cannot_be_read_whole_nothing_is_left(folder, tmp_path, events, event, reason):
    events += [event, event]
    found = snapshot(folder, tmp_path / "copy")

    assert ["hw1.ipynb"] == [it.name for it in (tmp_path / "copy").iterdir()]
    assert (["hw1.ipynb"], (f"Left out: log.txt ({reason}).",)) == (list(found.listing.files), found.listing.told())
