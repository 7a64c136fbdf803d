"""The stand-in for CuPy refuses what CuPy refuses and does what it does."""

from __future__ import annotations

import contextlib
import copy
import importlib
import json
import pickle
import sys

import numpy as np
import pytest

from chainrule.backend import get_array_module, gpu_state, to_device, to_host, use
from chainrule.nn.multilayer import multilayer_perceptron
from chainrule.nn.optimizers import Momentum
from chainrule.nn.training import fit
from chainrule.stand_in import VERSIONS, Counts, DeviceError, counting, pretending
from support.device_snippets import ACCEPTED, REFUSED
from support.record_surface import SURFACE, surface

REFUSALS = (DeviceError, AttributeError, TypeError, ValueError)
MOST_OPERATIONS = 40


@contextlib.contextmanager
def stand_in():
    with pretending() as xp:
        yield xp


@contextlib.contextmanager
def cupy():
    yield importlib.import_module("cupy")


@contextlib.contextmanager
def numpy():
    yield np


ON_DEVICE = [stand_in, pytest.param(cupy, marks=pytest.mark.needs("gpu"))]


def run(snippet, xp):
    """Run a snippet; gives the value of an expression, else the array that was changed, as arrays of the host."""
    rng = np.random.default_rng(3)
    h, e = rng.standard_normal((3, 4)).astype("f4"), rng.standard_normal((4, 2)).astype("f4")
    names = {"xp": xp, "np": np, "h": h, "d": xp.array(h), "e": xp.array(e), "i": xp.array([1, 3, 0])}
    names |= {"m": xp.array(h > 0), "s": xp.array(2.0)}
    try:
        value = eval(snippet, names)  # noqa: S307 - our own snippets
    except SyntaxError:
        exec(snippet, names)  # noqa: S102 - our own snippets
        value = None
    return on_host(names["d"] if value is None else value)


def on_host(value):
    return [on_host(it) for it in value] if isinstance(value, (list, tuple)) else to_host(value)


@pytest.mark.parametrize("device", ON_DEVICE)
@pytest.mark.parametrize("name", REFUSED)
def test_what_a_gpu_refuses_is_refused(name, device):
    with device() as xp, pytest.raises(REFUSALS):
        run(REFUSED[name], xp)


@pytest.mark.parametrize("device", ON_DEVICE)
@pytest.mark.parametrize("name", ACCEPTED)
def test_what_a_gpu_does_gives_what_numpy_gives(name, device):
    if name.startswith("uniform"):
        with device() as xp:
            assert run(ACCEPTED[name], xp) == [2, 3]
        return
    with numpy() as xp:
        expected = run(ACCEPTED[name], xp)
    with device() as xp:
        found = run(ACCEPTED[name], xp)

    if isinstance(expected, (list, str)):
        assert str(expected) == str(found) or np.allclose(expected, found, rtol=1e-5)
    else:
        assert np.allclose(expected, found, rtol=1e-5, atol=1e-6)
        assert np.asarray(expected).dtype == np.asarray(found).dtype


class TestMessages:
    """Refusals say what to write instead."""

    @pytest.mark.parametrize(
        ("snippet", "words"),
        [
            ("d + h", r"xp.add got a NumPy array of shape \(3, 4\).*with xp, not with np"),
            ("np.array(d)", "Take the function of that name from xp"),
            ("xp.sum([1.0])", r"xp.sum got a list.*xp.asarray"),
            ("xp.sum(d, where=m)", "xp.sum has no argument where in CuPy"),
            ("d.sum(where=m)", "method sum has no argument where"),
            ("xp.insert(d, 0, 1.0)", "module 'cupy' has no attribute 'insert'"),
            ("d.__setitem__(xp.array([0, 0]), d[:2])", "names the same place twice.*xp.add.at"),
            ("xp.zeros(s)", "needs a number of Python here"),
        ],
    )
    def test_are_sentences(self, snippet, words):
        with pretending() as xp, pytest.raises((DeviceError, AttributeError), match=words):
            run(snippet, xp)


