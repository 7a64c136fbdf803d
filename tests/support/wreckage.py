"""What hostile students and bad luck do to the files of a submission.

What you can do with this file:

- wreck a submission: `WRECKAGE[name](desk, course)`; each way is a function of the folder that was handed in and of
  the course, which only those use that point into it.
"""

from __future__ import annotations

import json
import os
import random
import socket
from pathlib import Path

from support import beside

NOTEBOOK = "hw1.ipynb"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def read(desk):
    """The notebook of a submission."""
    return json.loads((desk / NOTEBOOK).read_text(encoding="utf-8"))


def write(desk, content):
    """Write it back."""
    (desk / NOTEBOOK).write_text(json.dumps(content), encoding="utf-8")


def _marks(cell):
    return cell["metadata"].get("nbgrader", {})


def _on_content(change):
    """A way that changes the content of the notebook, or gives a new one."""

    def way(desk, course):
        content = read(desk)
        write(desk, change(content) or content)

    return way


def _on_tests(change):
    """A way that changes each test cell; a list that it gives takes the cell's place."""

    def on_content(content):
        cells = []
        for cell in content["cells"]:
            found = change(cell) if _marks(cell).get("grade") else None
            cells += [cell] if found is None else found
        content["cells"] = cells

    return _on_content(on_content)


def _passing(**marks):
    """Test cells that say `pass` and have other metadata."""

    def change(cell):
        cell["source"] = "pass"
        _marks(cell).update(marks)

    return _on_tests(change)


def _bytes(change):
    """A way that changes the bytes of the notebook."""
    return lambda desk, course: (desk / NOTEBOOK).write_bytes(change((desk / NOTEBOOK).read_bytes()))


def _beside(make):
    """A way that puts something beside the notebook."""
    return lambda desk, course: make(desk)


def _code(source, number=0):
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": number}


def _rename_test(cell):
    cell["source"] = "pass"
    _marks(cell)["grade_id"] += "2"


def _as_text(cell):
    del cell["outputs"], cell["execution_count"]
    cell["cell_type"] = "markdown"


def _twice(cell):
    return [{**cell, "id": cell["id"] + "-copy", "source": "pass"}, cell]


def _tag_in_kernel(cell):
    cell["metadata"]["tags"] = ["in-kernel", "skip-execution"]


def _forge(content):
    for number, cell in enumerate(content["cells"]):
        if cell["cell_type"] == "code":
            data = {"text/plain": "4", "text/html": "<script>alert(17)</script>", "image/png": PIXEL}
            result = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": number}
            cell |= {"execution_count": number, "outputs": [result]}


def _bonus(content):
    cell = _code("assert True\n100")
    marks = {"grade": True, "solution": False, "locked": True, "points": 100, "grade_id": "bonus", "schema_version": 3}
    content["cells"].append(cell | {"id": "bonus", "metadata": {"nbgrader": marks}})


def _answer_twice(content):
    at = next(at for at, cell in enumerate(content["cells"]) if _marks(cell).get("grade_id") == "softmax")
    content["cells"].insert(at, content["cells"][at] | {"id": "copy"})


def _kernel(name):
    def change(content):
        content["metadata"]["kernelspec"] = {"name": name, "display_name": name, "language": "python"}

    return _on_content(change)


def _format_3(content):
    import nbformat

    return json.loads(nbformat.writes(nbformat.reads(json.dumps(content), 4), 3))


def _old_outputs(content):
    output = {"output_type": "stream", "name": "stdout", "text": "x" * (10 << 20)}
    for cell in [it for it in content["cells"] if it["cell_type"] == "code"][:4]:
        cell["outputs"] = [output]


def _no_rights(desk, course):
    inner = desk / "pictures"
    inner.mkdir()
    (inner / "mine.txt").write_text("mine", encoding="utf-8")
    for path, mode in ((inner / "mine.txt", 0), (inner, 0o555), (desk / NOTEBOOK, 0), (desk, 0o555)):
        path.chmod(mode)


def _only_notes(desk):
    (desk / NOTEBOOK).unlink()
    (desk / "notes.txt").write_text("I forgot.", encoding="utf-8")


def _bad_bytes(data):
    return data[:200] + b"\0\0\xff\xfe\x80" + data[200:]


