"""Exercise 6.11: a budget of epochs, and a test set under seal."""

from __future__ import annotations

from functools import partial

import numpy as np

from chainrule.checking.comparing.probes import Call, Named, Probe
from chainrule.checking.declaring.exercise import Exercise
from chainrule.checking.declaring.trap import Trap
from chainrule.nn import tuning

__all__ = ["SEALED_TEST", "TRAINING_BUDGET"]

section = partial(Exercise, unit="06_tuning", number="6.11", title="Tuning under a budget")


def account(label, epochs, costs):
    return Probe(label, (int(epochs),), then=tuple(Call("__call__", (int(cost),)) for cost in costs))


def account_probes(rng):
    a, b = (int(it) for it in rng.integers(3, 8, 2))
    return (
        account("runs until nothing is left", 3 * a, (a, a, a, 1)),
        account("a run that is too long, and then a shorter one", a + b, (a, b + 1, b, 1)),
        account("a run that costs all", b, (b, 1)),
        account("a first run that is too long", a, (a + 1, a)),
        account("runs of one epoch", 3, (1, 1, 1, 1)),
        account("many refused runs", 10, (8, 9, 3, 5, 2, 2)),
        account("no epochs at all", 0, (1, 2)),
        account("a budget that stays above 0", 20, (6, 7, 6, 2, 1, 1)),
    )


def by_list(epochs):
    paid: list[int] = []

    def charge(cost):
        enough = sum(paid) + cost <= epochs
        paid.extend([cost] if enough else [])
        return enough

    return charge


def by_dictionary(epochs):
    purse = {"left": epochs}

    def charge(cost):
        if purse["left"] >= cost:
            purse["left"] = purse["left"] - cost
            return True
        return False

    return charge


def account_with(epochs, *, allows, pays, pays_refused=False):
    left = epochs

    def charge(cost):
        nonlocal left
        allowed = bool(allows(left, cost))
        if allowed or pays_refused:
            left = left - pays(cost)
        return allowed

    return charge


def account_without_nonlocal(epochs):
    left = epochs

    def charge(cost):
        if cost > left:  # noqa: F823 - that is the mistake
            return False
        left -= cost  # noqa: F841
        return True

    return charge


def whole_cost(cost):
    return cost


TRAINING_BUDGET = section(
    name="training_budget",
    points=2,
    reference=tuning.training_budget,
    hints=(
        (
            "What must be remembered between two calls of `charge`? "
            "In which of the two functions does this number begin, and in which one does it change? "
            "What happens to it when a run is refused?"
        ),
        (
            "Outside, store how many epochs are left; at the start that is all of them. "
            "Inside, define `charge`, and say with `nonlocal` that the number is the one from outside. "
            "If the cost is more than what is left, answer False and change nothing. "
            "Otherwise pay, and answer True. At last return the inner function itself, without calling it."
        ),
        (
            "A budget of 20. "
            "charge(8) is True and leaves 12; charge(15) is False and leaves 12; charge(12) is True and leaves 0. "
            "Now charge(1) is False. "
            "A second call of `training_budget` makes a new account, and the first one knows nothing of it."
        ),
    ),
    alternatives={"a list of what was paid": by_list, "a dictionary": by_dictionary},
    probes=account_probes,
    sample=lambda rng: (int(rng.integers(1, 30)),),
    mistakes={
        "refused_run_is_charged": (
            lambda epochs: account_with(
                epochs, allows=lambda left, cost: cost <= left, pays=whole_cost, pays_refused=True
            ),
            "A run that may not start is charged all the same; subtract its cost only when it starts.",
        ),
        "last_epoch_cannot_be_spent": (
            lambda epochs: account_with(epochs, allows=lambda left, cost: cost < left, pays=whole_cost),
            "A run that costs just what is left is refused; it may start, and leaves 0.",
        ),
        "runs_in_place_of_epochs": (
            lambda epochs: account_with(epochs, allows=lambda left, cost: left > 0, pays=lambda cost: 1),
            "Every run costs 1 here; it costs its number of epochs.",
        ),
        "overdraws": (
            lambda epochs: account_with(epochs, allows=lambda left, cost: left > 0, pays=whole_cost),
            "A run may start as long as anything is left; it must have its whole cost left.",
        ),
        "never_charges": (
            lambda epochs: account_with(epochs, allows=lambda left, cost: cost <= left, pays=lambda cost: 0),
            "Nothing is subtracted: every run sees the full budget. Is a nonlocal line missing?",
        ),
        "nonlocal_forgotten": (
            account_without_nonlocal,
            (
                "charge changes a variable of the function around it, and Python takes it for a new one; "
                "begin charge with the line nonlocal and the variable's name."
            ),
        ),
        "answers_turned_around": (
            lambda epochs: account_with(epochs, allows=lambda left, cost: cost > left, pays=lambda cost: 0),
            "True and False are swapped: True says that the run may start.",
        ),
    },
    traps=(
        Trap("refused_run_is_charged", breaks="Else nothing is paid and the answer is `False`."),
        Trap(
            "last_epoch_cannot_be_spent",
            breaks="If its cost is at most what is left, it is paid and the answer is `True`.",
        ),
        Trap("nonlocal_forgotten", breaks="To **change** one, it must say so: `nonlocal left`."),
    ),
)

# --- the seal ----------------------------------------------------------------------------------------


def sealed(label, rng, n, thresholds):
    """Numbers in two columns; classifiers that look at one of them, each with an accuracy of its own."""
    x = rng.uniform(0.0, 1.0, (n, 2))
    x[:, 0] = rng.permutation((np.arange(n) + rng.uniform(0.4, 0.6, n)) / n)
    y = (x[:, 0] > 0.45).astype(int)
    calls = tuple(Call("__call__", (Named("label by threshold", (it, column)),)) for it, column in thresholds)
    return Probe(label, (x, y), then=calls)


