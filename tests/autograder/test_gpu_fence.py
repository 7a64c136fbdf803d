"""Student code sees the GPU where it is asked for, and a sentence says why where that cannot be."""

from __future__ import annotations

from importlib.metadata import distributions

import pytest
from typer.testing import CliRunner

from proctor.commands.cli import app
from proctor.course.limits import Use
from proctor.errors import GraderError
from proctor.sandbox import gpu
from proctor.sandbox.gpu import with_gpu
from proctor.sandbox.policy import Fence, Policy, bubblewrap_arguments


@pytest.fixture
def devices(tmp_path):
    for name in ("nvidiactl", "nvidia0", "nvidia-uvm", "null"):
        (tmp_path / name).touch()
    (tmp_path / "nvidia-caps").mkdir()
    return tmp_path


class Installed:
    """A distribution that is installed."""

    def __init__(self, name):
        self.name = name


@pytest.fixture
def cupy(monkeypatch):
    monkeypatch.setattr(gpu, "distributions", lambda: [Installed("cupy-cuda12x"), Installed("numpy")])


@pytest.mark.usefixtures("cupy")
def test_devices_and_cupy_are_added(devices):
    fence = with_gpu(Fence(use=Use(processes=7), more=("pandas",), devices=("/dev/fuse",)), devices)
    names = [str(devices / name) for name in ("nvidia-uvm", "nvidia0", "nvidiactl")]

    assert fence.devices == ("/dev/fuse", *names)
    assert fence.more == ("pandas", "cupy-cuda12x")
    assert (fence.use.address_bytes, fence.use.processes) == (0, 7)
    arguments = bubblewrap_arguments(Policy(("true",), {}, devices=fence.devices), staged={}, contents={})
    assert all(arguments[arguments.index(name) - 1] == "--dev-bind-try" for name in names)


@pytest.mark.usefixtures("cupy")
def test_without_a_gpu_one_sentence_says_so(tmp_path):
    with pytest.raises(GraderError, match=r"Expected the device file .*nvidiactl of an NVIDIA GPU.*leave --device out"):
        with_gpu(Fence(), tmp_path)


@pytest.mark.skipif(any(it.name.startswith("cupy") for it in distributions()), reason="needs a machine without CuPy")
def test_without_cupy_one_sentence_says_so(devices):
    with pytest.raises(GraderError, match="Expected CuPy for --device gpu, found none"):
        with_gpu(Fence(), devices)


def test_the_command_knows_it():
    words = CliRunner().invoke(app, ["grade", "ps1", "--device", "tpu"])

    assert words.exit_code == 2
    assert "'cpu', 'gpu'" in words.output.replace("\n", " ")
