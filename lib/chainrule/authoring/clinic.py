"""The seven broken runs of unit 06: how they were made, and writing them down without the faults' names.

What you can do with this file:

- train all runs anew: `broken_runs`;
- write the files in `chainrule/data/clinic_runs` anew: `python -m chainrule.authoring.clinic`, or `write_runs`.

Each run is sound but for one fault. Students get the record, never this file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.data import load_digits
from chainrule.data.clinic import FOLDER
from chainrule.nn.multilayer import multilayer_perceptron
from chainrule.nn.optimizers import SGD
from chainrule.nn.training import fit

if TYPE_CHECKING:
    from pathlib import Path

    from chainrule.nn.network import Network
    from chainrule.nn.training import History

__all__ = ["FAULTS", "broken_runs", "write_runs"]

SEED = 606
HIDDEN = 32
BATCH, STEPS = 32, 100
HANDFUL, HANDFUL_EPOCHS, HANDFUL_RATE = 20, 40, 0.3


@dataclass(frozen=True)
class _Settings:
    """A sound run; a fault changes one of these."""

    gain: float = 1.0
    first_decay: float = 0.0
    rate: float = 0.1
    decay: float = 1e-4
    images: int = 400
    hidden: int = HIDDEN
    epochs: int = 80
    wrong_labels: float = 0.0


FAULTS = {
    "initialization": _Settings(gain=4.0),
    "rate too high": _Settings(rate=3.0),
    "rate too low": _Settings(rate=0.0008),
    "decay on at step 1": _Settings(first_decay=0.03),
    "overfit": _Settings(images=100, hidden=256, rate=0.3, decay=0.0, wrong_labels=0.2),
    "underfit": _Settings(decay=0.06),
    "stopped too early": _Settings(epochs=6),
}
LETTERS = dict(
    zip("ABCDEFG", (list(FAULTS)[int(it)] for it in np.random.default_rng(SEED).permutation(len(FAULTS))), strict=True)
)


class _DecayedSGD(SGD):
    """Gradient descent whose weights shrink at every step."""

    decay = 0.0

    def update(self, parameters: Any, gradients: Any, /) -> None:
        """Change `parameters` in place."""
        parameters *= 1.0 - self.lr * self.decay
        super().update(parameters, gradients)


def broken_runs() -> dict[str, dict[str, Any]]:
    """
    Train the runs.

    Returns
    -------
    dict of str to dict
        By letter: first loss, spread of the first logits, accuracies of the handful, losses of the first hundred
        steps, training and validation loss of every epoch.
    """
    return {letter: _run(FAULTS[fault], number) for number, (letter, fault) in enumerate(LETTERS.items())}


def _network(settings: _Settings, rng: np.random.Generator) -> Network:
    network = multilayer_perceptron([64, settings.hidden, 10], rng, dtype="float64")
    network.parameters *= settings.gain
    return network


def _run(settings: _Settings, number: int) -> dict[str, Any]:
    rng = np.random.default_rng([SEED, number])
    digits = load_digits(np.random.default_rng(SEED))
    x, y = digits.x_train[: settings.images], digits.y_train[: settings.images].copy()
    wrong = rng.permutation(len(y))[: round(settings.wrong_labels * len(y))]
    y[wrong] = rng.integers(0, 10, len(wrong))
    network = _network(settings, rng)
    penalty = 0.5 * settings.first_decay * float((network.parameters**2).sum())
    first = float(network.evaluate(x, y)) + penalty
    spread = float(network.infer(x).std())
    few = digits.x_train[:HANDFUL], digits.y_train[:HANDFUL]
    by_heart = replace(settings, rate=HANDFUL_RATE, decay=0.0, epochs=HANDFUL_EPOCHS)
    learned = _trained(_network(settings, rng), few, by_heart, rng, measure_training=True)
    hundred = replace(settings, epochs=-(-STEPS * BATCH // len(y)) + 1)
    short = _trained(_network(settings, rng), (x, y), hundred, rng)
    held_out = digits.x_val, digits.y_val
    history = _trained(network, (x, y), settings, rng, validation=held_out)
    return {
        "first_loss": first,
        "first_spread": spread,
        "handful": learned.training_accuracies,
        "steps": short.losses[:STEPS],
        "train_loss": history.epoch_losses,
        "val_loss": history.validation_losses,
    }


def _trained(network: Network, data: tuple[Any, Any], settings: _Settings, rng: Any, **options: Any) -> History:
    optimizer = _DecayedSGD(settings.rate)
    optimizer.decay = settings.decay
    size = min(BATCH, len(data[1]) // 4)
    x, y = data
    return fit(
        network, x, y, optimizer=optimizer, epochs=settings.epochs, batch_size=size, rng=rng, progress=False, **options
    )


def _written(values: Any) -> Any:
    """A number, or a list of numbers, with three digits after the point."""
    return round(values, 3) if isinstance(values, float) else [round(float(it), 3) for it in values]


def write_runs(folder: Path) -> None:
    """
    Train the runs and write each into a file of its own.

    Parameters
    ----------
    folder : pathlib.Path
        Where `run_a.json` to `run_g.json` go.
    """
    for letter, run in broken_runs().items():
        lines = (f'  "{name}": {json.dumps(_written(it))}' for name, it in run.items())
        text = "{\n" + ",\n".join(lines) + "\n}\n"
        (folder / f"run_{letter.lower()}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_runs(FOLDER)
