"""What a step of training costs on a GPU, beside one CPU thread, PyTorch on CUDA, and the bare products.

Run: python benchmarks/gpu.py, on a machine with an NVIDIA GPU and CuPy. Writes benchmarks/results/gpu.json. PyTorch
is no part of the project; where it is not installed its column stays out. Without a GPU one sentence says so, and
nothing is written. `--counts` prints operations, waits and copies of a step, as the stand-in for CuPy counts them;
it needs no GPU.

All start from the same float32 weights and train with momentum on the same batch, which lies on the device already.
After a warm-up they take turns, REPEATS blocks each. A block is timed from one synchronization to the next.
Reported are medians of a step, and medians of the ratios within a round. Asked for: no wait in a step; for
784-4096-4096-10 at batch 128 at least 20 times one CPU thread, and at most 1.5 times PyTorch.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import importlib.util
import itertools
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from chainrule.backend import gpu_state, to_device
from chainrule.nn.multilayer import multilayer_perceptron
from chainrule.nn.optimizers import Momentum
from chainrule.stand_in import counting, pretending
from record import record

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 15
WARM_UP = 3
BLOCK_SECONDS = 0.2  # a block has as many steps as fit
MOST_STEPS = 200
RATE, SHARE = 0.01, 0.9
TASKS = {
    "digits 64-64-10, batch 32": ([64, 64, 10], 32),
    "784-512-256-10, batch 128": ([784, 512, 256, 10], 128),
    "784-512-256-10, batch 1024": ([784, 512, 256, 10], 1024),
    "784-512-256-10, batch 8192": ([784, 512, 256, 10], 8192),
    "784-4096-4096-10, batch 128": ([784, 4096, 4096, 10], 128),
}
Step = "Callable[[], object]"


def inputs(sizes: list[int], batch: int) -> tuple[np.ndarray, np.ndarray]:
    """One batch."""
    rng = np.random.default_rng(4)
    return rng.standard_normal((batch, sizes[0])).astype(np.float32), rng.integers(sizes[-1], size=batch)


def with_library(sizes: list[int], batch: int, xp: Any) -> Step:
    """The library's network and optimizer, in either module."""
    network = multilayer_perceptron(sizes, np.random.default_rng(1), xp=xp)
    x, y = (to_device(it, xp) for it in inputs(sizes, batch))
    optimizer = Momentum(RATE, SHARE)

    def step() -> None:
        network.learn(x, y)
        optimizer.update(network.parameters, network.gradients)

    return step


def with_products(sizes: list[int], batch: int, xp: Any) -> Step:
    """The matrix products of a step and nothing else: forward, to the weights, and down but for the first layer."""
    rng = np.random.default_rng(1)
    arrays = [to_device(rng.standard_normal((batch, it)).astype(np.float32), xp) for it in sizes]
    weights = [to_device(rng.standard_normal(it).astype(np.float32), xp) for it in itertools.pairwise(sizes)]

    def step() -> None:
        for number, W in enumerate(weights):
            xp.matmul(arrays[number], W)
            xp.matmul(arrays[number].T, arrays[number + 1])
            if number:
                xp.matmul(arrays[number + 1], W.T)

    return step


def with_pytorch(sizes: list[int], batch: int, torch: Any) -> Step:
    """PyTorch's layers and optimizer on CUDA, one operation after the other."""
    modules = [it for D, M in itertools.pairwise(sizes) for it in (torch.nn.Linear(D, M), torch.nn.ReLU())]
    model = torch.nn.Sequential(*modules[:-1]).cuda()
    host_x, host_y = inputs(sizes, batch)
    x, y = torch.from_numpy(host_x).cuda(), torch.from_numpy(host_y).cuda()
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=SHARE)

    def step() -> None:
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


def timed(step: Step, steps: int, synchronize: Callable[[], object]) -> float:
    """Seconds of one step, from a silent device to a silent device."""
    synchronize()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    synchronize()
    return (time.perf_counter() - start) / steps


def counts(sizes: list[int], batch: int) -> dict[str, int]:
    """What a step asks of a device."""
    with pretending() as xp:
        step = with_library(sizes, batch, xp)
        step()
        with counting() as found:
            step()
    return dataclasses.asdict(found)


def measured(sizes: list[int], batch: int, cupy: Any, torch: Any) -> dict[str, Any]:
    """Medians of all contestants, who take turns."""
    steps = {
        "cpu": with_library(sizes, batch, np),
        "gpu": with_library(sizes, batch, cupy),
        "products": with_products(sizes, batch, cupy),
    }
    if torch is not None:
        steps["pytorch"] = with_pytorch(sizes, batch, torch)
    waits = {"cpu": lambda: None} | ({"pytorch": torch.cuda.synchronize} if torch is not None else {})
    synchronize = {name: waits.get(name, cupy.cuda.Device().synchronize) for name in steps}
    lengths = {}
    for name, step in steps.items():
        for _ in range(WARM_UP):
            seconds = timed(step, 1, synchronize[name])
        lengths[name] = max(1, min(MOST_STEPS, int(BLOCK_SECONDS / seconds)))
    rounds: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(REPEATS):
        order = list(steps)[number % len(steps) :] + list(steps)[: number % len(steps)]
        for name in order:
            rounds[name].append(timed(steps[name], lengths[name], synchronize[name]))
    facts: dict[str, Any] = {f"{name}_step_seconds": statistics.median(times) for name, times in rounds.items()}
    for above, below in (("cpu", "gpu"), ("gpu", "pytorch"), ("gpu", "products")):
        if below in rounds:
            ratios = [a / b for a, b in zip(rounds[above], rounds[below], strict=True)]
            facts[f"{above}_to_{below}"] = statistics.median(ratios)
    return facts


def main() -> int:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", action="store_true", help="only operations, waits and copies; needs no GPU")
    if parser.parse_args().counts:
        for name, (sizes, batch) in TASKS.items():
            print(name, counts(sizes, batch))
        return 0
    state = gpu_state()
    if not state.usable:
        print(f"Expected a GPU that CuPy can use. {state.sentence}")
        return 1
    cupy = importlib.import_module("cupy")
    torch = importlib.import_module("torch") if importlib.util.find_spec("torch") else None
    torch = torch if torch is not None and torch.cuda.is_available() else None
    results = {}
    with threadpool_limits(1):
        for name, (sizes, batch) in TASKS.items():
            results[name] = measured(sizes, batch, cupy, torch) | {"a_step": counts(sizes, batch)}
            print(name, results[name])
    runtime = cupy.cuda.runtime
    record(
        "gpu",
        {
            "device": runtime.getDeviceProperties(0)["name"].decode(),
            "cuda_runtime": runtime.runtimeGetVersion(),
            "cupy": cupy.__version__,
            "numpy": np.__version__,
            "pytorch": torch.__version__ if torch is not None else None,
            "repeats": REPEATS,
            "tasks": results,
        },
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
