"""What a step of training costs: the library's layers and graph beside PyTorch, scikit-learn and bare products.

Run: python benchmarks/training.py. Writes benchmarks/results/training.json. PyTorch is no part of the project; where
it is not installed its columns stay out. To install it beside the project:

    python -m venv VENV && VENV/bin/pip install -e . torch==2.13.0 && VENV/bin/python benchmarks/training.py

All contestants start from the same float32 weights, get the same batches and do the same plain gradient descent on
one thread. First their losses are compared over a few hundred steps. Then they take turns, one block of steps each, in
every round in another order, so that a machine that slows down slows all of them down. Reported are medians over
the rounds, and medians of the ratios within a round. The bounds asked for:

- the layers on 784-512-256-10, batch 128: 1.05 times PyTorch, 1.5 times the bare products;
- the layers on 64-64-10, batch 32: 0.35 times PyTorch;
- the graph on the large network: 1.15 times PyTorch;
- `fit` beside scikit-learn's trainer, both shuffling as they do by default: 0.75 times on the large network, 0.40
  times on the small one. scikit-learn in the order of the data, which spares it the picking of rows, is measured
  beside the layers too, without a bound.
"""

from __future__ import annotations

import functools
import gc
import importlib.util
import itertools
import statistics
import time
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_info, threadpool_limits

from chainrule.nn import graph
from chainrule.nn.layers import Affine, ReLU, SoftmaxCrossEntropy
from chainrule.nn.network import Network
from chainrule.nn.optimizers import SGD
from chainrule.nn.training import fit
from record import record

if TYPE_CHECKING:
    from collections.abc import Callable

torch: Any = importlib.import_module("torch") if importlib.util.find_spec("torch") else None
Weights = list[tuple[np.ndarray, np.ndarray]]
Block = "Callable[[], list[float]]"


