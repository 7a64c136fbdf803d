"""From a unit's cells to the instructor's notebook, the same bytes every time.

What you can do with this file:

- make the notebook: `source_notebook`;
- write one: `write_notebook`, or its text: `notebook_text`; read one: `read_notebook`.

jupytext gives cells random ids; here they follow from the grade id or from the content.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from chainrule.exercises import find

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from chainrule.authoring.building.unit_text import UnitCell

__all__ = ["notebook_text", "read_notebook", "source_notebook", "write_notebook"]

# JupyterLab's Run All goes on after a cell with this tag fails, so it reaches every exercise.
GOES_ON = "raises-exception"
# The last cells of every notebook: no graded cell needs them.
CLOSING = {
    "chainrule.progress()": {
        "en": "## Your progress\n\nThe table shows what passes the visible checks, and what is left.\n"
        "It follows every check that you run.",
        "ko": "## 나의 진행 상황\n\n표는 공개 검사를 통과한 것과 남은 것을 보여 줍니다.\n"
        "검사를 실행할 때마다 표가 바뀝니다.",
    },
    "chainrule.keep()": {
        "en": "## What you wrote stays yours\n\nThe cell below keeps each function and class that passes its check, "
        "as a Python file in the folder `mynn`.\nThat folder lies one above this notebook.\n"
        "In later notebooks, `from chainrule import mine` finds them: `mine.NAME` is your own version.",
        "ko": "## 내가 쓴 코드는 내 것\n\n"
        "아래 셀은 검사를 통과한 함수와 클래스를 폴더 `mynn`에 파이썬 파일로 보관합니다.\n"
        "그 폴더는 이 노트북의 한 단계 위에 있습니다.\n"
        "다음 노트북에서는 `from chainrule import mine`으로 찾고, `mine.이름`이 내가 쓴 것입니다.",
    },
}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def source_notebook(cells: Iterable[UnitCell], *, lang: str = "en") -> dict[str, Any]:
    """
    Make the instructor's notebook, answers and hidden tests inside.

    Parameters
    ----------
    cells : iterable of UnitCell
        A checked unit.
    lang : str
        Prose in other languages is left out.

    Returns
    -------
    dict
        A notebook of format 4.5, without outputs.
    """
    made: list[dict[str, Any]] = []
    for cell in cells:
        if cell.kind == "prose" and cell.lang != lang:
            continue
        made += _cells(cell)
    for code, words in CLOSING.items():
        if lang in words:
            made.append(_made("markdown", words[lang], {"lang": lang}))
        made.append(_made("code", code, {}, tags=("demo", GOES_ON)))
    seen: dict[str, int] = {}
    for cell_made in made:
        name = cell_made["id"]
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            cell_made["id"] = f"{name}-{seen[name]}"
    return {"cells": made, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}


def notebook_text(notebook: dict[str, Any]) -> str:
    """
    Write a notebook as Jupyter does, the text of a cell line by line.

    Parameters
    ----------
    notebook : dict
        A notebook.

    Returns
    -------
    str
        JSON with sorted keys and a newline at the end.

    Examples
    --------
    >>> print(notebook_text({"cells": [{"source": "two lines"}]}), end="")
    {
     "cells": [
      {
       "source": [
        "two lines"
       ]
      }
     ]
    }
    """
    cells = [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in notebook["cells"]]
    return json.dumps({**notebook, "cells": cells}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_notebook(path: Path, notebook: dict[str, Any]) -> None:
    """
    Write a notebook whole or not at all, in a folder that is made where there is none.

    Parameters
    ----------
    path : pathlib.Path
        Where it goes; what lies there is replaced.
    notebook : dict
        A notebook.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(notebook_text(notebook), encoding="utf-8", newline="\n")
    draft.replace(path)


def read_notebook(path: Path) -> dict[str, Any]:
    """
    Read a notebook; the text of every cell comes back in one piece.

    Parameters
    ----------
    path : pathlib.Path
        A notebook of format 4.

    Returns
    -------
    dict
        Its JSON.
    """
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook


def _cells(cell: UnitCell) -> list[dict[str, Any]]:
    if cell.kind == "prose":
        return [_made("markdown", cell.source, {"lang": cell.lang})]
    if cell.kind == "locked":
        return [_made("code", cell.source, _graded(cell.name, locked=True), tags=cell.tags)]
    if cell.kind == "answer":
        return [_made("code", cell.source, _graded(cell.name, solution=True), tags=(*cell.tags, GOES_ON))]
    if cell.kind == "text":
        graded = _graded(cell.name, solution=True, grade=True, points=cell.points)
        return [_made("markdown", cell.source, graded)]
    if cell.kind == "check":
        points = find(cell.name).points
        # nbgrader's Validate looks at graded cells only, so the visible check is one, worth nothing.
        return [
            _made("code", cell.source, _graded(f"{cell.name}-check", grade=True, points=0), tags=(GOES_ON,)),
            _made("code", _hidden(cell.name, points), _graded(f"{cell.name}-hidden", grade=True, points=points)),
        ]
    return [_made("code", cell.source, {}, tags=(*cell.tags, GOES_ON))]


def _hidden(name: str, points: int) -> str:
    """The hidden test, with a visible line that says what runs there."""
    worth = "1 point" if points == 1 else f"{points} points"
    return (
        f"# After you submit, {name} is {find(name).hidden_test} here ({worth}).\n"
        "### BEGIN HIDDEN TESTS\n"
        f'chainrule.grade("{name}", {name})\n'
        "### END HIDDEN TESTS"
    )


def _graded(
    name: str, *, grade: bool = False, solution: bool = False, locked: bool = False, points: int | None = None
) -> dict[str, Any]:
    """nbgrader's metadata of a cell; a test is locked, a free text is both graded and the student's."""
    metadata: dict[str, Any] = {
        "grade": grade,
        "grade_id": name,
        "locked": locked or (grade and not solution),
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        metadata["points"] = points
    return {"nbgrader": metadata}


def _made(cell_type: str, source: str, metadata: dict[str, Any], *, tags: tuple[str, ...] = ()) -> dict[str, Any]:
    named = metadata.get("nbgrader", {}).get("grade_id", "")
    name = named or "cell-" + hashlib.sha256(f"{cell_type}\n{source}".encode()).hexdigest()[:12]
    cell: dict[str, Any] = {
        "cell_type": cell_type,
        "id": name.replace("_", "-")[:60],
        "metadata": {**metadata, **({"tags": list(tags)} if tags else {})},
        "source": source,
    }
    if cell_type == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
