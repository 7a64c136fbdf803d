r"""Formulas of a text, as MathML that a page can hold.

What you can do with this file:

- show one: `formula`;
- let Markdown find formulas that stand there by themselves, as Jupyter does: `environments`.

Jupyter takes `\begin{align} ... \end{align}` for a formula also without dollar signs, wherever it stands. latex2mathml
knows few of LaTeX's environments; those that are only another layout of the same lines are given to it as one that it
knows. A browser does not break a formula into lines, so a long one gets a box in which it can be moved.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from latex2mathml.converter import convert
from markupsafe import Markup

from proctor.pages.feedback.allowed import allowed

if TYPE_CHECKING:
    from re import Match

__all__ = ["environments", "formula"]

MOST_SIGNS = 20  # so many fit on the narrowest screen, whatever they are
SPACE = ("<mspace", "<mpadded", "<mphantom", "<mtable")  # take room without a sign
NAMES = "equation|align|alignat|flalign|gather|multline|eqnarray|displaymath|math"
# The name a second time, so that one that opens first closes last.
BLOCK = rf"^ {{0,3}}\\begin\{{(?P<env_block>(?:{NAMES})\*?)\}}[\s\S]*?\\end\{{(?P=env_block)\}}[ \t]*(?:\n|$)"
INLINE = rf"\\begin\{{(?P<env_inline>(?:{NAMES})\*?)\}}[\s\S]*?\\end\{{(?P=env_inline)\}}"
ONE_LINE = re.compile(r"\\(?:begin|end)\{(?:equation|displaymath|math)\*?\}")
WITH_COUNT = re.compile(r"\\begin\{alignat(?:ed)?\*?\}\s*\{\d+\}")
LINES = re.compile(r"\\(begin|end)\{(?:alignat|flalign|align|gather|multline|eqnarray)\*?\}")
INNER = re.compile(r"\\(begin|end)\{(?:aligned|alignedat|gathered)\}")
NUMBERS = re.compile(r"\\(?:label|tag)\*?\{[^{}]*\}|\\(?:nonumber|notag)\b")
TAG = re.compile(r"<[^>]*>")


def formula(text: str, display: str) -> str:
    """
    Show a formula.

    Parameters
    ----------
    text : str
        LaTeX by anybody.
    display : str
        "inline" or "block".

    Returns
    -------
    str
        HTML; the text itself where it cannot be drawn.
    """
    try:
        found = str(convert(_known(text).strip(), display=display))
    except Exception:  # noqa: BLE001 - any formula that the library does not know
        found = ""
    # By itself, so that no unclosed element in a formula swallows the text behind it.
    made = str(allowed(found)) or str(Markup("<code>{}</code>").format(text))
    if display == "block":
        return f'<div class="formula">{made}</div>\n'
    wide = len("".join(TAG.sub("", made).split())) > MOST_SIGNS or any(it in made for it in SPACE)
    return f'<span class="formula">{made}</span>' if wide else made


def _known(text: str) -> str:
    """The same formula in environments that the library knows."""
    text = WITH_COUNT.sub(r"\\begin{align*}", NUMBERS.sub("", text))
    return INNER.sub(r"\\\1{split}", LINES.sub(r"\\\1{align*}", ONE_LINE.sub("", text)))


def environments(md: Any) -> None:
    """
    Let Markdown find formulas without dollar signs; a plugin of mistune.

    Parameters
    ----------
    md : mistune.Markdown
        Which also has mistune's own plugin for formulas.
    """
    md.block.register("math_environment", BLOCK, _block, before="list")
    md.inline.register("math_environment", INLINE, _inline, before="escape")
    for rules in (md.block.block_quote_rules, md.block.list_rules):
        md.block.insert_rule(rules, "block_math", before="list")
        md.block.insert_rule(rules, "math_environment", before="list")


def _block(_: Any, found: Match[str], state: Any) -> int:
    state.append_token({"type": "block_math", "raw": found.group(0)})
    return found.end()


def _inline(_: Any, found: Match[str], state: Any) -> int:
    state.append_token({"type": "inline_math", "raw": found.group(0)})
    return found.end()