def sealed_probes(rng):
    n, m = int(rng.integers(9, 13)), int(rng.integers(15, 25))
    integers = Probe(
        "whole numbers",
        (np.array([[1], [4], [2], [9]]), np.array([0, 1, 1, 1])),
        then=(Call("__call__", (Named("label by threshold", (3.0, 0)),)),),
    )
    return (
        sealed("three looks", rng, n, ((0.2, 0), (0.7, 0), (0.5, 0))),
        sealed("one look", rng, m, ((0.3, 0),)),
        sealed("the same look twice", rng, m, ((0.8, 0), (0.8, 0))),
        sealed("five looks", rng, n, ((0.1, 0), (0.5, 1), (0.9, 0), (0.3, 1), (0.45, 0))),
        sealed("a network that gets nothing wrong, then one that is worse", rng, 10, ((0.45, 0), (0.99, 0))),
        integers,
    )


def seal_by_list(x_test, y_test):
    looks = []

    def look(predict):
        looks.append(sum(int(a == b) for a, b in zip(predict(x_test), y_test, strict=True)) / len(y_test))
        return looks[-1], len(looks)

    return look


def seal_by_dictionary(x_test, y_test):
    book = {"looks": 0}

    def look(predict):
        book["looks"] = book["looks"] + 1
        wrong = np.count_nonzero(predict(x_test) - y_test)
        return 1.0 - wrong / len(y_test), book["looks"]

    return look


def seal_with(x_test, y_test, *, score, start=0, step=1):
    looks = start

    def look(predict):
        nonlocal looks
        looks += step
        return score(predict(x_test), y_test), looks

    return look


def seal_without_nonlocal(x_test, y_test):
    looks = 0

    def look(predict):
        looks += 1  # noqa: F823 - that is the mistake
        return accuracy(predict(x_test), y_test), looks

    return look


def accuracy(labels, y):
    return float(np.mean(np.asarray(labels) == np.asarray(y)))


def first_look_kept(x_test, y_test):
    kept = []

    def look(predict):
        kept.append(accuracy(predict(x_test), y_test))
        return kept[0], len(kept)

    return look


def only_new_scores_count(x_test, y_test):
    kept = set()

    def look(predict):
        found = accuracy(predict(x_test), y_test)
        kept.add(found)
        return found, len(kept)

    return look


def best_look(x_test, y_test):
    kept = []

    def look(predict):
        kept.append(accuracy(predict(x_test), y_test))
        return max(kept), len(kept)

    return look


SEALED_TEST = section(
    name="sealed_test",
    points=2,
    reference=tuning.sealed_test,
    hints=(
        (
            "What does `look` have to remember from call to call, and what does it find outside that never changes? "
            "Who calls `predict`, and with what? "
            "What do you get when you compare two arrays of labels entry by entry?"
        ),
        (
            "Outside, begin a count of looks at 0. "
            "Inside `look`, say that this count is changed, and raise it by one, at every look. "
            "Call `predict` with the sealed images, compare its labels with the true ones, and take the mean: True "
            "counts as 1. Return two results, the share and the count. "
            "The outer function returns `look` itself."
        ),
        (
            "The labels are (2, 0, 1, 2, 2). A predict that says 2 for all is right three times of five: (0.6, 1). "
            "Another predict says (2, 0, 1, 2, 0): (0.8, 2). The count goes on, whoever looks."
        ),
    ),
    alternatives={"a list of the looks": seal_by_list, "a dictionary": seal_by_dictionary},
    probes=sealed_probes,
    sample=lambda rng: (rng.uniform(0, 1, (6, 2)), rng.integers(0, 2, 6)),
    mistakes={
        "looks_not_counted": (
            lambda x_test, y_test: seal_with(x_test, y_test, score=accuracy, start=1, step=0),
            "The number of looks stays 1; add 1 at every call. Is a nonlocal line missing?",
        ),
        "nonlocal_forgotten": (
            seal_without_nonlocal,
            (
                "look changes a variable of the function around it, and Python takes it for a new one; "
                "begin look with the line nonlocal and the variable's name."
            ),
        ),
        "counted_after_the_answer": (
            lambda x_test, y_test: seal_with(x_test, y_test, score=accuracy, start=-1),
            "The first look is counted as 0; the look that is being taken counts too.",
        ),
        "count_of_right_answers": (
            lambda x_test, y_test: seal_with(
                x_test, y_test, score=lambda labels, y: int(np.sum(np.asarray(labels) == np.asarray(y)))
            ),
            "This is the number of right labels; the accuracy is their share, from 0 to 1.",
        ),
        "error_in_place_of_accuracy": (
            lambda x_test, y_test: seal_with(x_test, y_test, score=lambda labels, y: 1.0 - accuracy(labels, y)),
            "This is the share of wrong labels; the accuracy is the share of right ones.",
        ),
        "first_look_kept": (
            first_look_kept,
            "Every look shows the accuracy of the first one; work it out anew for each predict.",
        ),
        "best_look_reported": (
            best_look,
            "This is the best accuracy so far, which flatters; give that of the predict just passed.",
        ),
        "only_new_scores_count": (
            only_new_scores_count,
            "A look that shows the same accuracy again is not counted; every look counts.",
        ),
    },
    traps=(
        Trap("counted_after_the_answer", breaks="how many looks there have been, this one included"),
        Trap("only_new_scores_count", breaks="The same once more returns (0.75, 2)."),
        Trap("count_of_right_answers", breaks="the share of right labels"),
    ),
)
