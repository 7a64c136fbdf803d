"""Exercise 5.7: dropout."""

from __future__ import annotations

import numpy as np

from chainrule.checking.comparing.probes import Probe, Seeded, Statistic
from chainrule.checking.declaring.trap import Trap
from chainrule.exercises import sentences
from chainrule.exercises.sampling import five_sigma, sizes
from chainrule.exercises.u05_regularization.common import HONEST, declare, masked_probes, numbers, some
from chainrule.nn import regularization

__all__ = ["CLASSIC_DROPOUT", "DRAW_MASK", "DROPOUT_BACKWARD", "DROPOUT_FORWARD"]

dropping = declare("5.7", "Dropout")

# --- the mask --------------------------------------------------------------------------------------------------


def kept_as_drawn(shape, keep):
    """Zeros and ones, each for itself, ones with probability keep."""
    count = shape[0] * shape[1]
    noise = (keep * (1 - keep) / count) ** 0.5
    return (
        five_sigma("share of entries that are not 0", "the mask", keep, noise),
        Statistic("largest entry", "the mask", 1.0, 1.0),
        five_sigma("correlation of neighboring rows", "the mask", 0.0, count**-0.5),
        five_sigma("correlation of neighboring columns", "the mask", 0.0, count**-0.5),
    )


def mask_probes(rng):
    tall, wide, side = (int(rng.integers(low, low + 30)) for low in (150, 60, 90))
    probes = []
    for shape, near in (((tall, wide), 0.8), ((wide, tall), 0.3), ((side, side), 0.65)):
        keep = round(near + float(rng.uniform(-0.05, 0.05)), 2)
        label = f"shape {shape}, keep = {keep}"
        args = (shape, keep, Seeded(int(rng.integers(2**32))))
        probes.append(Probe(label, args, statistics=kept_as_drawn(shape, keep)))
    return tuple(probes)


def mask_by_loop(shape, keep, rng):
    mask = np.zeros(shape)
    for index in np.ndindex(*shape):
        mask[index] = 1.0 if rng.random() <= keep else 0.0
    return mask


def shuffled_mask(shape, keep, rng):
    """Exactly the right share, in random places."""
    count = shape[0] * shape[1]
    return rng.permutation(np.arange(count) < keep * count).reshape(shape)


DRAW_MASK = dropping(
    name="draw_mask",
    points=1,
    reference=regularization.draw_mask,
    hints=(
        (
            "A number from 0 to 1 is drawn, and every value is equally likely. "
            "How likely is it that it lies in the lowest 30 % of this range? "
            "Which question about a number is then answered by yes with probability 0.3?"
        ),
        (
            "Draw one number for each entry, in the shape that is asked for. "
            "Compare all of them with keep at once: a comparison of an array gives an array of True and False. "
            "The numbers come from the rng that was passed in, and the mask goes through `xp.asarray`."
        ),
        (
            "keep = 0.3, and the numbers are 0.05, 0.31, 0.29, 0.99. The mask is True, False, True, False. "
            "With keep = 1 every entry is True, since all the numbers are below 1."
        ),
    ),
    alternatives={
        "entry by entry": mask_by_loop,
        "by the binomial distribution": lambda shape, keep, rng: rng.binomial(1, keep, shape),
        "by choice": lambda shape, keep, rng: rng.choice([True, False], size=shape, p=[keep, 1 - keep]),
        "from the other side": lambda shape, keep, rng: rng.random(shape) > 1 - keep,
    },
    probes=mask_probes,
    sample=lambda rng: ((60, 40), float(rng.uniform(0.2, 0.9)), Seeded(int(rng.integers(2**32)))),
    properties=(*HONEST, "each_entry_by_itself"),
    mistakes={
        "keep_and_drop_swapped": (
            lambda shape, keep, rng: rng.random(shape) > keep,
            "The share of ones is 1 - keep: keep is the probability to keep an entry, not to drop it.",
        ),
        "always_a_half": (
            lambda shape, keep, rng: rng.random(shape) < 0.5,
            "Half of the entries are kept whatever keep is.",
        ),
        "normal_numbers": (
            lambda shape, keep, rng: rng.standard_normal(shape) < keep,
            "Normal numbers are below keep with another probability; rng.random draws from 0 to 1.",
        ),
        "whole_examples": (
            lambda shape, keep, rng: (rng.random((shape[0], 1)) < keep) & np.ones(shape, dtype=bool),
            "Whole rows are kept or dropped; draw every entry for itself.",
        ),
        "whole_units": (
            lambda shape, keep, rng: (rng.random(shape[1]) < keep) & np.ones(shape, dtype=bool),
            "Whole columns are kept or dropped, the same for every example; draw every entry for itself.",
        ),
        "already_divided": (
            lambda shape, keep, rng: (rng.random(shape) < keep) / keep,
            "The mask holds 1/keep; it should hold 0 and 1, the factor comes in dropout_forward.",
        ),
        "random_numbers_returned": (
            lambda shape, keep, rng: rng.random(shape),
            "These are the random numbers themselves; compare them with keep.",
        ),
    },
    traps=(
        Trap(shuffled_mask, breaks="`keep` is the probability to **keep**, each entry for itself."),
        Trap("whole_examples", breaks="`keep` is the probability to **keep**, each entry for itself."),
        Trap("keep_and_drop_swapped", breaks="A mask holds `True` where an entry is kept."),
    ),
)

