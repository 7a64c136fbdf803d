"""Large texts and hostile ones are shown soon: in colors below a limit, as they are above it."""

from __future__ import annotations

import time

import pytest

from proctor.gradebook import NotebookMarks
from proctor.pages.feedback import html as pieces, making
from proctor.pages.feedback.page import page_of

HOSTILE = {
    "lines of a blank": " \n" * 60_000,
    "lines of blanks": (" " * 49 + "\n") * 1900 + "x",
    "blank lines": "\n" * 60_000 + "x",
    "heading": "# x" + " " * 50_000 + "y",
    "short heading": "# x" + " " * 19_000 + "y",
    "hashes": "#" * 60_000,
    "heading of hashes": "# x" + "#" * 50_000 + "y",
    "brackets": "[" * 50_000,
    "stars": "*" * 50_000,
    "dollars": "$" * 50_000,
    "table": "|a" * 9000 + "|\n" + "|-" * 9000 + "|\n",
    "quotes": ">" * 5000 + " a",
    "ticks": "".join("`" * number + " " for number in range(300)),
    "one letter": "a" * 60_000,
    "lists": "".join("  " * number + "- a\n" for number in range(300)),
    "tags": "<div>" * 12_000,
    "formula": "$" + "\\frac{" * 8000 + "$",
    "colors": "\x1b[" * 30_000,
}


class TestLargeTexts:
    """Large texts are shown soon, and nothing of them is lost."""

    @pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
    def test_a_hostile_text_is_shown_soon(self, text):
        cells = [{"cell_type": kind, "source": text, "outputs": [{"text": text}]} for kind in ("code", "markdown")]
        begun = time.process_time()
        page = making.rendered(page_of("hw1", {"cells": cells}, NotebookMarks("one"), show_hidden=False))

        assert page
        assert time.process_time() - begun < 4

    @pytest.mark.parametrize("show", [pieces.prose, pieces.code])
    def test_what_is_too_long_for_colors_is_escaped_and_whole(self, show):
        found = str(show("<b>" * 40_000))

        assert found.count("&lt;b&gt;") == 40_000
        assert "<pre>" in found

    def test_an_honest_large_cell_has_its_colors(self):
        assert '<span class="k">def</span>' in pieces.code("def f(x):\n    return x + 1\n" * 900)

    def test_a_huge_output_is_clipped_and_says_so(self):
        found = str(pieces.output({"output_type": "stream", "text": "ab" * 1_000_000}))

        assert "... 1800000 more characters are left out here." in found

    def test_large_pieces_are_not_kept(self):
        pieces._newest.cache_clear()
        pieces.code("x = 1\n" * 1900)
        pieces.prose("short")

        assert pieces._newest.cache_info().currsize == 1
