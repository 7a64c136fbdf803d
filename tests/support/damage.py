"""What happens to honest submissions on their way.

What you can do with this file:

- damage a submission: `DAMAGES[name](folder)`; each accident is a function of the folder that was handed in.
"""

from __future__ import annotations

import json

NOTEBOOK = "differences.ipynb"


def _read(desk):
    return json.loads((desk / NOTEBOOK).read_text(encoding="utf-8"))


def _write(desk, content, *, encoding="utf-8", ascii_only=False):
    text = json.dumps(content, indent=1, ensure_ascii=ascii_only)
    (desk / NOTEBOOK).write_text(text, encoding=encoding)


def _marks(cell):
    return cell["metadata"].get("nbgrader", {})


def _position(content, grade_id):
    return next(at for at, cell in enumerate(content["cells"]) if _marks(cell).get("grade_id") == grade_id)


def _code(source):
    return {"cell_type": "code", "id": "own", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def _on_cells(change):
    """An accident that changes the list of cells."""

    def accident(desk):
        content = _read(desk)
        change(content["cells"])
        _write(desk, content)

    return accident


def _on_content(change):
    """An accident that changes the content of the notebook."""

    def accident(desk):
        content = _read(desk)
        _write(desk, change(content) or content)

    return accident


def _on_marks(change):
    """An accident that changes nbgrader's metadata of every cell that has some."""

    def on_cells(cells):
        for cell in filter(_marks, cells):
            change(_marks(cell))

    return _on_cells(on_cells)


def _duplicate(grade_id, *, first=None):
    """A cell is copied and pasted, metadata and all; `first` is what then stands in the upper one."""

    def change(content):
        at = _position(content, grade_id)
        copy = json.loads(json.dumps(content["cells"][at])) | {"id": "copy"}
        content["cells"].insert(at + 1, copy)
        if first is not None:
            content["cells"][at]["source"] = first

    return _on_content(change)


def _split(content):
    """JupyterLab's "split cell" leaves the same metadata on both halves."""
    at = _position(content, "double")
    whole = "".join(content["cells"][at]["source"])
    head, middle, tail = whole.partition("\n\n\n")
    content["cells"][at]["source"] = head
    content["cells"].insert(at + 1, content["cells"][at] | {"id": "half", "source": middle.strip() + tail})


def _merge(content):
    """Two answers are merged into the upper cell; the lower one is gone."""
    upper, lower = _position(content, "logs"), _position(content, "double")
    cells = content["cells"]
    cells[upper]["source"] = "".join(cells[upper]["source"]) + "\n\n\n" + "".join(cells[lower]["source"])
    del cells[lower]


def _delete(*grade_ids):
    def change(content):
        for grade_id in grade_ids:
            del content["cells"][_position(content, grade_id)]

    return _on_content(change)


def _move(content):
    """The cell of an answer is dragged to the end, below its test."""
    content["cells"].append(content["cells"].pop(_position(content, "double")))


def _rewrite(content):
    """The answer is deleted and written again in a cell of the student's own."""
    at = _position(content, "double")
    content["cells"][at] = _code(content["cells"][at]["source"])


def _rename(grade_id, new):
    def change(content):
        _marks(content["cells"][_position(content, grade_id)])["grade_id"] = new

    return _on_content(change)


def _to_markdown(content):
    """The key m is hit while the cell is selected."""
    cell = content["cells"][_position(content, "double")]
    del cell["outputs"], cell["execution_count"]
    cell["cell_type"] = "markdown"


def _strip(cells):
    """Another notebook service drops the metadata that it does not know."""
    for cell in cells:
        cell["metadata"] = {}


def _without_ids(content):
    """An old Jupyter saves format 4.4, in which cells have no id."""
    for cell in content["cells"]:
        del cell["id"]
    content["nbformat_minor"] = 4


def _kernel(content):
    content["metadata"]["kernelspec"] = {"name": "my-laptop", "display_name": "My laptop", "language": "python"}


def _format_3(content):
    import nbformat

    return json.loads(nbformat.writes(nbformat.reads(json.dumps(content), 4), 3))


def _rename_file(desk):
    (desk / NOTEBOOK).rename(desk / "differences (1).ipynb")


def _byte_order_mark(desk):
    _write(desk, _read(desk), encoding="utf-8-sig")


def _half_characters(desk):
    """An emoji is cut in two: JSON allows it, UTF-8 does not."""
    content = _read(desk)
    content["cells"].append({"cell_type": "markdown", "id": "odd", "metadata": {}, "source": "done \ud83d"})
    _write(desk, content, ascii_only=True)


def _extra(source):
    return _on_cells(lambda cells: cells.append(_code(source)))


def _extra_before_tests(source):
    return _on_cells(lambda cells: cells.insert(1, _code(source)))


DAMAGES = {
    "duplicate answer": _duplicate("double"),
    "duplicate answer, upper one old": _duplicate("double", first="def double(x):\n    return 3 * x"),
    "duplicate test": _duplicate("double-check"),
    "split answer": _on_content(_split),
    "merged answers": _on_content(_merge),
    "deleted test": _delete("double-check"),
    "deleted locked cell": _delete("data"),
    "deleted text": _delete("why"),
    "rewritten answer": _on_content(_rewrite),
    "moved answer": _on_content(_move),
    "reversed cells": _on_cells(list.reverse),
    "schema 1": _on_marks(lambda marks: marks.update(schema_version=1)),
    "schema 2": _on_marks(lambda marks: marks.update(schema_version=2)),
    "schema 99": _on_marks(lambda marks: marks.update(schema_version=99)),
    "no schema": _on_marks(lambda marks: marks.pop("schema_version")),
    "unlocked tests": _on_marks(lambda marks: marks.update(locked=False)),
    "renamed answer": _rename("double", "double-1"),
    "renamed test": _rename("double-check", "double-check-2"),
    "markdown answer": _on_content(_to_markdown),
    "no metadata": _on_cells(_strip),
    "no cell ids": _on_content(_without_ids),
    "another kernel": _on_content(_kernel),
    "format 3": _on_content(_format_3),
    "renamed file": _rename_file,
    "byte order mark": _byte_order_mark,
    "half characters": _half_characters,
    "os._exit at the end": _extra("import os\n\nos._exit(0)"),
    "os._exit in between": _extra_before_tests("import os\n\nos._exit(1)"),
    "exit at the end": _extra("exit()"),
}