# --- dropout, as it was first described -------------------------------------------------------------------------


def classic_probes(rng):
    training = masked_probes(rng)[:5]
    n, d = sizes(rng, 2)
    test = [Probe(f"test time, keep = {keep}", (numbers(rng, n, d), None, keep)) for keep in (0.8, 0.3, 1.0)]
    return (*training[:1], *test[:1], *training[1:], *test[1:])


def classic_with(training, test):
    """An answer from its two cases."""
    return lambda x, mask, keep: test(x, keep) if mask is None else training(x, mask, keep)


def classic_by_loop(x, mask, keep):
    result = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        result[index] = x[index] * (keep if mask is None else mask[index])
    return result


def one_batch(rng):
    n, d = sizes(rng, 2)
    return numbers(rng, n, d), some(rng, n, d), float(rng.uniform(0.3, 0.9))


CLASSIC_DROPOUT = dropping(
    name="classic_dropout",
    points=1,
    reference=regularization.classic_dropout,
    hints=(
        (
            "In one call there is a mask, in the other there is None. What happens to x in each of the two cases? "
            "If an entry of 10 is there in 25 of 100 training steps, what is it worth on average?"
        ),
        (
            "Ask first whether the mask is None. "
            "If it is, this is the test: every entry is scaled by what it was worth on average in training. "
            "If not, this is training: multiply by the mask entry by entry, where True counts as 1 and False as 0, "
            "and do nothing else."
        ),
        (
            "x = (10, -4, 6), mask (1, 1, 0), keep = 0.25. Training gives (10, -4, 0). "
            "The test gives (2.5, -1, 1.5), whatever the dice said before."
        ),
    ),
    alternatives={
        "entry by entry": classic_by_loop,
        "by where": classic_with(lambda x, m, k: np.where(m, x, 0.0), lambda x, k: x * k),
        "less what is dropped": classic_with(lambda x, m, k: x - x * (1 - np.asarray(m)), lambda x, k: x - (1 - k) * x),
    },
    probes=classic_probes,
    sample=one_batch,
    mistakes={
        "scaled_by_the_drop_probability": (
            classic_with(lambda x, m, k: x * m, lambda x, k: x * (1 - k)),
            "At test time the factor is 1 - keep; an entry was there with probability keep.",
        ),
        "divided_at_test_time": (
            classic_with(lambda x, m, k: x * m, lambda x, k: x / k),
            "At test time everything is divided by keep; more is there than in training, so multiply.",
        ),
        "not_scaled_at_test_time": (
            classic_with(lambda x, m, k: x * m, lambda x, k: np.array(x)),
            "At test time nothing is scaled: the next layer gets 1/keep times what it is used to.",
        ),
        "scaled_in_training_too": (
            classic_with(lambda x, m, k: x * m / k, lambda x, k: x * k),
            "It is scaled in training and at test time; here only the test scales.",
        ),
        "inverted_already": (
            classic_with(lambda x, m, k: x * m / k, lambda x, k: np.array(x)),
            "This is inverted dropout, which scales in training; that comes next. Here the test scales.",
        ),
        "mask_upside_down": (
            classic_with(lambda x, m, k: x * (1 - np.asarray(m)), lambda x, k: x * k),
            sentences.MASK_UPSIDE_DOWN,
        ),
    },
    traps=(
        Trap("scaled_by_the_drop_probability", breaks="The factor is the **keep probability**"),
        Trap("scaled_in_training_too", breaks="In training, dropped entries become 0."),
    ),
)

# --- inverted dropout -----------------------------------------------------------------------------------------------


def masked_by_loop(x, mask, keep):
    result = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        if mask[index]:
            result[index] = x[index] / keep
    return result


