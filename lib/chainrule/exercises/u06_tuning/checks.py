"""Exercises 6.1 and 6.2: the first loss, and a handful learned by heart."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Named, Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import tuning

__all__ = ["INITIAL_LOSS_CHECK", "OVERFIT_SMALL_SAMPLE"]

first_section = partial(Exercise, unit="06_tuning", number="6.1", title="The first loss")
handful_section = partial(Exercise, unit="06_tuning", number="6.2", title="Overfit a handful")

CLASSES = (3, 26, 2, 1000)  # not 10, where log10 would give 1
SMALL_DECAY = 1e-4


def untrained(rng):
    """A first loss and half the sum of the squared weights."""
    return Named("first loss", (float(rng.uniform(1.0, 6.0)), float(rng.uniform(300.0, 900.0))))


def first_loss_probes(rng):
    return (
        *(Probe(f"{classes} classes", (untrained(rng), classes)) for classes in CLASSES),
        Probe("a network that is sure and wrong", (Named("first loss", (40.0, 700.0)), 7)),
        Probe("a loss below ln C", (Named("first loss", (0.5, 500.0)), 5)),
    )


def by_probabilities(loss_of, classes):
    fair = np.full(classes, 1.0 / classes)
    expected = -np.log(fair[0])
    return expected, loss_of(0) - expected


def by_entropy(loss_of, classes):
    guess = np.ones(classes) / classes
    entropy = float(np.sum(guess * np.log(1.0 / guess)))
    return entropy, loss_of(0.0) - entropy


INITIAL_LOSS_CHECK = first_section(
    name="initial_loss_check",
    points=2,
    reference=tuning.initial_loss_check,
    hints=(
        (
            "Which number for the decay means that weight decay is off? "
            "The network knows nothing, and there are 4 classes: which probability does the right class get? "
            "Which of the two losses can you compute without any network?"
        ),
        (
            "First compute the expected loss, from the number of classes alone. "
            "Use the natural logarithm, as cross-entropy does. Then ask `loss_of` once, with weight decay off. "
            "The second result is the measured loss minus the expected one: it is negative if the network is better "
            "than a guess."
        ),
        (
            "Four classes: the expected loss is 1.3863. "
            "The first loss is 1.5 without decay, and 2.0 with a decay of 0.1. "
            "The two results are 1.3863 and 0.1137; the 2.0 plays no part."
        ),
    ),
    alternatives={
        "minus ln of 1 / C": by_probabilities,
        "the entropy of a fair guess": by_entropy,
        "through base 2": lambda loss_of, classes: (
            math.log2(classes) / math.log2(math.e),
            loss_of(0.0) - math.log2(classes) / math.log2(math.e),
        ),
    },
    probes=first_loss_probes,
    sample=lambda rng: (untrained(rng), int(rng.integers(2, 200))),
    tolerance=2000.0,
    mistakes={
        "weight_decay_left_on": (
            lambda loss_of, classes: (math.log(classes), loss_of(SMALL_DECAY) - math.log(classes)),
            "Weight decay is on, and its penalty hides the first loss; call loss_of(0.0).",
        ),
        "decay_of_one": (
            lambda loss_of, classes: (math.log(classes), loss_of(1.0) - math.log(classes)),
            "loss_of(1.0) is a weight decay of 1, an enormous one; with decay off it is loss_of(0.0).",
        ),
        "log10_in_place_of_ln": (
            lambda loss_of, classes: (math.log10(classes), loss_of(0.0) - math.log10(classes)),
            "log10 is the logarithm to base 10; cross-entropy uses the natural one, xp.log or math.log.",
        ),
        "log2_in_place_of_ln": (
            lambda loss_of, classes: (math.log2(classes), loss_of(0.0) - math.log2(classes)),
            "log2 counts bits; cross-entropy uses the natural logarithm, xp.log or math.log.",
        ),
        "sign_of_the_logarithm": (
            lambda loss_of, classes: (math.log(1.0 / classes), loss_of(0.0) - math.log(1.0 / classes)),
            "ln(1 / C) is negative; the loss is minus the logarithm of the probability, -ln(1 / C) = ln C.",
        ),
        "probability_in_place_of_loss": (
            lambda loss_of, classes: (1.0 / classes, loss_of(0.0) - 1.0 / classes),
            "1 / C is the probability of a fair guess; the loss is minus its logarithm, ln C.",
        ),
        "loss_in_place_of_gap": (
            lambda loss_of, classes: (math.log(classes), loss_of(0.0)),
            "The second result is the loss itself; subtract the expected one to get the gap.",
        ),
        "gap_turned_around": (
            lambda loss_of, classes: (math.log(classes), math.log(classes) - loss_of(0.0)),
            "The gap has the wrong sign: it is the measured loss minus the expected one.",
        ),
    },
    traps=(
        Trap("weight_decay_left_on", breaks="With decay on, the first loss says nothing about the network."),
        Trap("gap_turned_around", breaks="the measured loss minus the expected one"),
    ),
)

# --- the handful -------------------------------------------------------------------------------------


def rising(rng, epochs):
    """Accuracies of 20 examples that reach 1 in this epoch and not before, with 0.95 on the way, and fall later."""
    known = np.sort(rng.integers(2, 17, epochs - 1)) / 20
    known[-2:] = (0.9, 0.95)
    return Named("handful", (*(float(it) for it in known), 1.0, 0.95))


def never(rng, epochs):
    """Accuracies that stay below 1."""
    return Named("handful", tuple(float(it) for it in rng.integers(2, 20, epochs) / 20))


def handful_probes(rng):
    quick, slow = int(rng.integers(5, 9)), int(rng.integers(12, 30))
    return (
        Probe("a network that learns all", (rising(rng, quick), 50)),
        Probe("a slow one", (rising(rng, slow), 40)),
        Probe("one that learns all in the last epoch allowed", (rising(rng, slow), slow)),
        Probe("one that would need an epoch more", (rising(rng, quick), quick - 1)),
        Probe("one that stays at 95 %", (Named("handful", (0.3, 0.6, 0.95)), 30)),
        Probe("300 images, one of them wrong", (Named("handful", (0.6, 0.99, 299 / 300, 1.0)), 30)),
        Probe("one that learns nothing", (never(rng, 6), 25)),
        Probe("one that knows all after the first epoch", (Named("handful", (1.0, 0.8)), 10)),
        Probe("one that may run for one epoch", (Named("handful", (0.5, 1.0)), 1)),
    )


def handful_while(run_epoch, limit):
    epoch, accuracy = 0, 0.0
    while accuracy < 1.0:
        if epoch == limit:
            return None
        accuracy = run_epoch(0.0, 0.0)
        epoch += 1
    return epoch


def handful_of_all(run_epoch, limit):
    known = [run_epoch(0, 0) == 1.0 for _ in range(limit)]
    return known.index(True) + 1 if True in known else None


def first_at(run_epoch, limit, goal, dropout, decay):
    """The first epoch at which the accuracy reaches a goal."""
    return next((it + 1 for it in range(limit) if run_epoch(dropout, decay) >= goal), None)


def counted_from_zero(run_epoch, limit):
    found = first_at(run_epoch, limit, 1.0, 0.0, 0.0)
    return None if found is None else found - 1


def one_short(run_epoch, limit):
    return first_at(run_epoch, limit - 1, 1.0, 0.0, 0.0)


def limit_on_failure(run_epoch, limit):
    found = first_at(run_epoch, limit, 1.0, 0.0, 0.0)
    return limit if found is None else found


def last_accuracy(run_epoch, limit):
    accuracy = 0.0
    for _ in range(limit):
        accuracy = run_epoch(0.0, 0.0)
        if accuracy == 1.0:
            break
    return accuracy


def never_stops(run_epoch, limit):
    known = [run_epoch(0.0, 0.0) for _ in range(limit)]
    return limit if max(known) == 1.0 else None


OVERFIT_SMALL_SAMPLE = handful_section(
    name="overfit_small_sample",
    points=2,
    reference=tuning.overfit_small_sample,
    hints=(
        (
            "Two numbers go into every call of `run_epoch`: what must they be in this step? "
            "After each call there are three cases: done, go on, give up. How do you tell them apart?"
        ),
        (
            "Count the epochs from 1 up to the limit. "
            "In each of them call `run_epoch` once, with both kinds of regularization off, and look at what it "
            "returns. If the accuracy is 1, return the number of this epoch at once. "
            "What comes after the loop is reached only if the limit was not enough."
        ),
        (
            "The accuracies are 0.5, 0.5, 0.8, 1. With a limit of 4 the answer is 4: the last epoch counts as well. "
            "With a limit of 3 the answer is None, and `run_epoch` was called three times."
        ),
    ),
    alternatives={
        "while it is below 1": handful_while,
        "all epochs first, then the search": handful_of_all,
    },
    probes=handful_probes,
    sample=lambda rng: (rising(rng, int(rng.integers(3, 30))), int(rng.integers(2, 40))),
    mistakes={
        "dropout_left_on": (
            lambda run_epoch, limit: first_at(run_epoch, limit, 1.0, 0.5, 0.0),
            "Dropout is on: it hides units at random, so the network cannot learn by heart. Pass 0.0.",
        ),
        "weight_decay_left_on": (
            lambda run_epoch, limit: first_at(run_epoch, limit, 1.0, 0.0, 1e-4),
            "Weight decay is on: this test asks what the network can do without regularization. Pass 0.0.",
        ),
        "ninety_percent_is_enough": (
            lambda run_epoch, limit: first_at(run_epoch, limit, 0.9, 0.0, 0.0),
            "It stops below 100 %; a handful must be learned to the last example, so wait for accuracy 1.",
        ),
        "almost_all_is_enough": (
            lambda run_epoch, limit: first_at(run_epoch, limit, 0.95, 0.0, 0.0),
            "At 95 % one example of 20 is still wrong, and that one may be the bug; wait for accuracy 1.",
        ),
        "counted_from_zero": (
            counted_from_zero,
            "The count starts at 0: when the first epoch is enough, the answer is 1.",
        ),
        "one_epoch_short": (
            one_short,
            "The last epoch that is allowed is not run: range(1, limit) ends at limit - 1.",
        ),
        "limit_in_place_of_none": (
            limit_on_failure,
            "When all epochs are used up without success it returns the limit; the answer is then None.",
        ),
        "accuracy_in_place_of_epochs": (
            last_accuracy,
            "This is the accuracy that was reached; the answer is the number of epochs that it took.",
        ),
        "runs_to_the_limit": (
            never_stops,
            "It notices success but returns the limit; give the first epoch with accuracy 1.",
        ),
    },
    traps=(
        Trap("dropout_left_on", breaks="Both are off in this step."),
        Trap("weight_decay_left_on", breaks="Both are off in this step."),
        Trap("almost_all_is_enough", breaks="Call it until the accuracy is 1, but at most `limit` times."),
        Trap("limit_in_place_of_none", breaks="or `None` if the limit was not enough"),
    ),
)
