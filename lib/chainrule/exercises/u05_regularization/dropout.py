"""Exercise 5.7: dropout."""

from __future__ import annotations

import numpy as np

from chainrule.checking.declaring.exercise import Mistake
from chainrule.checking.declaring.probes import Probe, Seeded, Statistic
from chainrule.exercises.sampling import five_sigma, sizes
from chainrule.exercises.u05_regularization.common import HONEST, declare, masked_probes, numbers, some
from chainrule.nn import regularization

__all__ = ["EXERCISES"]

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
    alternatives={
        "entry by entry": mask_by_loop,
        "by the binomial distribution": lambda shape, keep, rng: rng.binomial(1, keep, shape),
        "by choice": lambda shape, keep, rng: rng.choice([True, False], size=shape, p=[keep, 1 - keep]),
        "from the other side": lambda shape, keep, rng: rng.random(shape) > 1 - keep,
    },
    probes=mask_probes,
    sample=lambda rng: ((60, 40), float(rng.uniform(0.2, 0.9)), Seeded(int(rng.integers(2**32)))),
    properties=HONEST,
    mistakes=(
        Mistake(
            name="keep_and_drop_swapped",
            wrong=lambda shape, keep, rng: rng.random(shape) > keep,
            explanation="The share of ones is 1 - keep: keep is the probability to keep an entry, not to drop it.",
        ),
        Mistake(
            name="always_a_half",
            wrong=lambda shape, keep, rng: rng.random(shape) < 0.5,
            explanation="Half of the entries are kept whatever keep is.",
        ),
        Mistake(
            name="normal_numbers",
            wrong=lambda shape, keep, rng: rng.standard_normal(shape) < keep,
            explanation="Normal numbers are below keep with another probability; rng.random draws from 0 to 1.",
        ),
        Mistake(
            name="whole_examples",
            wrong=lambda shape, keep, rng: (rng.random((shape[0], 1)) < keep) & np.ones(shape, dtype=bool),
            explanation="Whole rows are kept or dropped; draw every entry for itself.",
        ),
        Mistake(
            name="whole_units",
            wrong=lambda shape, keep, rng: (rng.random(shape[1]) < keep) & np.ones(shape, dtype=bool),
            explanation="Whole columns are kept or dropped, the same for every example; draw every entry for itself.",
        ),
        Mistake(
            name="already_divided",
            wrong=lambda shape, keep, rng: (rng.random(shape) < keep) / keep,
            explanation="The mask holds 1/keep; it should hold 0 and 1, the factor comes in dropout_forward.",
        ),
        Mistake(
            name="random_numbers_returned",
            wrong=lambda shape, keep, rng: rng.random(shape),
            explanation="These are the random numbers themselves; compare them with keep.",
        ),
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
    alternatives={
        "entry by entry": classic_by_loop,
        "by where": classic_with(lambda x, m, k: np.where(m, x, 0.0), lambda x, k: x * k),
        "less what is dropped": classic_with(lambda x, m, k: x - x * (1 - np.asarray(m)), lambda x, k: x - (1 - k) * x),
    },
    probes=classic_probes,
    sample=one_batch,
    mistakes=(
        Mistake(
            name="scaled_by_the_drop_probability",
            wrong=classic_with(lambda x, m, k: x * m, lambda x, k: x * (1 - k)),
            explanation="At test time the factor is 1 - keep; an entry was there with probability keep.",
        ),
        Mistake(
            name="divided_at_test_time",
            wrong=classic_with(lambda x, m, k: x * m, lambda x, k: x / k),
            explanation="At test time everything is divided by keep; more is there than in training, so multiply.",
        ),
        Mistake(
            name="not_scaled_at_test_time",
            wrong=classic_with(lambda x, m, k: x * m, lambda x, k: np.array(x)),
            explanation="At test time nothing is scaled: the next layer gets 1/keep times what it is used to.",
        ),
        Mistake(
            name="scaled_in_training_too",
            wrong=classic_with(lambda x, m, k: x * m / k, lambda x, k: x * k),
            explanation="It is scaled in training and at test time; here only the test scales.",
        ),
        Mistake(
            name="inverted_already",
            wrong=classic_with(lambda x, m, k: x * m / k, lambda x, k: np.array(x)),
            explanation="This is inverted dropout, which scales in training; that comes next. Here the test scales.",
        ),
        Mistake(
            name="mask_upside_down",
            wrong=classic_with(lambda x, m, k: x * (1 - np.asarray(m)), lambda x, k: x * k),
            explanation="The kept entries are dropped and the others kept: True means keep.",
        ),
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
    return (
        Mistake(
            name="not_scaled",
            wrong=lambda x, mask, keep: x * mask,
            explanation=f"The kept entries {word} are not divided by keep.",
        ),
        Mistake(
            name="multiplied_by_keep",
            wrong=lambda x, mask, keep: x * mask * keep,
            explanation=f"The kept entries {word} are multiplied by keep; divide by it.",
        ),
        Mistake(
            name="divided_by_the_drop_probability",
            wrong=lambda x, mask, keep: x * mask / (1 - keep),
            explanation=f"The kept entries {word} are divided by 1 - keep; keep itself is the share that is left.",
        ),
        Mistake(
            name="mask_upside_down",
            wrong=lambda x, mask, keep: x * (1 - np.asarray(mask)) / keep,
            explanation="The kept entries are dropped and the others kept: True means keep.",
        ),
        Mistake(
            name="mask_ignored",
            wrong=lambda x, mask, keep: x / keep,
            explanation="Nothing is dropped; multiply by the mask.",
        ),
        Mistake(
            name="divided_by_the_share_in_the_mask",
            wrong=lambda x, mask, keep: x * mask / np.mean(mask),
            explanation="This divides by the share that the mask happens to keep; divide by the probability keep.",
        ),
        Mistake(
            name="scaled_twice",
            wrong=lambda x, mask, keep: x * mask / keep**2,
            explanation="It is divided by keep twice.",
        ),
    )


def drop_some(x, mask, keep):
    return np.where(mask, x / keep, 0.0)


DROPOUT_FORWARD = dropping(
    name="dropout_forward",
    points=1,
    reference=regularization.dropout_forward,
    alternatives={
        "entry by entry": masked_by_loop,
        "by where": drop_some,
        "on a copy": rescaled_in_place,
    },
    probes=masked_probes,
    sample=one_batch,
    mistakes=wrong_dropout("of x"),
)

DROPOUT_BACKWARD = dropping(
    name="dropout_backward",
    points=1,
    reference=regularization.dropout_backward,
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
    mistakes=(
        *wrong_dropout("of upstream"),
        Mistake(
            name="ignores_upstream",
            wrong=lambda upstream, mask, keep: np.asarray(mask) / keep,
            explanation="This is only the local slope: the chain rule multiplies it by the upstream gradient.",
        ),
    ),
)

EXERCISES = (DRAW_MASK, CLASSIC_DROPOUT, DROPOUT_FORWARD, DROPOUT_BACKWARD)