@dataclass
class Task:
    """A network, its batches, and the bounds for ratios of times."""

    name: str
    sizes: list[int]
    batch: int
    steps: int
    rounds: int
    bounds: dict[str, float]
    lr: float = 0.05
    x: np.ndarray = field(init=False)
    y: np.ndarray = field(init=False)
    weights: Weights = field(init=False)

    def __post_init__(self) -> None:
        """Draw inputs that can be learned, and weights."""
        rng = np.random.default_rng(4)
        count = self.batch * self.steps
        self.y = np.arange(count) % self.sizes[-1]
        centers = rng.standard_normal((self.sizes[-1], self.sizes[0]))
        self.x = (centers[self.y] + 2.0 * rng.standard_normal((count, self.sizes[0]))).astype(np.float32)
        order = rng.permutation(count)
        self.x, self.y = self.x[order], self.y[order]
        self.weights = [
            ((rng.standard_normal((D, M)) * (2 / D) ** 0.5).astype(np.float32), np.zeros(M, dtype=np.float32))
            for D, M in itertools.pairwise(self.sizes)
        ]

    def batches(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """The same pieces for everybody."""
        starts = range(0, len(self.x), self.batch)
        return [(self.x[it : it + self.batch], self.y[it : it + self.batch]) for it in starts]


BOUNDS_LARGE = {
    "layers_to_pytorch": 1.05,
    "layers_to_products": 1.5,
    "fit_to_scikit_learn": 0.75,
    "graph_to_pytorch": 1.15,
}
BOUNDS_SMALL = {"layers_to_pytorch": 0.35, "fit_to_scikit_learn": 0.40}
TASKS = [
    Task("784-512-256-10", [784, 512, 256, 10], 128, 20, 60, BOUNDS_LARGE),
    Task("64-64-10", [64, 64, 10], 32, 200, 60, BOUNDS_SMALL),
]


def network_of(task: Task) -> Network:
    """The library's layers with the task's weights."""
    stack = [layer for W, b in task.weights for layer in (Affine(W, b), ReLU())]
    return Network(stack[:-1], SoftmaxCrossEntropy())


def with_layers(task: Task) -> Block:
    """The library's network."""
    network, optimizer, batches = network_of(task), SGD(task.lr), task.batches()

    def block() -> list[float]:
        losses = []
        for x, y in batches:
            losses.append(float(network.learn(x, y)))
            optimizer.update(network.parameters, network.gradients)
        return losses

    return block


def with_fit(task: Task) -> Block:
    """The library's trainer, which shuffles too."""
    network, rng = network_of(task), np.random.default_rng(5)

    def block() -> list[float]:
        optimizer = SGD(task.lr)
        history = fit(
            network, task.x, task.y, optimizer=optimizer, epochs=1, rng=rng, batch_size=task.batch, progress=False
        )
        return history.losses

    return block


def with_graph(task: Task) -> Block:
    """The library's computational graph."""
    batches, scratch = task.batches(), [np.empty_like(array) for pair in task.weights for array in pair]
    nodes = [graph.Node(array.copy()) for pair in task.weights for array in pair]

    def block() -> list[float]:
        losses = []
        for a, y in batches:
            for layer in range(0, len(nodes), 2):
                a = (a if layer == 0 else graph.relu(a)) @ nodes[layer] + nodes[layer + 1]  # noqa: PLW2901
            loss = graph.cross_entropy(a, y)
            loss.backward()
            for node, step in zip(nodes, scratch, strict=True):
                np.multiply(node.grad, task.lr, out=step)
                node.value -= step
            losses.append(float(loss.value))
        return losses

    return block


def with_pytorch(task: Task) -> Block:
    """PyTorch as its tutorials use it, without a compiler."""
    modules = []
    for W, b in task.weights:
        linear = torch.nn.Linear(*W.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(W.T.copy()))
            linear.bias.copy_(torch.from_numpy(b))
        modules += [linear, torch.nn.ReLU()]
    network = torch.nn.Sequential(*modules[:-1])
    optimizer, criterion = torch.optim.SGD(network.parameters(), lr=task.lr), torch.nn.CrossEntropyLoss()
    batches = [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in task.batches()]

    def block() -> list[float]:
        losses = []
        for x, y in batches:
            optimizer.zero_grad()
            loss = criterion(network(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return losses

    return block


def with_scikit_learn(task: Task, *, shuffle: bool = True) -> Block:
    """One call for each block, so that what scikit-learn examines once a call is shared by its steps."""
    model = MLPClassifier(
        task.sizes[1:-1], solver="sgd", alpha=0.0, batch_size=task.batch, learning_rate_init=task.lr, momentum=0.0,
        nesterovs_momentum=False, shuffle=shuffle, random_state=0,
    )  # fmt: skip
    model.partial_fit(task.x[: task.batch], task.y[: task.batch], classes=np.arange(task.sizes[-1]))
    for number, (W, b) in enumerate(task.weights):
        model.coefs_[number][...] = W
        model.intercepts_[number][...] = b

    def block() -> list[float]:
        model.partial_fit(task.x, task.y)
        return [model.loss_]  # the mean over the block; it gives no others

    return block


def with_products(task: Task) -> Block:
    """The matrix products of a step and nothing else, into memory that is there already."""
    pairs, N = list(itertools.pairwise(task.sizes)), task.batch
    inputs = [task.batches()[0][0], *(np.ones((N, M), dtype=np.float32) for _, M in pairs)]
    weights = [W for W, _ in task.weights]
    dW, dx = [np.empty_like(W) for W in weights], [np.empty_like(a) for a in inputs]

    def block() -> list[float]:
        for _ in range(task.steps):
            for layer, W in enumerate(weights):
                np.matmul(inputs[layer], W, out=dx[layer + 1])
            for layer in reversed(range(len(weights))):
                np.matmul(inputs[layer].T, inputs[layer + 1], out=dW[layer])
                if layer:
                    np.matmul(inputs[layer + 1], weights[layer].T, out=dx[layer])
        return []

    return block


CONTESTANTS = {
    "layers": with_layers,
    "fit": with_fit,
    "graph": with_graph,
    "products": with_products,
    "scikit_learn": with_scikit_learn,
    "scikit_learn_in_order": functools.partial(with_scikit_learn, shuffle=False),
    **({"pytorch": with_pytorch} if torch else {}),
}


def curves_agree(task: Task, blocks: int = 6) -> dict[str, float]:
    """The largest relative difference of each contestant's losses from those of the layers, block by block."""
    curves = {}
    for name in set(CONTESTANTS) - {"fit", "products", "scikit_learn"}:
        block = CONTESTANTS[name](task)
        curves[name] = [block() for _ in range(blocks)]
    layers = curves.pop("layers")
    apart = {}
    for name, curve in sorted(curves.items()):
        pairs = (
            zip(itertools.chain(*layers), itertools.chain(*curve), strict=True)
            if len(curve[0]) > 1
            else zip((statistics.fmean(it) for it in layers), (it[0] for it in curve), strict=True)
        )
        apart[name] = max(abs(ours - theirs) / (abs(ours) + 1e-3) for ours, theirs in pairs)
        if not apart[name] < 0.01:
            raise SystemExit(f"{task.name}: the losses of {name} differ from the layers' by {apart[name]:.2%}.")
    if not statistics.fmean(layers[-1]) < 0.7 * statistics.fmean(layers[0]):
        raise SystemExit(f"{task.name}: the loss did not fall, so nothing was learned and nothing is compared.")
    return apart


def measured(task: Task) -> dict[str, Any]:
    """Seconds a step for each contestant, and the layers' and the graph's ratios to others."""
    blocks = {name: make(task) for name, make in CONTESTANTS.items()}
    times: dict[str, list[float]] = {name: [] for name in blocks}
    names = list(blocks)
    for number in range(task.rounds + 2):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            start = time.perf_counter()
            blocks[name]()
            if number >= 2:  # the first rounds fill caches
                times[name].append((time.perf_counter() - start) / task.steps)
    pairs = [
        *(("layers", name) for name in ("products", "scikit_learn_in_order", "pytorch")),
        *(("graph", name) for name in ("layers", "pytorch")),
        ("fit", "scikit_learn"),
    ]
    ratios = {
        f"{ours}_to_{name}": statistics.median(a / b for a, b in zip(times[ours], times[name], strict=True))
        for ours, name in pairs
        if name in times
    }
    return {
        "microseconds_a_step": {name: round(statistics.median(it) * 1e6, 1) for name, it in times.items()},
        "microseconds_a_step_fastest": {name: round(min(it) * 1e6, 1) for name, it in times.items()},
        "ratios": {name: round(ratio, 3) for name, ratio in ratios.items()},
    }


def graph_seconds(make: Callable[[int], graph.Node], size: int) -> float:
    """Median time to build a graph and to run it backward, without the garbage collector, as `timeit` does."""
    times = []
    gc.disable()
    for _ in range(9):
        start = time.perf_counter()
        make(size).backward()
        times.append(time.perf_counter() - start)
    gc.enable()
    return statistics.median(times)


def chain(length: int) -> graph.Node:
    """One gate after the other."""
    node = graph.Node(1.0)
    for _ in range(length):
        node = node + 1.0
    return node


def diamonds(levels: int) -> graph.Node:
    """Every level doubles the number of paths."""
    node = graph.Node(1.0)
    for _ in range(levels):
        node = node * 0.5 + node * 0.5
    return node


def main() -> None:
    """Compare the losses, take turns, print and write."""
    if torch:
        torch.set_num_threads(1)
    facts: dict[str, Any] = {
        "versions": {"numpy": np.__version__, "scikit_learn": sklearn.__version__}
        | ({"pytorch": torch.__version__} if torch else {}),
    }
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        facts["blas"] = [f"{it['internal_api']} {it['version']}, {it.get('architecture')}" for it in threadpool_info()]
        for task in TASKS:
            apart = curves_agree(task)
            found = measured(task)
            facts[task.name] = found | {"bounds": task.bounds, "losses_apart_at_most": apart}
            print(task.name, found["microseconds_a_step"])
            for name, ratio in found["ratios"].items():
                bound = task.bounds.get(name)
                print(
                    f"  {name} {ratio}" + (f" (bound {bound}{'' if ratio <= bound else ', MISSED'})" if bound else "")
                )
        facts["graph"] = {
            "chain_of_10000_seconds": graph_seconds(chain, 10_000),
            "chain_of_20000_seconds": graph_seconds(chain, 20_000),
            "diamonds_20_levels_seconds": graph_seconds(diamonds, 20),
            "diamonds_200_levels_seconds": graph_seconds(diamonds, 200),
        }
    print(facts["graph"])
    record("training", facts)


if __name__ == "__main__":
    main()
