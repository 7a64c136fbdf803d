"""Random results are judged by their statistics, mistakes are named by theirs, and no draw is stored."""

from __future__ import annotations

import re

import numpy as np
import pytest

from chainrule.checking import Probe, Seeded, Statistic, judge
from chainrule.checking.catalog.statistics import STATISTICS
from chainrule.checking.comparing.compare import Expected
from chainrule.checking.comparing.measuring import Measured, look_alike, measure, outside
from chainrule.checking.comparing.observe import observe
from chainrule.checking.keys.keyfile import pack, unpack
from chainrule.exercises.sampling import five_sigma
from support.toys import toy

SHAPE = (60, 50)
COUNT = 3000


def noise(rng, std):
    return std * rng.standard_normal(SHAPE), np.zeros(4)


def spread(std):
    return (
        five_sigma("standard deviation", "W", std, std * (2 * COUNT) ** -0.5),
        five_sigma("mean, in standard deviations,", "W", 0.0, COUNT**-0.5),
        Statistic("share of entries that are not 0", "b", 0.0, 0.0, part=1),
    )


def noise_probes(rng):
    seeds = [int(seed) for seed in rng.integers(1000, size=2)]
    return tuple(
        Probe(f"std {std}", (Seeded(seed), std), statistics=spread(std))
        for seed, std in zip(seeds, (0.5, 2.0), strict=True)
    )


NOISE = toy(
    noise,
    noise_probes,
    properties=("same_seed_same_result", "advances_generator", "leaves_global_generator"),
    mistakes={
        "squares": (lambda rng, std: noise(rng, std**2), "This is std squared."),
        "roots": (lambda rng, std: noise(rng, std**0.5), "This is the root of std."),
        "positive": (
            lambda rng, std: (np.abs(noise(rng, std)[0]) / 0.6028, np.zeros(4)),
            "These are all positive.",
        ),
        "alone": (lambda rng, std: noise(rng, std)[0], "The second result is missing."),
    },
)


def by_uniform(rng, std):
    """Another draw of the same mean and standard deviation."""
    return rng.uniform(-(3**0.5) * std, 3**0.5 * std, SHAPE), np.zeros(4)


class TestVerdict:
    """What a student is told."""

    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("answer", [noise, by_uniform], ids=["normal", "uniform"])
    def test_every_draw_of_the_right_kind_passes(self, answer, seed):
        verdict = judge(NOISE.key(seed), answer)

        assert verdict.passed, verdict.text()

    @pytest.mark.parametrize("name", NOISE.mistakes)
    def test_a_mistake_is_named(self, name):
        assert name == judge(NOISE.key(0), NOISE.mistakes[name].wrong).finding.mistake

    def test_a_mistake_is_named_when_it_draws_other_numbers(self):
        def squares_later(rng, std):
            rng.standard_normal(7)
            return rng.uniform(-1, 1, SHAPE) * 3**0.5 * std**2, np.zeros(4)

        assert "squares" == judge(NOISE.key(0), squares_later).finding.mistake

    def test_an_unknown_mistake_is_told_with_its_number_and_the_range(self):
        finding = judge(NOISE.key(0), lambda rng, std: noise(rng, 3 * std)).finding

        assert ("statistic", "") == (finding.slug, finding.mistake)
        assert any("The standard deviation of W is 1." in line and "expected 0.4" in line for line in finding.lines)
        assert any(re.search(r"That is (2\.9|3)\d* times the right one\.", line) for line in finding.lines)

    def test_a_part_without_chance_must_be_exact(self):
        finding = judge(NOISE.key(0), lambda rng, std: (noise(rng, std)[0], np.full(4, 1e-300))).finding

        assert any("share of entries that are not 0 of b is 1, expected 0." in line for line in finding.lines)

    def test_a_wrong_shape_is_told_as_one(self):
        finding = judge(NOISE.key(0), lambda rng, std: (noise(rng, std)[0].T, np.zeros(4))).finding

        assert finding.slug == "shape"

    def test_not_a_number_fails(self):
        finding = judge(NOISE.key(0), lambda rng, std: (np.full(SHAPE, np.nan), np.zeros(4))).finding

        assert any("is nan" in line for line in finding.lines)

    @pytest.mark.parametrize(
        ("answer", "slug"),
        [
            (lambda rng, std: noise(np.random.default_rng(), std), "same-seed-same-result"),
            (lambda rng, std: noise(np.random.default_rng(0), std), "advances-generator"),
        ],
        ids=["its own generator", "its own seed"],
    )
    def test_the_passed_generator_must_be_used(self, answer, slug):
        assert slug == judge(NOISE.key(0), answer).finding.slug


