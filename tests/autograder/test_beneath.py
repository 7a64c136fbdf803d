"""What lies below a folder is opened without any link on the way, by the kernel in one step or part by part."""

from __future__ import annotations

import os

import pytest

from proctor.intake import beneath
from proctor.intake.beneath import FOLDER, open_beneath


@pytest.fixture(params=["in one step", "part by part"])
def root(request, tmp_path, monkeypatch):
    """A folder with a file below it, and links beside that."""
    if request.param == "in one step" and not beneath._can_ask():
        pytest.skip("needs openat2 (Linux 5.6)")
    monkeypatch.setattr(beneath, "_can_ask", lambda: request.param == "in one step")
    place = tmp_path / "root"
    (place / "a" / "b").mkdir(parents=True)
    (place / "a" / "b" / "c.txt").write_text("mine")
    (tmp_path / "secret.txt").write_text("secret")
    (place / "file").symlink_to(tmp_path / "secret.txt")
    (place / "out").symlink_to(tmp_path)
    (place / "within").symlink_to("a")
    descriptor = os.open(place, FOLDER)
    yield descriptor
    os.close(descriptor)


def test_a_file_deep_below_is_opened_and_no_descriptor_is_left(root):
    before = os.listdir("/proc/self/fd")  # noqa: PTH208 - names, not paths
    with open(open_beneath(root, "a/b/c.txt", os.O_RDONLY)) as file:  # noqa: PTH123 - of a descriptor
        assert "mine" == file.read()
    os.close(open_beneath(root, "", FOLDER))

    assert before == os.listdir("/proc/self/fd")  # noqa: PTH208


@pytest.mark.parametrize("name", ["file", "out/secret.txt", "out/root/a", "within/b/c.txt", "a/none", "a/b/c.txt/d"])
def test_a_link_on_the_way_ends_it_and_so_does_nothing(root, name):
    before = os.listdir("/proc/self/fd")  # noqa: PTH208
    with pytest.raises(OSError, match=r"links|No such|Not a directory"):
        open_beneath(root, name, os.O_RDONLY)

    assert before == os.listdir("/proc/self/fd")  # noqa: PTH208
