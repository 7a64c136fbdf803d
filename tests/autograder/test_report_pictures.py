"""The report's pictures and colors: true to their numbers, and to be told apart."""

from __future__ import annotations

import re

import numpy as np
import pytest

from proctor.pages.report import items
from proctor.pages.report.charts import correlation_bar, histogram, share_bar
from proctor.pages.report.write import _rendered
from support.classes import facts_of, students


def luminance(color):
    """WCAG 2's relative luminance of #rrggbb."""
    parts = np.array([int(color[it : it + 2], 16) for it in (1, 3, 5)]) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    """WCAG 2's ratio, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def colors():
    """The named colors of both style sheets."""
    page = _rendered(facts_of(students(5)))
    found = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", page))
    return {name: f"#{it[1] * 2}{it[2] * 2}{it[3] * 2}" if len(it) == 4 else it for name, it in found.items()}


# Machado, Oliveira and Fernandes (2009), severity 1: how red- and green-blind people see linear RGB.
BLIND = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
}


class TestColors:
    """AA contrast; marks differ for those who see fewer colors."""

    @pytest.mark.parametrize("name", ["ink", "soft", "right", "wrong", "later", "mark", "less"])
    def test_texts_and_marks_stand_out(self, name):
        found = colors()

        assert contrast(found[name], found["ground"]) >= 4.5

    def test_marks_stand_out_from_their_track(self):
        found = colors()

        assert min(contrast(found[it], found["track"]) for it in ("mark", "less")) >= 3

    @pytest.mark.parametrize("kind", BLIND)
    def test_the_two_marks_differ_for_the_color_blind(self, kind):
        found = colors()
        seen = [np.array([int(found[it][n : n + 2], 16) for n in (1, 3, 5)]) / 255 for it in ("mark", "less")]
        one, two = (np.clip(np.array(BLIND[kind]) @ it**2.2, 0, 1) for it in seen)

        assert np.abs(one - two).max() > 0.2

    def test_the_measure_is_that_of_wcag(self):
        assert 21 == pytest.approx(contrast("#000000", "#ffffff"))


class TestCharts:
    """Small pictures."""

    def test_bars_are_as_long_as_their_share(self):
        assert 'class="mark" width="25.0"' in share_bar("a", 0.25, "words")

    @pytest.mark.parametrize(("value", "bar"), [(0.5, 'x="50.0" width="25.0"'), (-0.5, 'x="25.0" width="25.0"')])
    def test_correlations_go_both_ways(self, value, bar):
        assert bar in correlation_bar("a", value, "words")

    @pytest.mark.parametrize("scores", [[0.0], [10.0] * 3, list(np.linspace(0, 10, 2000))], ids=["one", "all", "many"])
    def test_a_histogram_keeps_within_its_frame(self, scores):
        drawn = str(histogram(items.summary(scores, 10.0)))
        tall = [float(it) for it in re.findall(r'class="mark"[^>]* height="([\d.]+)"', drawn)]

        assert 10 == len(tall)
        assert 0 < max(tall) <= 162
