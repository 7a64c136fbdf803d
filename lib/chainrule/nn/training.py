"""Training: small batches, one update after the other, and a record of how it went.

What you can do with this file:

- train a network: `fit`;
- look at the record: `History`.

`fit` takes a `chainrule.nn.network.Network`, made of the library's layers or of your own, and changes it in place.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
from tqdm.auto import tqdm

from chainrule.backend import Array, get_array_module, to_device, to_host

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from chainrule.nn.network import Network
    from chainrule.nn.optimizers import Optimizer

__all__ = ["EpochHook", "History", "fit"]

READ_EVERY = 50  # steps; every look at a loss waits for the GPU


@dataclass
class History:
    """
    What happened in a training run.

    Attributes
    ----------
    losses : list of float
        The loss of every batch before its update.
    epoch_losses : list of float
        Their mean over each epoch.
    validation_losses, validation_accuracies : list of float
        After each epoch, on the validation set; accuracies need labels.
    training_accuracies : list of float
        After each epoch, where `measure_training` asked for it.
    rates : list of float
        The learning rate of each epoch.
    seconds : list of float
        How long each epoch took, without measuring.
    stopped : str
        Why training ended before its last epoch, in one sentence; empty where it did not.
    diverged : bool
        Whether it ended because the loss was no finite number any more.
    """

    losses: list[float] = field(default_factory=list)
    epoch_losses: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    validation_accuracies: list[float] = field(default_factory=list)
    training_accuracies: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    stopped: str = ""
    diverged: bool = False

    @property
    def epochs(self) -> int:
        """How many epochs were finished."""
        return len(self.epoch_losses)


class EpochHook(Protocol):
    """What `fit` calls after every epoch; a true answer ends the training, as early stopping does."""

    def __call__(self, epoch: int, network: Network, history: History) -> object:
        """Look at the record so far, or at the network."""


class _DivergedError(ArithmeticError):
    """The loss of a step was no finite number."""


def fit(
    network: Network,
    x: Array,
    y: Array,
    *,
    optimizer: Optimizer,
    epochs: int,
    rng: Generator,
    batch_size: int = 32,
    validation: tuple[Array, Array] | None = None,
    schedule: Callable[[int], float] | None = None,
    on_epoch: EpochHook | None = None,
    measure_training: bool = False,
    progress: bool = True,
) -> History:
    """
    Train a network in place.

    For each epoch: shuffle, cut into batches; for each batch: forward, backward, update.

    Parameters
    ----------
    network : Network
        Changed by the updates.
    x : array of shape (N, D)
        Inputs, in the module of the network.
    y : array of shape (N,) or (N, M)
        Labels 0 to C-1, or numbers where the loss is made for these.
    optimizer : Optimizer
        Makes updates of gradients; `chainrule.nn.optimizers` has some. One object for each network.
    epochs : int
        How often to go through all examples.
    rng : numpy.random.Generator
        Shuffles. The same start and the same generator give the same network, number for number.
    batch_size : int
        Examples an update; the last batch of an epoch may be smaller.
    validation : tuple of (array, array), optional
        Inputs and labels that are only measured, after every epoch.
    schedule : callable, optional
        From the number of the epoch, 0 first, to its learning rate; that of the optimizer when left out.
    on_epoch : callable, optional
        Called as on_epoch(epoch, network, history) after every epoch; a true answer ends the training.
    measure_training : bool
        Whether to measure the accuracy on the training set after every epoch too.
    progress : bool
        Whether to show a progress bar, and the sentence where training stops early.

    Returns
    -------
    History
        The record. It is there too after an interrupt (the stop button of a notebook), and where the loss became
        infinite or NaN; `stopped` says which.

    Notes
    -----
    Losses are looked at every 50 steps, so a diverging run may go on for a few steps; its record ends at the
    first loss that is no finite number.

    References
    ----------
    Bottou, Large-scale machine learning with stochastic gradient descent, COMPSTAT (2010).

    Examples
    --------
    >>> import numpy as np
    >>> from chainrule.nn.multilayer import multilayer_perceptron
    >>> from chainrule.nn.optimizers import SGD
    >>> x, y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    >>> rng = np.random.default_rng(0)
    >>> network = multilayer_perceptron([2, 8, 2], rng, activation="tanh")
    >>> history = fit(network, x, y, optimizer=SGD(0.5), epochs=300, rng=rng, progress=False)
    >>> network.predict(x).tolist()
    [0, 1, 1, 0]
    """
    x, y = _examine(network, x, y, "x")
    held_out = _examine(network, *validation, "validation x") if validation is not None else None
    if epochs < 0 or batch_size < 1:
        raise ValueError(f"Expected epochs from 0 and a batch_size from 1, found {epochs} and {batch_size}.")
    history = History()
    usual_rate = optimizer.lr
    bar = tqdm(total=epochs, unit="epoch", disable=not progress, leave=True)
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # a run that diverges says so itself
            for epoch in range(epochs):
                optimizer.lr = schedule(epoch) if schedule is not None else usual_rate
                _run_epoch(network, (x, y), history, optimizer=optimizer, rng=rng, batch_size=batch_size)
                _measure(network, history, held_out, (x, y) if measure_training else None)
                bar.set_postfix_str(_in_words(history), refresh=False)
                bar.update()
                if on_epoch is not None and on_epoch(epoch, network, history):
                    history.stopped = f"Stopped after epoch {epoch + 1}, as on_epoch asked for."
                    break
    except _DivergedError:
        history.diverged = True
        history.stopped = (
            f"The loss is {history.losses[-1]} at step {len(history.losses)}: the updates are too large. "
            f"Try a learning rate of a tenth of {optimizer.lr:g}, inputs of mean 0 and variance 1, or smaller weights."
        )
    except KeyboardInterrupt:
        history.stopped = f"Interrupted in epoch {history.epochs + 1}: the network keeps what it has learned so far."
    finally:
        optimizer.lr = usual_rate
        bar.close()
    if progress and history.stopped:
        tqdm.write(history.stopped)
    return history


def _run_epoch(
    network: Network,
    data: tuple[Array, Array],
    history: History,
    *,
    optimizer: Optimizer,
    rng: Generator,
    batch_size: int,
) -> None:
    """Each example once; at most READ_EVERY losses wait on the device to be looked at."""
    began, steps_before = time.perf_counter(), len(history.losses)
    x, y = data
    order = to_device(rng.permutation(len(x)), get_array_module(x))
    unread: list[Array] = []
    try:
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            unread.append(network.learn(x[rows], y[rows]))
            optimizer.update(network.parameters, network.gradients)
            if len(unread) == READ_EVERY:
                _read(unread, history)
    finally:
        _read(unread, history)
    history.seconds.append(time.perf_counter() - began)
    history.rates.append(optimizer.lr)
    of_epoch = history.losses[steps_before:]
    history.epoch_losses.append(sum(of_epoch) / max(len(of_epoch), 1))


def _read(unread: list[Array], history: History) -> None:
    """Look at all of them at once: on a GPU each look waits until the work before it is done."""
    if not unread:
        return
    xp = get_array_module(*unread)
    values = to_host(xp.stack([xp.asarray(value) for value in unread])).tolist()
    unread.clear()
    for value in values:
        history.losses.append(value)
        if value - value != 0:  # infinite or NaN
            raise _DivergedError


def _measure(
    network: Network, history: History, held_out: tuple[Array, Array] | None, training: tuple[Array, Array] | None
) -> None:
    if held_out is not None:
        output = network.infer(held_out[0])
        history.validation_losses.append(float(network.loss.forward(output, held_out[1])))
        if _are_labels(held_out[1]):
            history.validation_accuracies.append(_share_right(output, held_out[1]))
    if training is not None and _are_labels(training[1]):
        history.training_accuracies.append(_share_right(network.infer(training[0]), training[1]))


def _in_words(history: History) -> str:
    words = [f"loss {history.epoch_losses[-1]:.4f}"]
    if history.validation_losses:
        words.append(f"validation loss {history.validation_losses[-1]:.4f}")
    if history.validation_accuracies:
        words.append(f"accuracy {history.validation_accuracies[-1]:.1%}")
    return ", ".join(words)


def _share_right(output: Array, y: Array) -> float:
    return float((output.argmax(axis=1) == y).mean())


def _are_labels(y: Array) -> bool:
    return y.ndim == 1 and y.dtype.kind in "iu"


def _examine(network: Network, x: Array, y: Array, name: str) -> tuple[Array, Array]:
    """Look at the data once, so that no step has to; inputs get the dtype of the parameters."""
    xp = get_array_module(x, y, network.parameters)
    if len(x) != len(y) or not len(x):
        raise ValueError(f"Expected as many labels as examples in {name}, found {len(y)} for {len(x)}.")
    if _are_labels(y):
        output = network.infer(x[:1])
        low, high = (int(to_host(end)) for end in (y.min(), y.max()))
        if low < 0 or (output.shape[1] > 1 and high >= output.shape[1]):
            raise ValueError(
                f"Expected labels from 0 to {output.shape[1] - 1}, one for each output of the network, "
                f"found {low} to {high}."
            )
    return xp.asarray(x, dtype=network.parameters.dtype), y
