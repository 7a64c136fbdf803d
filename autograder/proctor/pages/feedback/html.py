"""Pieces of a page, made of texts that anybody may have written: escaped, and what is left is on a list.

What you can do with this file:

- show prose with formulas: `prose`; show code in colors: `code`, with its style sheet `code_style`;
- show what a cell put out: `output`; show the finding of a check: `picture`;
- take the colors of a terminal out of a text: `plain`.

Formulas become MathML, which browsers draw by themselves. Pictures of other machines are not loaded: a link stands
in their place. The same texts come again with each student, so the newest are kept.

Of some texts Markdown and Pygments make nothing in good time: what they need grows with the square of a run of blanks,
and with the length of a text. What is too long for them is shown as it is.
"""

from __future__ import annotations

import base64
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import mistune
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from proctor.pages.feedback.allowed import allowed
from proctor.pages.feedback.formulas import environments, formula
from proctor.pages.feedback.shapes import mapping, sequence, text as text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["code", "code_style", "output", "picture", "plain", "prose"]

KEPT = 2048  # texts of each kind
MOST_KEPT = 10_000  # characters
STYLE = "default"  # its colors have the contrast that WCAG asks for
MOST_PROSE, MOST_CODE, MOST_OUTPUT = 20_000, 100_000, 200_000  # characters
MOST_LINES = 2000
MOST_BLANKS = 1000  # in a row, line ends among them
BLANKS = re.compile(r"\s+")
TERMINAL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
PICTURES = ("image/png", "image/jpeg")


class _Renderer(mistune.HTMLRenderer):
    """Markdown without raw HTML and without pictures from elsewhere; formulas as MathML."""

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - as the library calls it
        if url.startswith(("http:", "https:")):
            return str(Markup('<a href="{}">{}</a>').format(url, text or "picture"))
        return str(Markup("<em>{}</em>").format(text or "picture"))

    def inline_math(self, text: str) -> str:
        """A formula in a line."""
        return formula(text, "inline")

    def block_math(self, text: str) -> str:
        """A formula of its own."""
        return formula(text, "block")


@cache
def _markdown() -> Any:
    return mistune.create_markdown(
        escape=True, renderer=_Renderer(escape=True), plugins=["table", "strikethrough", "math", environments]
    )


def prose(text: str) -> Markup:
    """
    Show Markdown.

    Parameters
    ----------
    text : str
        By anybody.

    Returns
    -------
    Markup
        Headings start at the second level: the page has its own first one.

    Examples
    --------
    >>> print(prose("# Title <script>"))
    <h2>Title &lt;script&gt;</h2>
    <BLANKLINE>
    """
    if not _quick(text, MOST_PROSE):
        return Markup("<pre>{}</pre>").format(text)
    return _kept(_prose, text)


def _prose(text: str) -> Markup:
    found = str(_markdown()(text))
    for level in range(5, 0, -1):  # from the last on, or a heading would be moved twice
        found = found.replace(f"<h{level}>", f"<h{level + 1}>").replace(f"</h{level}>", f"</h{level + 1}>")
    return allowed(found)


def code(text: str) -> Markup:
    """
    Show Python in colors.

    Parameters
    ----------
    text : str
        By anybody.

    Returns
    -------
    Markup
        A <pre> whose classes `code_style` explains.

    Examples
    --------
    >>> print(code("1 < 2"))
    <div class="code"><pre><span></span><span class="mi">1</span> <span class="o">&lt;</span> <span class="mi">2</span>
    </pre></div>
    <BLANKLINE>
    """
    if not _quick(text, MOST_CODE):
        return Markup('<div class="code"><pre>{}</pre></div>').format(text)
    return _kept(_code, text)


def _code(text: str) -> Markup:
    return Markup(highlight(text, PythonLexer(), HtmlFormatter(cssclass="code")))  # noqa: S704 - escaped by Pygments


@cache
def code_style() -> Markup:
    """
    Give the style sheet of `code`.

    Returns
    -------
    Markup
        Rules for the classes.
    """
    return Markup(HtmlFormatter(cssclass="code", style=STYLE).get_style_defs(".code"))  # noqa: S704 - no text of others


def output(entry: Mapping[str, Any]) -> Markup:
    """
    Show one output of a cell.

    Parameters
    ----------
    entry : mapping
        As a notebook holds it.

    Returns
    -------
    Markup
        Text or a picture; nothing for other kinds.

    Examples
    --------
    >>> print(output({"output_type": "stream", "text": ["a < b"]}))
    <pre class="output">a &lt; b</pre>
    """
    data = mapping(entry.get("data"))
    for kind in PICTURES:
        if kind in data:
            encoded = "".join(text_of(data[kind]).split())  # base64 comes in lines; `format` escapes what else it is
            about = mapping(mapping(entry.get("metadata")).get(kind))
            described = text_of(about.get("alt")) or "Picture of this cell; see the text below it."
            return Markup('<img src="data:{};base64,{}" alt="{}">').format(kind, encoded, described)
    if entry.get("output_type") == "error":
        lines = [text_of(it) for it in sequence(entry.get("traceback"))]
        words = "\n".join(lines) or f"{text_of(entry.get('ename'))}: {text_of(entry.get('evalue'))}"
        return Markup('<pre class="output error">{}</pre>').format(_clipped(plain(words)))
    words = plain(text_of(entry.get("text", data.get("text/plain"))))
    return Markup('<pre class="output">{}</pre>').format(_clipped(words)) if words.strip() else Markup("")


def picture(svg: str) -> Markup:
    """
    Show the picture of a finding as an image, in which no script runs.

    Parameters
    ----------
    svg : str
        A drawing, or nothing.

    Returns
    -------
    Markup
        An <img>, or nothing.
    """
    if not svg.lstrip().startswith("<svg"):
        return Markup("")
    encoded = base64.b64encode(svg.encode(errors="replace")).decode()
    words = "Your result, and its difference from the right one"
    return Markup('<img src="data:image/svg+xml;base64,{}" alt="{}">').format(encoded, words)


def plain(text: str) -> str:
    """
    Take the colors of a terminal out of a text.

    Parameters
    ----------
    text : str
        By anybody.

    Returns
    -------
    str
        The same without escape sequences.

    Examples
    --------
    >>> plain("\x1b[31mred\x1b[0m")
    'red'
    """
    return TERMINAL.sub("", text)


def _kept(make: Callable[[str], Markup], text: str) -> Markup:
    """Make a piece, or take the one made before; large ones are made anew, or many would fill the memory."""
    return _newest(make, text) if len(text) <= MOST_KEPT else make(text)


@lru_cache(maxsize=2 * KEPT)
def _newest(make: Callable[[str], Markup], text: str) -> Markup:
    return make(text)


def _quick(text: str, most_characters: int) -> bool:
    """Whether a text is short enough to be made colorful."""
    if len(text) > most_characters or text.count("\n") > MOST_LINES:
        return False
    return all(len(it.group()) <= MOST_BLANKS for it in BLANKS.finditer(text))


def _clipped(text: str) -> str:
    left_out = len(text) - MOST_OUTPUT
    return text if left_out <= 0 else f"{text[:MOST_OUTPUT]}\n... {left_out} more characters are left out here."