class TestKey:
    """What travels."""

    def test_no_draw_is_stored(self):
        key = NOISE.key(0)
        values = [case.expected.value for case in key.cases]
        kept = [it.value for mistake in key.mistakes for it in mistake.outcomes]

        assert not any(part.any() for value in values for part in value)
        assert all(isinstance(it, Measured) for it in kept)
        assert len(pack([key])) < 10_000

    @pytest.mark.parametrize("answer", [noise, *(it.wrong for it in NOISE.mistakes.values())])
    def test_a_key_from_a_file_judges_the_same(self, answer):
        key = NOISE.key(3)
        read = unpack(pack([key]))[key.name]

        assert judge(key, answer).text() == judge(read, answer).text()


class TestLookAlike:
    """When two results count as draws of one answer."""

    @pytest.fixture
    def probe(self):
        return noise_probes(np.random.default_rng(0))[0]

    def drawn(self, probe, seed, std):
        return observe(noise, Probe("", (Seeded(seed), std))).value

    @pytest.mark.parametrize("std", [0.001, 0.5, 40.0])
    def test_two_draws_of_one_kind_do(self, probe, std):
        pairs = [(self.drawn(probe, seed, std), self.drawn(probe, seed + 100, std)) for seed in range(40)]

        assert all(look_alike(probe, *pair) for pair in pairs)

    @pytest.mark.parametrize(("one", "other"), [(0.001, 0.0013), (0.5, 0.6), (40.0, 52.0)])
    def test_two_kinds_do_not_at_any_size(self, probe, one, other):
        assert not look_alike(probe, self.drawn(probe, 0, one), self.drawn(probe, 1, other))

    def test_nan_is_like_nan_only(self, probe):
        empty = (np.full(SHAPE, np.nan), np.zeros(4))

        assert look_alike(probe, empty, empty)
        assert not look_alike(probe, empty, self.drawn(probe, 0, 0.5))

    def test_chance_grows_with_the_result_that_is_farther_off(self):
        """The other one may lie in the middle of the range."""
        probe = Probe("", (), statistics=(Statistic("mean", "W", 0.0, 0.0, noise=0.1),))
        middle, near, far = (Measured(None, (mean,)) for mean in (0.0, 2.0, 4.0))

        assert look_alike(probe, middle, near)
        assert look_alike(probe, near, middle)
        assert not look_alike(probe, middle, far)

    def test_measuring_twice_changes_nothing(self, probe):
        once = measure(self.drawn(probe, 0, 0.5), probe)

        assert measure(once, probe) is once
        assert outside(Expected(once.form), once, probe) is None


ENDS = (1.0, 2.0)  # the arguments of the answer, where a statistic looks at them
REPEATED = np.outer(np.arange(6.0), np.ones(5))
NUMBERS = {
    "correlation of neighboring columns": ((REPEATED, 1.0), (np.outer(np.ones(6), [1, -1, 1, -1.0]), -1.0)),
    "correlation of neighboring rows": ((REPEATED.T, 1.0), (np.outer([1, -1, 1, -1.0], np.ones(6)), -1.0)),
    "largest entry": ((np.array([0.0, 2.0, -5.0]), 2.0), (np.full(2, -1.0), -1.0)),
    "mean": ((np.array([0.0, 2.0]), 1.0), (np.array([-3.0, -2.0]), -2.5)),
    "mean logarithm": ((np.exp([1.0, 3.0]), 2.0), (np.ones(3), 0.0)),
    "mean, in standard deviations,": ((np.array([0.0, 2.0]), 1.0), (np.array([-3.0, -1.0]), -2.0)),
    "number of different places": ((np.arange(8.0).reshape(4, 2, 1), 4.0), (np.ones((3, 2, 2)), 1.0)),
    "share of entries between the ends": ((np.array([0.0, 1.0, 2.0, 4.0]), 0.5), (np.full(2, 1.5), 1.0)),
    "share of entries that are not 0": ((np.array([0.0, 2.0, 0.0, 1.0]), 0.5), (np.zeros(3), 0.0)),
    "smallest entry": ((np.array([0.0, 2.0, -5.0]), -5.0), (np.full(2, 3.0), 3.0)),
    "spread of the logarithms": ((np.exp([1.0, 3.0]), 1.0), (np.full(3, 2.0), 0.0)),
    "standard deviation": ((np.array([1.0, 3.0]), 1.0), (np.full(4, 7.0), 0.0)),
    "unevenness of the steps": ((np.exp([3.0, 1.0, 2.0]), 0.0), (np.exp([0.0, 1.0, 4.0]), 0.5)),
    "sum": ((np.array([1.0, 3.0]), 4.0), (np.zeros(3), 0.0)),
}


@pytest.mark.parametrize("name", STATISTICS)
def test_a_statistic_gives_known_numbers(name):
    found = [STATISTICS[name](array, ENDS) for array, _ in NUMBERS[name]]

    assert [expected for _, expected in NUMBERS[name]] == pytest.approx(found)


@pytest.mark.parametrize("value", [None, "text", (), (np.zeros((0, 3)),), np.zeros(3, dtype=complex)], ids=repr)
def test_what_holds_no_numbers_gives_nan(value):
    probe = Probe("", (), statistics=(Statistic("standard deviation", "W", 0.0, 1.0),))

    assert np.isnan(measure(value, probe).numbers[0])