def _hard_link(desk, course):
    os.link(course / "source" / "hw1" / NOTEBOOK, desk / "solutions.ipynb.txt")


def _socket(desk):
    """Bound by a relative name: the whole path may be longer than a socket's address."""
    before = Path.cwd()
    os.chdir(desk)
    try:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind("socket")
    finally:
        os.chdir(before)


def _many_files(desk):
    folder = desk / "many"
    folder.mkdir()
    for number in range(10_000):
        (folder / str(number)).touch()


def _deep_folders(desk):
    """Deeper than a path can be long."""
    above = os.open(desk, os.O_RDONLY)
    for _ in range(40):
        os.mkdir("d" * 200, dir_fd=above)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(above)


def _odd_names(desk):
    names = ("new\nline", "-rf", "..\\..\\up", "[red]", "\x1b[31mred", "\u202ertl", "a" * 255, "$(touch x)", "' or 1")
    for name in names:
        (desk / name).write_text("mine", encoding="utf-8")
    (desk / os.fsdecode(b"\xff\xfe")).write_text("mine", encoding="utf-8")


def _many_cells(content):
    content["cells"] += [_code("pass") | {"id": f"n{number}"} for number in range(10_001)]


def _own_cells(count):
    def change(content):
        content["cells"] += [_code(f"x = {number}") | {"id": f"n{number}"} for number in range(count)]

    return _on_content(change)


def _picture_cells(content):
    """Valid pictures for all that can be seen from their letters."""
    source = 'display({"image/png": "iVBORw0KGgo" + "A" * 3_500_001}, raw=True)\n' * 2
    content["cells"] += [_code(source) | {"id": f"p{number}"} for number in range(30)]


def _odd_types(content):
    """Honest cells among cells, metadata and fields of every wrong type."""
    rng = random.Random(5)  # noqa: S311 - no secret
    odd = [None, 3, -1.5, "x", [], [[]], {}, {"cell_type": {}}, {"cell_type": "code", "source": 7, "metadata": []}]
    odd += [{"cell_type": "code", "source": ["a", 1]}, {"cell_type": "code", "source": "1", "metadata": {"tags": 3}}]
    odd += [_code("1") | {"metadata": {"nbgrader": it}} for it in (1, [], {"grade_id": []}, {"grade_id": "x" * 10**5})]
    for thing in odd:
        content["cells"].insert(rng.randrange(len(content["cells"])), thing)
    content |= {"metadata": {"kernelspec": ["python3"], "language_info": 7}, "nbformat": "four", "nbformat_minor": []}


def _duplicate_keys(data):
    """The first "cells" is empty; the last one counts, as everywhere."""
    return b'{"cells": [], "nbformat": 3, ' + data.lstrip()[1:]


def _numbers(data):
    """Numbers that JSON does not have, or that have no end."""
    return b'{"a": NaN, "b": -Infinity, "c": 1e99999, ' + data.lstrip()[1:]


def _text(size):
    def change(content):
        cell = {"cell_type": "markdown", "metadata": {}, "source": "x" * size}
        content["cells"].append(cell | {"id": "text"})

    return _on_content(change)


def _script_in_notebook(content):
    content["metadata"]["widgets"] = {"text/html": "<script>alert(17)</script>"}
    for cell in content["cells"]:
        cell["metadata"]["onclick"] = "<script>alert(17)</script>"


def _sparse(size):
    def make(desk):
        with (desk / "data.bin").open("wb") as file:
            file.truncate(size)

    return _beside(make)


def _modules(desk):
    """Modules that take the place of others, should they be imported from here."""
    names = ("numpy", "msgpack", "inside", "IPython", "json", "conftest", "sitecustomize", "usercustomize", "proctor")
    for name in names:
        (desk / f"{name}.py").write_text("import os\nos._exit(3)\n", encoding="utf-8")
    (desk / "chainrule").mkdir()
    (desk / "chainrule" / "__init__.py").write_text("import os\nos._exit(3)\n", encoding="utf-8")
    (desk / ".env").write_text("LD_PRELOAD=/desk/evil.so\nPYTHONSTARTUP=/desk/numpy.py\n", encoding="utf-8")
    (desk / "evil.pth").write_text("import os; os._exit(3)\n", encoding="utf-8")
    (desk / "nbgrader_config.py").write_text("import os\nos._exit(3)\n", encoding="utf-8")


