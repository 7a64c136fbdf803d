"""All that only a machine with a GPU can show, in one run of at most eight minutes.

Run: python benchmarks/on_gpu.py, on a machine with an NVIDIA GPU and CuPy, in a clone whose instructor's part is
installed. Writes benchmarks/results/on_gpu.json, and gpu.json beside it. Without a GPU one sentence says so, and
nothing is written; `--rehearse` goes through all parts on the CPU and writes nothing either.

    suites     the library's tests on the device, the stand-in beside CuPy, checks of arrays on the device, the fence
    steps      benchmarks/gpu.py: a step of training beside one CPU thread, PyTorch and the bare products
    capstone   an epoch on data of MNIST's size (60,000 images), CPU and GPU from the same weights: seconds and losses
    units      small classes, graded without and with `--device gpu`: the scores must be the same

Each part has its own time. What is not ready by then is told as not finished, and the others go on.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.authoring.building.build import build_unit
from chainrule.authoring.course import find_course
from chainrule.authoring.simulating.demo import copy_course, proctor, scores_of
from chainrule.authoring.simulating.simulate import simulate
from chainrule.backend import gpu_state, to_device
from chainrule.nn.multilayer import multilayer_perceptron
from chainrule.nn.optimizers import Momentum
from chainrule.nn.training import fit
from record import RESULTS, record

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
TESTS = ("tests/lib/test_on_every_device.py", "tests/lib/test_stand_in.py", "tests/lib/test_check_device.py")
FENCE_TESTS = ("tests/autograder/test_gpu_fence.py",)
UNITS = ("02_activations", "04_backpropagation")
STUDENTS = 4
IMAGES, PIXELS, CLASSES = 60_000, 784, 10
SLOWER = 10  # nobody waits for a rehearsal, and machines without a GPU are often busy ones
SIZES, BATCH, RATE, SHARE = [PIXELS, 512, 256, CLASSES], 128, 0.01, 0.9


@dataclass(frozen=True)
class Part:
    """What is measured, and how long it may take."""

    name: str
    seconds: float
    run: Callable[[bool, float], dict[str, Any]]


def pytest(paths: tuple[str, ...], seconds: float) -> dict[str, Any]:
    """How many tests passed, failed, and were not run."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *paths]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds)
        print(done.stdout[-3000:])
        summary = done.stdout.strip().splitlines()[-1:] or [done.stderr[-200:]]
    return {"ok": done.returncode == 0, "summary": summary[0]}


def suites(_rehearse: bool, seconds: float) -> dict[str, Any]:
    """The tests that need a device; without one they are left out by themselves."""
    end = time.monotonic() + seconds
    found = {"library": pytest(TESTS, seconds)}
    found["fence"] = pytest(FENCE_TESTS, end - time.monotonic())
    return {"ok": all(it["ok"] for it in found.values()), **found}


def steps(rehearse: bool, seconds: float) -> dict[str, Any]:
    """benchmarks/gpu.py."""
    words = [sys.executable, str(ROOT / "benchmarks" / "gpu.py"), *(["--counts"] if rehearse else [])]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=seconds)
    print(done.stdout, done.stderr[-2000:])
    return {"ok": done.returncode == 0, "file": "gpu.json"}


def capstone(rehearse: bool, _seconds: float) -> dict[str, Any]:
    """An epoch on each device."""
    count = 2_000 if rehearse else IMAGES
    rng = np.random.default_rng(0)
    x = rng.random((count, PIXELS), dtype=np.float32)
    y = rng.integers(CLASSES, size=count)
    found: dict[str, Any] = {"images": count, "sizes": SIZES, "batch": BATCH}
    modules = {"cpu": np} if rehearse else {"cpu": np, "gpu": importlib.import_module("cupy")}
    for name, xp in modules.items():
        there = [to_device(it, xp) for it in (x, y)]
        for _ in ("warm-up", "measured"):
            network = multilayer_perceptron(SIZES, np.random.default_rng(1), xp=xp)
            optimizer = Momentum(RATE, SHARE)
            history = fit(
                network,
                *there,
                optimizer=optimizer,
                epochs=1,
                rng=np.random.default_rng(2),
                batch_size=BATCH,
                progress=False,
            )
        found[f"{name}_epoch_seconds"], found[f"{name}_loss"] = history.seconds[0], history.epoch_losses[0]
    found["ok"] = rehearse or bool(np.isclose(found["cpu_loss"], found["gpu_loss"], rtol=1e-3))
    return found


