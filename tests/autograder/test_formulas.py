"""Formulas on a feedback page: found where Jupyter finds them, and never wider than the page."""

from __future__ import annotations

import pytest

from proctor.pages.feedback.html import prose

BODY = r"a &= b \\ c &= d"
ROWS = "<mtr>"


@pytest.mark.parametrize("name", ["align", "align*", "gather", "eqnarray*", "multline", "flalign"])
def test_lines_in_an_environment_are_a_formula_without_dollars(name):
    found = prose(f"Before\n\n\\begin{{{name}}}\n{BODY}\n\\end{{{name}}}\n\nafter")

    assert 2 == found.count(ROWS)
    assert "begin" not in found
    assert "&amp;" not in found


@pytest.mark.parametrize(
    "text",
    [
        f"right behind a line\n\\begin{{align}}\n{BODY}\n\\end{{align}}\nand before one",
        f"within \\begin{{align}} {BODY} \\end{{align}} a line",
        f"> \\begin{{align}}\n> {BODY}\n> \\end{{align}}",
        f"- one\n  \\begin{{align}}\n  {BODY}\n  \\end{{align}}",
        f"$$\\begin{{aligned}} {BODY} \\end{{aligned}}$$",
        f"> $$\n> \\begin{{split}} {BODY} \\end{{split}}\n> $$",
        f"\\begin{{alignat}}{{2}} {BODY} \\end{{alignat}}",
        f"\\begin{{align}} {BODY} \\label{{eq:one}} \\nonumber \\end{{align}}",
    ],
)
def test_wherever_they_stand(text):
    found = prose(text)

    assert 2 == found.count(ROWS)
    assert "begin" not in found
    assert "eq:one" not in found


def test_one_line_in_an_environment_is_a_formula():
    assert "<msup>" in prose(r"\begin{equation} e = m c^2 \end{equation}")


@pytest.mark.parametrize(
    "text", [r"\begin{tabular} a \end{tabular}", r"\begin{align} a", r"`\begin{align} a \end{align}`"]
)
def test_what_is_no_formula_in_jupyter_stays_text(text):
    assert "<math" not in prose(text)


@pytest.mark.parametrize("text", ["$" + "a+" * 20 + "b$", r"$a \hspace{40em} b$", r"$\text{a long word of a student}$"])
def test_a_long_formula_in_a_line_moves_in_a_box_of_its_own(text):
    assert '<span class="formula"><math' in prose(f"see {text}.")


def test_a_short_one_stands_in_its_line():
    assert "<span" not in prose("see $a_1 + b$.")
