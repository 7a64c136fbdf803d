"""The report's pictures, as SVG within the page. Pure.

What you can do with this file:

- draw how scores are spread: `histogram`;
- draw a share as a bar: `share_bar`; draw a correlation to both sides of zero: `correlation_bar`.

Each picture says in words what it shows. Colors are classes of the style sheet; none of them carries meaning alone.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from proctor.pages.report.items import Summary

__all__ = ["correlation_bar", "histogram", "share_bar"]

WIDTH, HEIGHT = 440, 230
LEFT, RIGHT, TOP, BOTTOM = 32, 22, 30, 44
BAR = 100


def histogram(scores: Summary) -> Markup:
    """
    Draw how scores are spread.

    Parameters
    ----------
    scores : Summary
        Of the class.

    Returns
    -------
    Markup
        An <svg> with a bar for each tenth of the points, and a line at the median.
    """
    steps = _steps(max(scores.bins))
    top = steps[-1]
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    each = wide / len(scores.bins)
    parts = []
    for number in steps:
        y = TOP + high * (1 - number / top)
        line = Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>')
        parts.append(line.format(LEFT, WIDTH - RIGHT, y, y))
        parts.append(Markup('<text class="end" x="{}" y="{:.1f}">{}</text>').format(LEFT - 6, y + 4, number))
    for place, count in enumerate(scores.bins):
        x, tall = LEFT + place * each, high * count / top
        box = Markup('<rect class="mark" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>')
        parts.append(box.format(x + 1.5, TOP + high - tall, each - 3, tall))
    for place in range(0, len(scores.bins) + 1, 2):
        at = LEFT + place * each
        words = Markup('<text class="middle" x="{:.1f}" y="{}">{} %</text>')
        parts.append(words.format(at, TOP + high + 16, round(100 * place / len(scores.bins))))
    share = min(scores.median / scores.most_points, 1.0) if scores.most_points else 0.0
    at = LEFT + wide * share
    line = Markup('<line class="middle-line" x1="{:.1f}" x2="{:.1f}" y1="{}" y2="{}"/>')
    parts.append(line.format(at, at, TOP - 8, TOP + high))
    for place, count in enumerate(scores.bins):
        if count:
            words = Markup('<text class="middle" x="{:.1f}" y="{:.1f}">{}</text>')
            parts.append(words.format(LEFT + (place + 0.5) * each, TOP + high * (1 - count / top) - 4, count))
    words = Markup('<text class="{}" x="{:.1f}" y="{}">median {:.0f} %</text>')
    parts.append(words.format("end" if share > 0.7 else "", at + (-5 if share > 0.7 else 5), TOP - 12, 100 * share))
    label = Markup('<text class="middle" x="{:.1f}" y="{}">share of the {:g} points; bars count students</text>')
    parts.append(label.format(LEFT + wide / 2, HEIGHT - 6, scores.most_points))
    step = 100 // len(scores.bins)
    counts = "; ".join(f"{n * step} to {n * step + step} %: {count}" for n, count in enumerate(scores.bins))
    return _svg(
        "histogram",
        "scores",
        f"0 0 {WIDTH} {HEIGHT}",
        parts,
        title=f"Scores of {scores.count} students",
        described=f"Students by share of the points. {counts}.",
    )


def share_bar(name: str, share: float, words: str) -> Markup:
    """
    Draw a share as a bar.

    Parameters
    ----------
    name : str
        Letters and digits that no other picture of the page has.
    share : float
        From 0 to 1.
    words : str
        What the bar shows.

    Returns
    -------
    Markup
        An <svg>.
    """
    box = Markup('<rect class="track" width="{}" height="10"/><rect class="mark" width="{:.1f}" height="10"/>')
    part = box.format(BAR, BAR * min(max(share, 0.0), 1.0))
    return _svg("bar", name, f"0 0 {BAR} 10", [part], title=words, described=f"{share:.0%}")


def correlation_bar(name: str, value: float, words: str) -> Markup:
    """
    Draw a correlation to both sides of zero.

    Parameters
    ----------
    name : str
        Letters and digits that no other picture of the page has.
    value : float
        From -1 to 1.
    words : str
        What the bar shows.

    Returns
    -------
    Markup
        An <svg>.
    """
    middle = BAR / 2
    start, wide = (middle, middle * value) if value >= 0 else (middle * (1 + value), -middle * value)
    box = Markup(
        '<rect class="track" width="{}" height="10"/><rect class="{}" x="{:.1f}" width="{:.1f}" height="10"/>'
        '<line class="zero" x1="{}" x2="{}" y1="0" y2="10"/>'
    )
    parts = [box.format(BAR, "mark" if value >= 0 else "mark less", start, wide, middle, middle)]
    return _svg("bar", name, f"0 0 {BAR} 10", parts, title=words, described=f"{value:.2f}, from -1 to 1")


def _svg(kind: str, name: str, box: str, parts: list[Markup], *, title: str, described: str) -> Markup:
    """A picture with a title and a description, of which the latter says all that the picture does."""
    opened = Markup(
        '<svg class="{}" role="img" viewBox="{}"{} aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>'
    )
    stretched = Markup(' preserveAspectRatio="none"') if kind == "bar" else Markup("")
    head = opened.format(kind, box, stretched, name, name, name, title, name, described)
    return head + Markup("").join(parts) + Markup("</svg>")


def _steps(most: int) -> range:
    """Whole numbers from 0 to beyond the most, at most five steps of 1, 2 or 5 times a power of ten."""
    nice = (factor * 10**power for power in itertools.count() for factor in (1, 2, 5))
    step = next(it for it in nice if it * 4 >= most)
    return range(0, step * max(-(-most // step), 1) + 1, step)