class TestCounts:
    """Waits and copies are counted; views start nothing."""

    @pytest.mark.parametrize(
        ("snippet", "expected"),
        [
            ("(d * 2).sum()", Counts(2, 0, 0, 0)),
            ("d.reshape(-1)[:5].T", Counts(0, 0, 0, 0)),
            ("float(d[0, 0])", Counts(0, 1, 0, 1)),
            ("d[m]", Counts(1, 1, 0, 0)),
            ("xp.where(m, d, 0.0)", Counts(1, 0, 0, 0)),
            ("xp.nonzero(m)", Counts(1, 1, 0, 0)),
            ("d[np.array([0, 2])]", Counts(1, 0, 1, 0)),
            ("xp.asarray(h)", Counts(0, 0, 1, 0)),
            ("d.get()", Counts(0, 1, 0, 1)),
            ("1 if d.sum() > 0 else 0", Counts(2, 1, 0, 1)),
        ],
    )
    def test_of_a_snippet(self, snippet, expected):
        rng = np.random.default_rng(3)
        with pretending() as xp:
            h = rng.standard_normal((3, 4))
            names = {"xp": xp, "np": np, "h": h, "d": xp.array(h), "m": xp.array(h > 0)}
            with counting() as counts:
                eval(snippet, names)  # noqa: S307 - our own snippets

        assert counts == expected

    def test_a_training_step_waits_for_nothing_and_starts_few_operations(self):
        """The network of the benchmarks, with momentum: further steps of an epoch add these."""
        counts = {steps: self.of_an_epoch(steps) for steps in (4, 9)}
        more = counts[9] - counts[4]

        assert (more.waits, more.to_device, more.to_host) == (0, 0, 0)
        assert 0 < more.operations <= 5 * MOST_OPERATIONS

    @staticmethod
    def of_an_epoch(steps):
        with pretending() as xp:
            rng = np.random.default_rng(0)
            network = multilayer_perceptron([784, 512, 256, 10], rng, xp=xp)
            x = to_device(rng.standard_normal((16 * steps, 784)).astype("f4"), xp)
            y = to_device(rng.integers(10, size=16 * steps), xp)
            with counting() as counts:
                fit(network, x, y, optimizer=Momentum(0.05), epochs=1, rng=rng, batch_size=16, progress=False)
        return counts

    def test_the_numbers_of_a_run_are_those_of_the_host(self):
        losses = []
        for device in (numpy, stand_in):
            with device() as xp:
                rng = np.random.default_rng(0)
                x, y = rng.standard_normal((64, 6)).astype("f4"), rng.integers(3, size=64)
                network = multilayer_perceptron([6, 16, 3], rng, xp=xp)
                moved = to_device(x, xp), to_device(y, xp)
                losses.append(fit(network, *moved, optimizer=Momentum(0.1), epochs=2, rng=rng, progress=False).losses)

        assert losses[0] == losses[1]


class TestPretending:
    """Inside the block the stand-in is CuPy; after it nothing is left."""

    def test_import_gives_it_inside_only(self):
        before = sys.modules.get("cupy")
        with pretending() as xp:
            assert importlib.import_module("cupy") is xp
            assert xp.__version__ == VERSIONS["cupy"]
        assert sys.modules.get("cupy") is before

    def test_the_library_takes_it_for_a_gpu(self, capsys):
        with pretending() as xp:
            assert gpu_state().name == "ready"
            assert use("auto") is xp
            assert get_array_module(xp.ones(2)) is xp
        assert "xp is CuPy" in capsys.readouterr().out

    def test_it_ends_with_an_error(self):
        before = sys.modules.get("cupy")
        with pytest.raises(ZeroDivisionError), pretending():
            _ = 1 / 0
        assert sys.modules.get("cupy") is before

    def test_arrays_are_copied_and_pickled(self):
        with pretending() as xp:
            d = xp.arange(3.0)
            twins = [copy.copy(d), copy.deepcopy(d), pickle.loads(pickle.dumps(d)), d.copy()]  # noqa: S301 - our own
            d[0] = 5.0
        assert all(twin.tolist() == [0.0, 1.0, 2.0] for twin in twins)


def test_the_record_is_that_of_the_installed_cupy():
    """Where CuPy is installed, with a GPU or without."""
    installed = pytest.importorskip("cupy", reason="needs CuPy")
    recorded = json.loads(SURFACE.read_text(encoding="utf-8"))
    if installed.__version__ != recorded["cupy"]:
        pytest.skip(f"needs CuPy {recorded['cupy']}")

    assert surface()["modules"] == recorded["modules"]
