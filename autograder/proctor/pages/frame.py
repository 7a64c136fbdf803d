"""What all pages have in common: the frame, the style sheet, and that whatever is put in is escaped.

What you can do with this file:

- get the templates of a part, which may extend `base.html`: `environment`.

A page is one file: it loads nothing and runs nothing, and its Content-Security-Policy says so to the browser.
"""

from __future__ import annotations

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

__all__ = ["environment"]


@cache
def environment(package: str) -> Environment:
    """
    Get the templates of a part of proctor.

    Parameters
    ----------
    package : str
        The part, with a folder `templates`.

    Returns
    -------
    jinja2.Environment
        Also with the shared `base.html` and `page.css`; names that are not given are errors.
    """
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("proctor.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    made.filters["points"] = lambda number: f"{number:.6g}"
    return made