def _merged(data):
    lines = data.splitlines(keepends=True)
    return b"".join([b"<<<<<<< HEAD\n", *lines[:1], b"=======\n", *lines[:1], b"\n>>>>>>> theirs\n", *lines[1:]])


def _blank_lines(content):
    cell = {"cell_type": "markdown", "metadata": {}, "source": "a" + " \n" * 60_000}
    content["cells"].append(cell | {"id": "blanks"})


def _stamp(text):
    return _beside(lambda desk: (desk / "timestamp.txt").write_text(text, encoding="utf-8"))


def _notebook_folder(desk):
    (desk / NOTEBOOK).unlink()
    (desk / NOTEBOOK).mkdir()


def _to_source(desk, course):
    (desk / "solutions").symlink_to(course / "source")


def _notebook_link(desk, course):
    (desk / NOTEBOOK).unlink()
    (desk / NOTEBOOK).symlink_to(course / "source" / "hw1" / NOTEBOOK)


WRECKAGE = {
    "tests pass": _passing(),
    "tests deleted": _on_tests(lambda cell: []),
    "tests worth 1000": _passing(points=1000),
    "tests not graded": _passing(grade=False, locked=False),
    "tests as solutions": _passing(solution=True),
    "tests twice": _on_tests(_twice),
    "tests renamed": _on_tests(_rename_test),
    "tests as text": _on_tests(_as_text),
    "tests in the kernel": _on_tests(_tag_in_kernel),
    "forged outputs": _on_content(_forge),
    "bonus cell": _on_content(_bonus),
    "answer twice": _on_content(_answer_twice),
    "another kernel": _kernel("no-such-kernel"),
    "odd kernel": _kernel("[/bold] \x1b]0;title\x07 <script>"),
    "reversed": _on_content(lambda content: content["cells"].reverse()),
    "cut": _bytes(lambda data: data[: len(data) // 2]),
    "notes only": _beside(_only_notes),
    "empty": _bytes(lambda data: b""),
    "a list": _bytes(lambda data: b"[1, 2, 3]"),
    "format 3": _on_content(_format_3),
    "bad bytes": _bytes(_bad_bytes),
    "old outputs": _on_content(_old_outputs),
    "no rights": _no_rights,
    "link to the source": _to_source,
    "notebook as link": _notebook_link,
    "hard link": _hard_link,
    "fifo": _beside(lambda desk: os.mkfifo(desk / "pipe")),
    "socket": _beside(_socket),
    "many files": _beside(_many_files),
    "deep folders": _beside(_deep_folders),
    "folders in folders": _beside(lambda desk: (desk / "/".join("d" * 40)).mkdir(parents=True)),
    "odd names": _beside(_odd_names),
    "many cells": _on_content(_many_cells),
    "500 cells": _own_cells(500),
    "nested": _bytes(lambda data: b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"),
    "huge integer": _bytes(lambda data: b'{"nbformat": ' + b"9" * 100_000 + b", " + data.lstrip()[1:]),
    "picture cells": _on_content(_picture_cells),
    "odd types": _on_content(_odd_types),
    "duplicate keys": _bytes(_duplicate_keys),
    "odd numbers": _bytes(_numbers),
    "long text": _text(60 << 20),
    "script": _on_content(_script_in_notebook),
    "large file": _sparse(70 << 20),
    "endless file": _sparse(1 << 40),
    "costly json": _bytes(lambda data: b'{"cells": [' + b"[]," * (50 << 20) + b"1]}"),
    "folder for file": _beside(beside.folder_for_file),
    "modules": _beside(_modules),
    "nonsense timestamp": _stamp("yesterday \x1b[31m or so"),
    "endless time zone": _stamp(f"2026-04-01 11:00:00 {'A' * 256}"),
    "time zone of a path": _stamp("2026-04-01 11:00:00 ../../etc/passwd"),
    "endless number as time": _stamp("1" * 30 + "m"),
    "repository and environment": _beside(beside.repository),
    "work in a copy": beside.copied,
    "conflict marks": _bytes(_merged),
    "long path": _beside(beside.long_path),
    "blank lines": _on_content(_blank_lines),
    "edition and a module": _beside(beside.edition_and_module),
    "notebook folder": _beside(_notebook_folder),
}
