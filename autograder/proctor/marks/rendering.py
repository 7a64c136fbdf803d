"""The autograded notebook, as nbgrader's tools read it.

What you can do with this file:

- write one from steps and what they did: `autograded_notebook`;
- write the page that stands for a file nobody can read: `unreadable_notebook`.

Pure. Plain JSON; nbformat, which takes two seconds to import, is not needed to write it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proctor.examiner.outputs import MOST_NOTEBOOK_CHARACTERS, within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from proctor.examiner.step import StepResult
    from proctor.intake.repair import Step
    from proctor.model import Row

__all__ = ["autograded_notebook", "unreadable_notebook"]

SCHEMA_VERSION = 3


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
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


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
