"""The autograded notebook, as nbgrader's tools read it.

What you can do with this file:

- write one from steps and what they did: `autograded_notebook`;
- write the page that stands for a file nobody can read: `unreadable_notebook`.

Pure. Plain JSON; nbformat, which takes two seconds to import, is not needed to write it.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, unquote

from proctor.examiner.outputs import MOST_NOTEBOOK_CHARACTERS, within
from proctor.inside.texts import encodable_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from proctor.examiner.step import StepResult
    from proctor.intake.repair import Step
    from proctor.model import Row

__all__ = ["autograded_notebook", "unreadable_notebook"]

SCHEMA_VERSION = 3
MOST_CALLS = 1000
MOST_NAME = 1000
CALL = re.compile(r"\](?:\(\s{0,9}|:\s{0,9})(<?)attachment:")  # of an image, or of the definition of its link
NAME, BRACKETED = re.compile(r"(?:\\.|\S)*"), re.compile(r"(?:\\.|[^<>\\\n])*")
BRACKET = re.compile(r"\\.|[()]")
ESCAPED = re.compile(r"\\([!-/:-@[-`{-~])")
SAFE = ":/?#@!$&()*+,;=%"  # what Markdown's parser leaves as it is in a link
EMPTY_PNG = (  # a crossed square
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYCAAAAADFHGIkAAAAX0lEQVR42o3SWw4AEAxEUftfTZc2S6Ae0eIm+meO"
    "eJRiUMVMj3LQQ1rY4BbPHE7pUYcsIxkQZQYTtqzxAh0TNihvFkDp4BEUm/AFtBRtTselC1JLqInUdnooelr8DFAV"
    "HRf6EMJSHDYAAAAASUVORK5CYII="
)


def autograded_notebook(
    steps: Sequence[Step], results: Sequence[StepResult], kernelspec: Mapping[str, Any]
) -> dict[str, Any]:
    """
    Write an autograded notebook.

    Parameters
    ----------
    steps : sequence of Step
        Its cells.
    results : sequence of StepResult
        What each of them did.
    kernelspec : mapping
        As the gradebook has it.

    Returns
    -------
    dict
        Of notebook format 4.5.
    """
    cells, count, left = [], 0, MOST_NOTEBOOK_CHARACTERS
    for number, (step, result) in enumerate(zip(steps, results, strict=True)):
        cell: dict[str, Any] = {"cell_type": step.kind, "id": f"cell-{number}", "metadata": _metadata(step)}
        if step.kind == "code":
            count += result.ran
            found, left = within(_explained(result), left)
            outputs = [dict(it) for it in found]
            for output in outputs:
                if output["output_type"] == "execute_result":
                    output["execution_count"] = count
            cell |= {"execution_count": count if result.ran else None, "outputs": outputs}
        elif step.kind == "markdown" and (attachments := _attachments(step)):
            cell["attachments"] = attachments
        cells.append(cell | {"source": step.source})
    return _notebook(cells, kernelspec)


def unreadable_notebook(reason: str, kernelspec: Mapping[str, Any]) -> dict[str, Any]:
    """
    Write the page that stands for a file nobody can read.

    Parameters
    ----------
    reason : str
        One sentence.
    kernelspec : mapping
        As the gradebook has it.

    Returns
    -------
    dict
        A notebook with one cell of text.
    """
    text = f"**This notebook could not be graded.** {reason}"
    return _notebook([{"cell_type": "markdown", "id": "reason", "metadata": {}, "source": text}], kernelspec)


def _notebook(cells: list[dict[str, Any]], kernelspec: Mapping[str, Any]) -> dict[str, Any]:
    metadata: dict[str, Any] = {"language_info": {"name": "python"}}
    if kernelspec:
        metadata["kernelspec"] = dict(kernelspec)
    notebook: dict[str, Any] = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return cast("dict[str, Any]", encodable_all(notebook))


def _attachments(step: Step) -> dict[str, Any]:
    """
    The pictures of a text, and an empty one for each that the text calls and that is not there.

    nbconvert, and so formgrader, answers a missing one with an error instead of a page: nobody could mark the text.
    """
    found: dict[str, Any] = {name: dict(bundle) for name, bundle in step.attachments.items()}
    for name in islice(_called(step.source), MOST_CALLS):
        pictures = found.get(name) or found.get(unquote(name)) or {"image/png": EMPTY_PNG}
        found.setdefault(quote(name, safe=SAFE), pictures)  # which is how nbconvert asks for it
    return found


def _called(source: str) -> Iterator[str]:
    """Names of pictures as the text spells them, without escapes of Markdown and HTML."""
    for it in CALL.finditer(source):
        name = BRACKETED if it[1] else NAME
        found = name.match(source, it.end(), it.end() + MOST_NAME)
        yield unescape(ESCAPED.sub(r"\1", _balanced(found[0]) if not it[1] else found[0])) if found else ""


def _balanced(name: str) -> str:
    """As far as no bracket closes that none has opened."""
    depth = 0
    for it in BRACKET.finditer(name):
        depth += (it[0] == "(") - (it[0] == ")")
        if depth < 0:
            return name[: it.start()]
    return name


def _explained(result: StepResult) -> list[dict[str, Any]]:
    """The outputs; where the process was lost the reason stands as an error, unless the cell shows one."""
    if not result.trouble or any(it["output_type"] == "error" for it in result.outputs):
        return result.outputs
    error = {"output_type": "error", "ename": "Stopped", "evalue": result.trouble, "traceback": [result.trouble]}
    return [*result.outputs, error]


def _metadata(step: Step) -> dict[str, Any]:
    metadata: dict[str, Any] = {"tags": list(step.tags)} if step.tags else {}
    if step.cell is not None and step.cell.row is not None:
        metadata["nbgrader"] = _nbgrader(step.cell.row)
    return metadata


def _nbgrader(row: Row) -> dict[str, Any]:
    metadata = {
        "cell_type": row.kind,
        "checksum": row.checksum,
        "grade": row.graded,
        "grade_id": row.name,
        "locked": row.locked,
        "schema_version": SCHEMA_VERSION,
        "solution": row.solution,
        "task": row.task,
    }
    return metadata | ({"points": row.points} if row.points is not None else {})
