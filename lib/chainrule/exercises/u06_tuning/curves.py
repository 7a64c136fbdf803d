"""Exercise 6.6: read the curves."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import tuning

__all__ = ["DIAGNOSE_CURVES"]

section = partial(Exercise, unit="06_tuning", number="6.6", title="Read the curves")


def falling(start, end, epochs, speed=0.6):
    """A curve that has come to rest long before its last epoch."""
    return end + (start - end) * np.exp(-speed * np.arange(epochs))


def resting(rng, train_end, val_end, epochs=20):
    speeds = rng.uniform((0.7, 0.57), (0.9, 0.63))
    return falling(2.3, train_end, epochs, speeds[0]), falling(2.4, val_end, epochs, speeds[1])


def turned(rng, rise, epochs=18):
    """The validation loss ends this many times above its lowest value."""
    train, val = falling(2.3, 0.02, epochs), falling(2.3, 0.5, epochs, 1.5)
    lowest = int(rng.integers(6, 10))
    val[lowest:] = val[lowest] * np.linspace(1.0, rise, epochs - lowest)
    return train, val


def still_falling(rng, ratio, epochs=15, level=1.2):
    """The validation loss ends at this share of its value five epochs before; the training loss is low already."""
    val = level * ratio ** ((np.arange(epochs) - epochs + 1) / 5.0)
    return falling(2.0, 0.1, epochs), val


def slow_end(rng):
    """The validation loss was much higher at first than five epochs before the end."""
    train, val = still_falling(rng, 0.97)
    val[:6] *= 4.0
    return train, val


def spiked(curve, at):
    curve = curve.copy()
    curve[at] = 2.6
    return curve


def pair(label, curves, low=0.3):
    train, val = curves
    return Probe(label, (np.asarray(train), np.asarray(val), float(low)))


def broken(curves, which, at, value):
    curves = tuple(curve.copy() for curve in curves)
    curves[which][at:] = value
    return curves


def situations(rng):
    a = float(rng.uniform(0.0, 0.05))
    rest = partial(resting, rng)
    rising = (np.linspace(2.3, 3.0, 12), np.linspace(2.3, 2.31, 12))
    return (
        pair("a run as it should be", rest(0.1 + a, 0.2)),
        pair("both curves at rest, both high, hardly a gap", rest(1.4, 1.42 + a)),
        pair("a training loss just above low", rest(0.31, 0.4)),
        pair("a training loss just below low", rest(0.29, 0.4)),
        pair("a wide gap, but the validation loss stays where it is", rest(0.05, 0.9 + a)),
        pair("a validation loss that has turned", turned(rng, 1.6 + a)),
        pair("a validation loss that has turned, both losses high", (falling(3, 1.5, 18), turned(rng, 1.5)[1]), 0.4),
        pair("a validation loss 10.5 % above its lowest", turned(rng, 1.105)),
        pair("a validation loss 7 % above its lowest", turned(rng, 1.07)),
        pair("a low validation loss that rose by a third", tuple(0.1 * it for it in turned(rng, 1.3))),
        pair("a training loss that rose a little at the end", broken(rest(0.1, 0.3), 0, 17, 0.2)),
        pair("curves that still fall", still_falling(rng, 0.6)),
        pair("curves that still fall, both high", (falling(2.5, 1.1, 15), still_falling(rng, 0.7, level=1.5)[1])),
        pair("a validation loss that fell by 5.3 % in five epochs", still_falling(rng, 0.947)),
        pair("a validation loss that fell by 3 % in five epochs", still_falling(rng, 0.97)),
        pair("large losses that fell by 7 %", still_falling(rng, 0.93, level=20.0)),
        pair("large losses that fell by 3 %", still_falling(rng, 0.97, level=20.0)),
        pair("small losses that fell by a third", still_falling(rng, 0.66, level=0.04)),
        pair("a slow start, then 3 % in five epochs", slow_end(rng)),
        pair("a training loss that becomes nan", broken(rest(0.1, 0.3), 0, 12, np.nan)),
        pair("a validation loss that becomes nan", broken(rest(0.1, 0.3), 1, 15, np.nan)),
        pair("a loss that is infinite once", broken(rest(0.1, 0.3), 0, 19, np.inf)),
        pair("a validation loss that becomes infinite", broken(rest(0.1, 0.3), 1, 10, np.inf)),
        pair("a training loss that rises from the start", rising),
        pair("a training loss that becomes low in the last epoch", broken(rest(0.4, 0.5), 0, 19, 0.25)),
        pair("a training loss above its first in the last epoch alone", broken(rest(0.1, 0.5), 0, 19, 2.4)),
        pair(
            "a training loss above its first shortly before the end", (spiked(rest(0.1, 0.5)[0], 17), rest(1, 0.5)[1])
        ),
        pair("a training loss above its first at the end", (broken(rest(0.1, 0.5), 0, 19, 2.5)), 5.0),
        pair("six epochs", (np.array([2.0, 1.8, 1.6, 1.5, 1.4, 1.3]), np.array([2.2, 2.0, 1.9, 1.8, 1.7, 1.6])), 0.5),
        pair("another low", rest(0.6 + a, 0.7), 0.8),
    )


def probes(rng):
    """Each in units of its own, so that no two sets of inputs share a number."""
    drawn = situations(rng)
    units = rng.uniform(0.97, 1.03, len(drawn))
    return tuple(Probe(it.label, tuple(unit * part for part in it.args)) for it, unit in zip(drawn, units, strict=True))


def sample(rng):
    epochs = int(rng.integers(8, 20))
    drawn = (
        resting(rng, float(rng.uniform(0.05, 1.0)), float(rng.uniform(0.1, 1.2)), epochs),
        turned(rng, float(rng.uniform(1.0, 1.3))),
        still_falling(rng, float(rng.uniform(0.85, 1.0)), epochs, float(rng.uniform(0.2, 3.0))),
    )
    curves = drawn[int(rng.integers(3))]
    return (*curves, float(rng.uniform(0.05, 0.6)))


def by_arrays(train_loss, val_loss, low):
    both = np.concatenate([train_loss, val_loss])
    rules = {
        "diverged": not np.isfinite(both).all() or train_loss[-1] > train_loss[0],
        "overfit": val_loss[-1] / np.min(val_loss) > 1.1,
        "stopped early": val_loss[-1] / val_loss[-6] < 0.95,
        "underfit": train_loss[-1] > low,
    }
    return next((verdict for verdict, holds in rules.items() if holds), "good")


def by_branches(train_loss, val_loss, low):
    broken = sum(int(np.sum(np.isnan(it) | np.isinf(it))) for it in (train_loss, val_loss))
    if broken > 0 or train_loss[-1] > train_loss[0]:
        verdict = "diverged"
    elif val_loss[-1] - np.min(val_loss) > 0.1 * np.min(val_loss):
        verdict = "overfit"
    elif val_loss[-6] - val_loss[-1] > 0.05 * val_loss[-6]:
        verdict = "stopped early"
    else:
        verdict = "underfit" if train_loss[-1] > low else "good"
    return verdict


def diverges(train_loss, val_loss):
    return not np.isfinite(np.concatenate([train_loss, val_loss])).all() or train_loss[-1] > train_loss[0]


def rules(train_loss, val_loss, low, **changed):
    """The verdict by rules of which some are changed."""
    tests = {
        "diverged": diverges(train_loss, val_loss),
        "overfit": val_loss[-1] > 1.1 * min(val_loss),
        "stopped early": val_loss[-1] < 0.95 * val_loss[-6],
        "underfit": train_loss[-1] > low,
    }
    tests |= {name.replace("_", " "): holds for name, holds in changed.items()}
    return next((verdict for verdict, holds in tests.items() if holds), "good")


def underfit_first(train_loss, val_loss, low):
    if not diverges(train_loss, val_loss) and train_loss[-1] > low:
        return "underfit"
    return rules(train_loss, val_loss, low)


def infinity_unseen(train_loss, val_loss, low):
    nan = np.isnan(np.concatenate([train_loss, val_loss])).any()
    return rules(train_loss, val_loss, low, diverged=nan or train_loss[-1] > train_loss[0])


def small_gap_is_good(train_loss, val_loss, low):
    gap = val_loss[-1] - train_loss[-1]
    return rules(train_loss, val_loss, low, underfit=train_loss[-1] > low and gap > 0.3)


DIAGNOSE_CURVES = section(
    name="diagnose_curves",
    points=4,
    reference=tuning.diagnose_curves,
    hints=(
        (
            "Each verdict is one question about the numbers. "
            "What happens if two of the questions are answered by yes? "
            "Which loss belongs in each question: the first, the last, the lowest, or all of them?"
        ),
        (
            "Write the rules as questions in the order of the table, and return at the first that fits. "
            "For the first rule, look at every loss of both curves. "
            "10 % above a number is 1.1 times that number, and 5 % below it is 0.95 times. "
            "What comes after the last question is the verdict for the case that nothing fits."
        ),
        (
            "Training 2.0, 1.5, 1.2, 1.0, 0.9, 0.85, 0.8; validation 2.1, 1.7, 1.5, 1.4, 1.35, 1.33, 1.32; low is "
            "0.3. All are finite, and 0.8 is below 2.0. The last validation loss is the lowest. "
            "Five epochs before the last one it was 1.7, and 0.95 times 1.7 is 1.615. 1.32 is below that: stopped "
            "early. 0.8 is above low as well, but that question comes later."
        ),
    ),
    alternatives={"a table of rules, by ratios": by_arrays, "branches, by differences": by_branches},
    probes=probes,
    sample=sample,
    mistakes={
        "small_gap_is_success": (
            small_gap_is_good,
            "A small gap is taken for success; it is good news only where both losses are low. Else: underfit.",
        ),
        "gap_in_place_of_rise": (
            lambda train_loss, val_loss, low: rules(
                train_loss, val_loss, low, overfit=val_loss[-1] > 1.1 * train_loss[-1]
            ),
            "The validation loss is compared with the training loss; compare it with its own lowest value.",
        ),
        "training_loss_watched": (
            lambda train_loss, val_loss, low: rules(
                train_loss, val_loss, low, overfit=train_loss[-1] > 1.1 * min(train_loss)
            ),
            "The training loss is watched for the rise, but it goes on falling; watch the validation loss.",
        ),
        "compared_with_the_first": (
            lambda train_loss, val_loss, low: rules(
                train_loss, val_loss, low, overfit=val_loss[-1] > 1.1 * val_loss[0]
            ),
            "The last validation loss is compared with the first one; compare it with the lowest.",
        ),
        "a_rise_of_any_size": (
            lambda train_loss, val_loss, low: rules(
                train_loss, val_loss, low, overfit=val_loss[-1] > 1.001 * min(val_loss)
            ),
            "Any rise counts as overfitting here; curves are noisy, so allow 10 % above the lowest value.",
        ),
        "difference_in_place_of_percent": (
            lambda train_loss, val_loss, low: rules(
                train_loss, val_loss, low, overfit=val_loss[-1] > min(val_loss) + 0.1
            ),
            "0.1 is added to the lowest loss; 10 % above it is 1.1 times the lowest loss.",
        ),
        "nan_not_noticed": (
            lambda train_loss, val_loss, low: rules(train_loss, val_loss, low, diverged=train_loss[-1] > train_loss[0]),
            "Comparisons with nan are False, so a run with nan slips through; test with xp.isfinite first.",
        ),
        "underfit_before_the_rest": (
            underfit_first,
            "The rule for underfit comes too early; the rules are tried in the order of the table.",
        ),
        "one_epoch_back": (
            lambda train_loss, val_loss, low: rules(
                train_loss, val_loss, low, stopped_early=val_loss[-1] < 0.95 * val_loss[-2]
            ),
            "The last loss is compared with that of one epoch before; five epochs before is val_loss[-6].",
        ),
        "four_epochs_back": (
            lambda train_loss, val_loss, low: rules(
                train_loss, val_loss, low, stopped_early=val_loss[-1] < 0.95 * val_loss[-5]
            ),
            "val_loss[-5] lies four epochs before val_loss[-1]; five epochs before is val_loss[-6].",
        ),
        "only_nan_diverges": (
            infinity_unseen,
            "Infinity is not noticed: np.isnan finds nan alone, np.isfinite both.",
        ),
    },
    traps=(
        Trap("underfit_before_the_rest", breaks="Give the verdict of the **first** rule that fits"),
        Trap("small_gap_is_success", breaks="A small gap is good news only if **both losses are low**."),
        Trap("four_epochs_back", breaks="Five epochs before the last one is `val_loss[-6]`."),
        Trap("only_nan_diverges", breaks="a loss in one of the curves is not finite"),
    ),
)
