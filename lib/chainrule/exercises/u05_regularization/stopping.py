"""Exercise 5.5: early stopping, a class that the student writes, and a run that uses it."""

from __future__ import annotations

import math

import numpy as np

from chainrule.checking.comparing.probes import Call, Probe
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises.u05_regularization.common import declare, numbers
from chainrule.exercises.u05_regularization.stoppers import (
    ComparesWithTheLast,
    CountingDown,
    HigherIsBetter,
    KeepsAReference,
    KeepsTheLast,
    NanIsBetter,
    NeverReset,
    OneTooLate,
    RememberingAll,
    TieIsBetter,
)
from chainrule.nn import regularization

__all__ = ["EARLY_STOPPING", "STOPPED_WALK"]

in_time = declare("5.5", "Early stopping")

NAN = float("nan")


def watched(rng, label, patience, losses):
    """A probe: one call of update for each loss, and best at the end."""
    updates = tuple(Call("update", (float(loss), numbers(rng, 3))) for loss in losses)
    told = ", ".join(f"{loss:.3g}" for loss in losses)
    return Probe(f"{label}: {told}", (patience,), then=(*updates, Call("best")))


def in_one_array(rng, patience, losses):
    """A probe with one array for all calls, which changes in place between them."""
    told = ", ".join(f"{loss:.3g}" for loss in losses)
    label = f"parameters that change in place: {told}"
    return Probe(label, (patience, np.array(losses), numbers(rng, len(losses), 3)), script="watched run")


def stopping_probes(rng):
    low = float(rng.uniform(0.2, 0.4))
    return (
        watched(rng, "a loss that falls and rises", 3, [1.0, low, low + 0.1, low + 0.2, low + 0.3]),
        watched(rng, "one bad epoch with a patience of 1", 1, [0.8, low, low + 0.1]),
        watched(rng, "an improvement just in time", 3, [0.8, 0.9, 1.0, low, 0.9, 0.8]),
        watched(rng, "a plateau", 2, [0.8, low, low, low]),
        watched(rng, "NaN in between", 3, [0.9, NAN, low, 0.7, NAN, NAN]),
        watched(rng, "NaN at the start", 4, [NAN, 0.9, low, 0.8, low + 0.1]),
        watched(rng, "a loss that always falls", 2, [0.9, 0.8, 0.7, low]),
        watched(rng, "small ups and downs above the best", 3, [low, 1.0, 0.9, 0.8]),
        in_one_array(rng, 2, (0.9, low, low + 0.1)),
        in_one_array(rng, 3, (0.9, NAN, 0.8, low + 0.3, low + 0.4)),
    )


EARLY_STOPPING = in_time(
    name="EarlyStopping",
    points=2,
    reference=regularization.EarlyStopping,
    hints=(
        (
            "Which things must the object remember from one epoch to the next? "
            "Go through the losses 0.8, 0.9, 0.7 with paper and pencil: what do you write down after each? "
            "What must stand there before the first loss comes?"
        ),
        (
            "Four things are remembered: the patience, the lowest loss so far, the parameters that came with it, "
            "and how many epochs in a row were no improvement. Before the first epoch the lowest loss is infinite. "
            "update compares: is the loss below the lowest? Then there is a new lowest loss, a new copy, and the "
            "count begins again at 0. "
            "In every other case the count goes up by one; a comparison with NaN is never true. "
            "The answer is whether the count has reached the patience."
        ),
        (
            "patience 2, losses 0.8, 0.9, 0.7, 0.7, NaN. The counts after each epoch are 0, 1, 0, 1, 2. "
            "So update gives False four times and then True, and best() gives the parameters of the third epoch."
        ),
    ),
    alternatives={"from the whole record": RememberingAll, "counting down": CountingDown},
    probes=stopping_probes,
    sample=lambda rng: (int(rng.integers(1, 5)),),
    mistakes={
        "count_not_reset": (
            NeverReset,
            "The count goes on after an improvement: set it back to 0 there, patience means epochs in a row.",
        ),
        "stops_one_epoch_late": (
            OneTooLate,
            "It stops one epoch late: with patience 3 the third epoch without improvement is the last.",
        ),
        "last_parameters_kept": (
            KeepsTheLast,
            "best() gives the last parameters: keep a copy only when the loss improves.",
        ),
        "tie_counts_as_better": (
            TieIsBetter,
            "An equal loss counts as an improvement, so a plateau never ends: compare with <.",
        ),
        "nan_counts_as_better": (
            NanIsBetter,
            "NaN becomes the best loss: `not loss >= best` is true for NaN, `loss < best` is not.",
        ),
        "higher_is_better": (
            HigherIsBetter,
            "The largest loss counts as the best one; a loss should be low.",
        ),
        "compared_with_the_epoch_before": (
            ComparesWithTheLast,
            "The loss is compared with that of the epoch before; compare with the lowest so far.",
        ),
        "keeps_a_reference": (
            KeepsAReference,
            "saved = parameters is a second name for one array, and training changes it in place: keep a copy.",
        ),
    },
    traps=(
        Trap("keeps_a_reference", breaks="Keep `parameters.copy()`."),
        Trap("tie_counts_as_better", breaks="A tie is none, and NaN is none."),
        Trap("nan_counts_as_better", breaks="A tie is none, and NaN is none."),
        Trap("count_not_reset", breaks="`patience` epochs **in a row** without improvement end the training."),
    ),
)

