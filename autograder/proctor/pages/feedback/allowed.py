"""What a text by anybody may bring onto a page: a list, and nothing beside it.

What you can do with this file:

- leave of a piece of HTML what is on the list: `allowed`; the list: `PROSE`, `FORMULAS`, `ATTRIBUTES`.
"""

from __future__ import annotations

import nh3
from markupsafe import Markup

__all__ = ["ATTRIBUTES", "FORMULAS", "PROSE", "allowed"]

PROSE = {
    *("h2", "h3", "h4", "h5", "h6", "p", "div", "blockquote", "pre", "hr", "br", "ul", "ol", "li"),
    *("em", "strong", "del", "code", "span", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
# MathML Core and the older layout that latex2mathml writes. No <annotation-xml>, which may hold HTML again.
FORMULAS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mfrac", "msqrt", "mroot", "mpadded", "mphantom"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts"),
    *("menclose", "mfenced", "mtable", "mtr", "mtd"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "div": {"class"},
    "span": {"class"},
    "math": {"xmlns", "display"},
    "menclose": {"notation"},
    "mfenced": {"open", "close", "separators"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {"accent", "fence", "form", "largeop", "maxsize", "minsize", "movablelimits", "separator", "stretchy"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "mpadded": {"height", "depth", "width", "lspace", "voffset"},
    "mspace": {"width", "height", "depth"},
    "mstyle": {"mathcolor", "mathvariant", "displaystyle", "scriptlevel"},
    "mtable": {"columnalign", "columnlines", "columnspacing", "displaystyle", "rowlines", "rowspacing"},
    "mtd": {"columnalign"},
    "th": {"style"},
    "td": {"style"},
}
SCHEMES = {"http", "https", "mailto"}

_cleaner = nh3.Cleaner(
    tags=PROSE | FORMULAS,
    attributes=ATTRIBUTES,
    filter_style_properties={"text-align"},  # a column of a table
    url_schemes=SCHEMES,
    # "#part" would jump about in the page and "file.txt" point beside it: neither leads where the notebook meant.
    url_relative="deny",
    link_rel="noopener noreferrer",
)


def allowed(html: str) -> Markup:
    """
    Leave of a piece of HTML what the list allows.

    Parameters
    ----------
    html : str
        Made from a text by anybody.

    Returns
    -------
    Markup
        Well formed. Other elements lose their marks and keep their text; scripts and styles go as a whole.

    Examples
    --------
    >>> print(allowed('<p onclick="steal()">a <b>bold</b> word<script>steal()</script>'))
    <p>a bold word</p>
    """
    return Markup(_cleaner.clean(html))  # noqa: S704 - that is what the list is for