def units(rehearse: bool, seconds: float) -> dict[str, Any]:
    """Scores without and with the GPU."""
    end = time.monotonic() + seconds
    found: dict[str, Any] = {"ok": True}
    with tempfile.TemporaryDirectory() as folder:
        course = copy_course(find_course(ROOT), Path(folder))
        for unit in UNITS:
            if time.monotonic() > end - seconds / len(UNITS) / 2:
                return found | {"ok": False, unit: "no time was left"}
            build_unit(course, unit)
            simulate(course, unit, students=STUDENTS, seed=0, folder=course.var / "submitted")
            scores = {}
            for device in ("cpu", "cpu" if rehearse else "gpu"):
                proctor(course, "grade", unit, "--regrade", "--device", device, *_isolation())
                scores[device] = scores_of(course, unit)
            same = len({json.dumps(it, sort_keys=True) for it in scores.values()}) == 1
            found[unit] = {"students": STUDENTS, "same": same, "points": sum(it[0] for it in scores["cpu"].values())}
            found["ok"] &= same
    return found


def _isolation() -> list[str]:
    """Without bubblewrap student code runs as a process like any other."""
    words = ["bwrap", "--unshare-user", "--ro-bind", "/", "/", "true"]
    try:
        works = subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        works = False
    return [] if works else ["--isolation", "process"]


PARTS = (
    Part("suites", 150, suites),
    Part("steps", 120, steps),
    Part("capstone", 60, capstone),
    Part("units", 150, units),
)


def main() -> int:
    """Run all parts and write down what they found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rehearse", action="store_true", help="all parts on the CPU; writes nothing")
    parser.add_argument("--only", choices=[it.name for it in PARTS], action="append", help="this part alone")
    options = parser.parse_args()
    state = gpu_state()
    if not state.usable and not options.rehearse:
        print(f"Expected a GPU that CuPy can use. {state.sentence}")
        return 1
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    found: dict[str, Any] = {}
    for part in PARTS:
        if options.only and part.name not in options.only:
            continue
        begin = time.monotonic()
        try:
            found[part.name] = part.run(options.rehearse, part.seconds * (SLOWER if options.rehearse else 1))
        except subprocess.TimeoutExpired:
            found[part.name] = {"ok": False, "not finished": f"in {part.seconds:g} seconds"}
        except Exception as error:  # noqa: BLE001 - the machine is lent for minutes: the other parts go on
            found[part.name] = {"ok": False, "failed": f"{type(error).__name__}: {error}"[:2000]}
        found[part.name]["seconds"] = round(time.monotonic() - begin, 1)
        print(part.name, json.dumps(found[part.name]))
        if not options.rehearse:
            RESULTS.mkdir(exist_ok=True)
            record("on_gpu", {**_versions(), "parts": found})  # after each: what is known stays
    return 0 if all(it["ok"] for it in found.values()) else 1


def _versions() -> dict[str, Any]:
    cupy = importlib.import_module("cupy")
    runtime = cupy.cuda.runtime
    name = runtime.getDeviceProperties(0)["name"].decode()
    return {
        "device": name,
        "cuda_runtime": runtime.runtimeGetVersion(),
        "cupy": cupy.__version__,
        "numpy": np.__version__,
    }


if __name__ == "__main__":
    sys.exit(main())
