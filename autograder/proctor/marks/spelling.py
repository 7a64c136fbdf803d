"""The text of a notebook's file, as nbformat spells it.

What you can do with this file:

- write a notebook as nbformat writes it: `notebook_text`. Pure. Importing nbformat takes two seconds.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["notebook_text"]

LINES = ("application/javascript", "image/svg+xml")


def notebook_text(notebook: Mapping[str, Any]) -> str:
    r"""
    Write a notebook as nbformat writes it: sorted, texts as lists of lines.

    Parameters
    ----------
    notebook : mapping of str to object
        JSON of format 4.

    Returns
    -------
    str
        The text of the file.

    Examples
    --------
    >>> print(notebook_text({"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "raw", "source": "1\n2"}]}))
    {
     "cells": [
      {
       "cell_type": "raw",
       "source": [
        "1\n",
        "2"
       ]
      }
     ],
     "metadata": {},
     "nbformat": 4
    }
    <BLANKLINE>
    """
    passing = ("orig_nbformat", "orig_nbformat_minor", "signature")
    metadata = {name: value for name, value in notebook["metadata"].items() if name not in passing}
    content = {**notebook, "metadata": metadata, "cells": [_cell(it) for it in notebook["cells"]]}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": ")) + "\n"


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    new = {**cell, "source": _lines(cell["source"])}
    if "metadata" in cell:
        new["metadata"] = {name: value for name, value in cell["metadata"].items() if name != "trusted"}
    if "attachments" in cell:
        new["attachments"] = {name: _bundle(it) for name, it in cell["attachments"].items()}
    if "outputs" in cell:
        new["outputs"] = [_output(it) for it in cell["outputs"]]
    return new


def _output(output: Mapping[str, Any]) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return {**output, "text": _lines(output["text"])}
    if output["output_type"] in ("execute_result", "display_data") and "data" in output:
        return {**output, "data": _bundle(output["data"])}
    return {**output}


def _bundle(data: Mapping[str, Any]) -> dict[str, Any]:
    return {kind: _lines(it) if kind.startswith("text/") or kind in LINES else it for kind, it in data.items()}


def _lines(text: Any) -> Any:
    return text.splitlines(keepends=True) if isinstance(text, str) else text