# --- a run that stops ----------------------------------------------------------------------------------------


def stopped_walk(w, steps, losses, patience):
    """Add the steps to a copy of w one after the other, and give the parameters of the best loss."""
    stopper, w = regularization.EarlyStopping(patience), w.copy()
    for step, loss in zip(steps, losses, strict=True):
        w += step
        if stopper.update(loss, w):
            break
    return stopper.best()


def walk_by_sums(w, steps, losses, patience):
    best, waited = -1, 0
    for number, loss in enumerate(losses):
        if best < 0 or loss < losses[best]:
            best, waited = number, 0
        else:
            waited += 1
        if waited == patience:
            break
    return w + np.sum(steps[: best + 1], axis=0)


def walk_with_copies(w, steps, losses, patience):
    lowest, kept, waited, here = math.inf, None, 0, np.array(w)
    for step, loss in zip(steps, losses, strict=True):
        here = here + step
        waited += 1
        if loss < lowest:
            lowest, kept, waited = loss, here, 0
        if waited >= patience:
            break
    return kept


def walk_without_copy(w, steps, losses, patience):
    lowest, kept, waited, w = math.inf, None, 0, w.copy()
    for step, loss in zip(steps, losses, strict=True):
        w += step
        waited += 1
        if loss < lowest:
            lowest, kept, waited = loss, w, 0
        if waited >= patience:
            break
    return kept


def walk_to_the_best_of_all(w, steps, losses, patience):
    return w + np.sum(steps[: int(np.argmin(losses)) + 1], axis=0)


def walk_to_the_end(w, steps, losses, patience):
    return w + np.sum(steps, axis=0)


def walk_in_the_callers_array(w, steps, losses, patience):
    stopper = regularization.EarlyStopping(patience)
    for step, loss in zip(steps, losses, strict=True):
        w += step
        if stopper.update(loss, w):
            break
    return stopper.best()


def walk_one_step_behind(w, steps, losses, patience):
    stopper, w = regularization.EarlyStopping(patience), w.copy()
    for step, loss in zip(steps, losses, strict=True):
        if stopper.update(loss, w):
            break
        w += step
    return stopper.best()


def walk_probes(rng):
    def walk(label, patience, losses):
        steps = 0.5 + rng.random((len(losses), 3))  # all the same sign, so that no two positions are equal
        return Probe(label, (numbers(rng, 3), steps, [float(loss) for loss in losses], patience))

    low = float(rng.uniform(0.2, 0.4))
    return (
        walk("a loss that falls and rises", 3, [1.0, low, 0.6, 0.7, 0.8, 0.9]),
        walk("a lower loss after patience is over", 2, [1.0, low, 0.6, 0.7, 0.1, 0.05]),
        walk("an improvement just in time", 2, [0.9, 1.0, low, 0.8, low + 0.1, 0.01]),
        walk("a loss that always falls", 2, [0.9, 0.8, low]),
    )


def random_walk(rng):
    count = int(rng.integers(3, 9))
    return numbers(rng, 3), rng.standard_normal((count, 3)), rng.random(count).tolist(), int(rng.integers(1, 4))


STOPPED_WALK = in_time(
    name="stopped_walk",
    points=1,
    reference=stopped_walk,
    hints=(
        (
            "Who decides when the walk ends, and who knows the best place of it? "
            "What is left for your function to do? Why does the task ask for a copy of w before the first step?"
        ),
        (
            "Copy w, and make the object with the patience. Go through steps and losses together. "
            "Each time change your w in place, and hand the loss and w to update. "
            "If the answer is True, leave the loop. "
            "After the loop, whether it ended early or not, ask the object for the best."
        ),
        (
            "w = 10, steps 1, -4, 2, 5, 1, losses 3, 2, 2.5, 4, 1 and patience 2. "
            "w goes to 11, 7, 9 and 14, and there the walk ends: two epochs in a row were no improvement. "
            "The lowest loss was 2, so the result is 7. The loss 1 is never seen."
        ),
    ),
    alternatives={"by sums of steps": walk_by_sums, "with a new array every step": walk_with_copies},
    probes=walk_probes,
    sample=random_walk,
    tolerance=200.0,
    mistakes={
        "no_copy_kept": (
            walk_without_copy,
            (
                "These are the parameters at the end, not the best ones. If you return best(), your "
                "EarlyStopping holds the array that w += ... changes: keep parameters.copy()."
            ),
        ),
        "never_stops": (
            walk_to_the_best_of_all,
            "The run goes on after patience is over, and finds a better loss that it should never see.",
        ),
        "last_parameters_returned": (
            walk_to_the_end,
            "All steps are taken and the last parameters returned; stop in time and return best().",
        ),
        "start_changed": (
            walk_in_the_callers_array,
            "w += ... changes the array of the caller: start with w = w.copy().",
        ),
        "asked_before_the_step": (
            walk_one_step_behind,
            "The loss belongs to the parameters after the step: add the step first, then ask.",
        ),
    },
    traps=(
        Trap("start_changed", breaks="Copy `w`, and make an `EarlyStopping`."),
        Trap("never_stops", breaks="Stop when it says so, and return `best()`."),
        Trap("asked_before_the_step", breaks="then hand the loss and `w` to `update`"),
        Trap("no_copy_kept", breaks="Now use it, on a walk that shows whether you keep a copy."),
    ),
)