def rescaled_in_place(x, mask, keep):
    result = np.array(x, dtype=np.result_type(x.dtype, np.float32 if x.dtype == np.float32 else float))
    result[np.asarray(mask) == 0] = 0.0
    result /= keep
    return result


def wrong_dropout(word):
    """What goes wrong in both directions."""
    return {
        "not_scaled": (
            lambda x, mask, keep: x * mask,
            f"The kept entries {word} are not divided by keep.",
        ),
        "multiplied_by_keep": (
            lambda x, mask, keep: x * mask * keep,
            f"The kept entries {word} are multiplied by keep; divide by it.",
        ),
        "divided_by_the_drop_probability": (
            lambda x, mask, keep: x * mask / (1 - keep),
            f"The kept entries {word} are divided by 1 - keep; keep itself is the share that is left.",
        ),
        "mask_upside_down": (
            lambda x, mask, keep: x * (1 - np.asarray(mask)) / keep,
            sentences.MASK_UPSIDE_DOWN,
        ),
        "mask_ignored": (
            lambda x, mask, keep: x / keep,
            "Nothing is dropped; multiply by the mask.",
        ),
        "divided_by_the_share_in_the_mask": (
            lambda x, mask, keep: x * mask / np.mean(mask),
            "This divides by the share that the mask happens to keep; divide by the probability keep.",
        ),
        "scaled_twice": (
            lambda x, mask, keep: x * mask / keep**2,
            "It is divided by keep twice.",
        ),
    }


def drop_some(x, mask, keep):
    return np.where(mask, x / keep, 0.0)


DROPOUT_FORWARD = dropping(
    name="dropout_forward",
    points=1,
    reference=regularization.dropout_forward,
    hints=(
        (
            "An entry of 10 is kept with probability 0.25, and dropped otherwise. "
            "What must it be in the steps in which it is kept, so that its mean is 10?"
        ),
        (
            "Two things happen, entry by entry. The mask sets the dropped entries to 0. "
            "What is kept gets larger, by as much as was lost on average. "
            "The mask has the shape of x, so nothing has to be summed or stretched."
        ),
        (
            "x = (10, -4, 6), mask (1, 1, 0), keep = 0.25. The output is (40, -16, 0). "
            "Mean of the first entry over many masks: 0.25 times 40 is 10 again."
        ),
    ),
    alternatives={
        "entry by entry": masked_by_loop,
        "by where": drop_some,
        "on a copy": rescaled_in_place,
    },
    probes=masked_probes,
    sample=one_batch,
    mistakes=wrong_dropout("of x"),
    traps=(
        Trap(
            "divided_by_the_drop_probability",
            breaks="the kept entries are divided by keep, and at test time nothing is to be done",
        ),
        Trap(
            "divided_by_the_share_in_the_mask",
            breaks="the kept entries are divided by keep, and at test time nothing is to be done",
        ),
    ),
)

DROPOUT_BACKWARD = dropping(
    name="dropout_backward",
    points=1,
    reference=regularization.dropout_backward,
    hints=(
        (
            "Raise one entry of x by 0.01. By how much does the output rise there, if its mask is 1? "
            "And if its mask is 0? These two answers are the local slopes."
        ),
        (
            "The chain rule: upstream times the local slope, entry by entry. "
            "The slope does not depend on x, so x is not needed. Use the mask that is passed in, and draw nothing."
        ),
        (
            "upstream = (3, -2, 5), mask (1, 0, 1), keep = 0.25. A kept entry has the slope 4, a dropped one 0. "
            "The gradient is (12, 0, 20)."
        ),
    ),
    alternatives={
        "entry by entry": masked_by_loop,
        "the mask divided first": lambda upstream, mask, keep: (
            upstream * (np.asarray(mask, dtype=upstream.dtype) / keep)
        ),
        "on a copy": rescaled_in_place,
    },
    probes=masked_probes,
    sample=one_batch,
    properties=("scales_with_upstream",),
    mistakes={
        **wrong_dropout("of upstream"),
        "ignores_upstream": (
            lambda upstream, mask, keep: np.asarray(mask) / keep,
            sentences.IGNORES_UPSTREAM,
        ),
    },
    traps=(
        Trap(
            "not_scaled",
            breaks="The slope of the output with respect to $x$ is mask / keep, with the mask of the forward pass.",
        ),
        Trap(
            lambda upstream, mask, keep: upstream * (np.random.default_rng(3).random(mask.shape) < keep) / keep,
            breaks="A fresh mask would send gradients through units that were switched off.",
        ),
    ),
)
