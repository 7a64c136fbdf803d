"""Showing a verdict where the student works.

What you can do with this file:

- show it: `show`, as a small panel in Jupyter and as text in a terminal;
- make the panel: `as_html`;
- make a table of states in the same dress: `table_html`.
"""

from __future__ import annotations

import html
import sys
from typing import TYPE_CHECKING

from chainrule.shell import in_notebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chainrule.checking.telling.verdict import Verdict

__all__ = ["as_html", "show", "table_html"]

# JupyterLab's own colors, so that the panel follows a dark theme; green, vermilion and sky blue by Okabe and Ito.
STYLE = (
    "border-left:4px solid {edge};padding:6px 12px;margin:4px 0;max-width:46em;"
    "font-family:var(--jp-ui-font-family,sans-serif);font-size:var(--jp-ui-font-size1,13px);line-height:1.5;"
    "color:var(--jp-ui-font-color1,#222);background:var(--jp-layout-color1,#fff)"
)
RIGHT, WRONG, RECORDED = "#009e73", "#d55e00", "#56b4e9"


def as_html(verdict: Verdict) -> str:
    """
    Make the panel of a verdict.

    Parameters
    ----------
    verdict : Verdict
        What a check found.

    Returns
    -------
    str
        One HTML element; everything that came from the answer is escaped.
    """
    mark, edge = ("&#10003;", RIGHT) if verdict.passed else ("&#10007;", WRONG)
    if not verdict.judged:
        mark, edge = "&#8226;", RECORDED
    sign = f'<span style="color:{edge}" aria-hidden="true">{mark}</span>'
    title = f"<strong>{sign} {html.escape(verdict.headline)}</strong>"
    table = verdict.finding.table if verdict.finding else ""
    told = [line for line in verdict.lines if line not in table.splitlines()]
    lines = "".join(f"<div>{html.escape(line)}</div>" for line in told)
    # JupyterLab breaks lines of <pre> in the middle of a number, unless told not to.
    keeps_lines = "white-space:pre;word-break:normal;overflow:visible;"
    lines += f'<pre style="{keeps_lines}margin:6px 0 0;line-height:1.3">{html.escape(table)}</pre>' if table else ""
    picture = f'<div style="margin-top:6px">{verdict.picture}</div>' if verdict.picture else ""
    return f'<div style="{STYLE.format(edge=edge)}">{title}{lines}{picture}</div>'


def table_html(caption: str, headings: Sequence[str], rows: Iterable[tuple[str, ...]], remarks: Iterable[str]) -> str:
    """
    Make a table of exercises and their states.

    Parameters
    ----------
    caption : str
        The line above; a screen reader reads it first.
    headings : sequence of str
        Number, name, points, state.
    rows : iterable of tuple of str
        Number, name, points, the state's sign as an HTML entity, the state in words.
    remarks : iterable of str
        Sentences below.

    Returns
    -------
    str
        One HTML element; words are escaped, and no state is told by color alone.
    """
    cell = "padding:2px 10px 2px 0;text-align:{align};vertical-align:top;white-space:{wrap}"
    left, right = cell.format(align="left", wrap="normal"), cell.format(align="right", wrap="nowrap")
    dress = (left, left, right, left)
    top = "".join(f'<th scope="col" style="{it}">{name}</th>' for it, name in zip(dress, headings, strict=True))
    lines = []
    for number, name, points, sign, told in rows:
        edge = {"right": RIGHT, "wrong": WRONG, "recorded": RECORDED}.get(told.split(" - ")[0], "inherit")
        lines.append(
            f'<tr><td style="{left}">{number}</td>'
            f'<th scope="row" style="{left};font-weight:normal"><code>{html.escape(name)}</code></th>'
            f'<td style="{right}">{points}</td>'
            f'<td style="{left}"><span style="color:{edge}" aria-hidden="true">{sign}</span> '
            f"{html.escape(told)}</td></tr>"
        )
    above = "text-align:left;padding:0 0 6px;color:inherit"
    title = f'<caption style="{above}"><strong>{html.escape(caption)}</strong></caption>'
    told = "".join(f"<div>{html.escape(it)}</div>" for it in remarks)
    table = f'<table style="margin:0 0 6px;border-collapse:collapse">{title}<thead><tr>{top}</tr></thead>'
    table += f"<tbody>{''.join(lines)}</tbody></table>"
    return f'<div style="{STYLE.format(edge=RECORDED)};overflow-x:auto">{table}{told}</div>'


def show(verdict: Verdict) -> None:
    """
    Show a verdict: an HTML panel in a notebook, text elsewhere.

    Parameters
    ----------
    verdict : Verdict
        What a check found.
    """
    if in_notebook():
        from IPython.display import display

        display({"text/plain": verdict.text(), "text/html": as_html(verdict)}, raw=True)
        return
    text, encoding = verdict.text(), sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, errors="replace").decode(encoding))  # noqa: T201 - the terminal's display
