"""Running one test cell, or one of the author's cells that tests need, in the examiner.

What you can do with this file:

- run it and take what it puts out: `run_cell`, which returns a `Ran`.

The syntax is a notebook's (magics, `!`), the value of the last expression is kept for partial credit as text just
as a notebook shows it, and what the cell prints is cut like a student's.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import inspect
import io
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from IPython.core.formatters import PlainTextFormatter
from IPython.core.inputtransformer2 import TransformerManager

from proctor.examiner.failures import Lost, StudentError, Uncrossable
from proctor.inside.ambient import in_event_loop

if TYPE_CHECKING:
    from collections.abc import Callable

    from proctor.examiner.namespace import Namespace

__all__ = ["Ran", "run_cell"]

MOST_CHARACTERS = 200_000
MOST_NOTE_CHARACTERS = 256_000
NOTE_FIELDS = ("slug", "title", "message", "section", "picture", "fingerprint")
TRANSFORMER: Any = TransformerManager()
SHOW = PlainTextFormatter()


@dataclass
class Ran:
    """What one cell did."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    error: BaseException | None = None
    shown: str | None = None
    note: dict[str, str] | None = None

    @property
    def uncrossable(self) -> bool:
        """Whether it failed because a value is no plain data."""
        return isinstance(self.error, Uncrossable)


class _Text(io.StringIO):
    """A stream that keeps no more than a limit."""

    def write(self, text: str) -> int:
        left = MOST_CHARACTERS - self.tell()
        if left > 0:
            super().write(text[:left] if len(text) <= left else text[:left] + "\n... Output truncated ...\n")
        return len(text)


def run_cell(source: str, name: str, names: Namespace, *, wants_value: bool) -> Ran:
    """
    Run a cell.

    Parameters
    ----------
    source : str
        The cell as in the notebook.
    name : str
        What tracebacks call it.
    names : Namespace
        Its globals.
    wants_value : bool
        Whether the last expression's value is shown, as in a test cell.

    Returns
    -------
    Ran
        Outputs as nbformat has them, and the exception if there was one.
    """
    ran = Ran()
    printed, warned = _Text(), _Text()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(warned):
        try:
            ran.shown = _executed(source, name, names, wants_value=wants_value)
        except BaseException as error:
            # What stands for a student's KeyboardInterrupt is one too; a real one is for this process.
            if isinstance(error, KeyboardInterrupt) and not isinstance(error, StudentError):
                raise
            ran.error = error
    for stream, text in (("stdout", printed.getvalue()), ("stderr", warned.getvalue())):
        if text:
            ran.outputs.append({"output_type": "stream", "name": stream, "text": text})
    if ran.shown is not None:
        ran.outputs.append({"output_type": "execute_result", "data": {"text/plain": ran.shown}, "metadata": {}})
    if ran.error is not None:
        ran.note = _note(ran.error)
        ran.outputs += _error_outputs(ran.error, ran.note, name)
    return ran


def _executed(source: str, name: str, names: Namespace, *, wants_value: bool) -> str | None:
    text = TRANSFORMER.transform_cell(source)
    tree = ast.parse(text, name)
    last = tree.body[-1] if tree.body else None
    if not (wants_value and isinstance(last, ast.Expr)) or source.rstrip().endswith(";"):
        _evaluated(tree, name, names)
        return None
    _evaluated(ast.Module(tree.body[:-1], []), name, names)
    value = _evaluated(ast.Expression(last.value), name, names)
    return None if value is None else str(SHOW(value))


def _evaluated(tree: ast.Module | ast.Expression, name: str, names: Namespace) -> Any:
    """Run a tree; `await` at the top is allowed, as in a notebook."""
    mode = "exec" if isinstance(tree, ast.Module) else "eval"
    code = compile(tree, name, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    with in_event_loop():  # as in a notebook; a cell that awaits is run by a loop of its own
        value = eval(code, names)  # noqa: S307 - the author's cell
    return asyncio.run(value) if code.co_flags & inspect.CO_COROUTINE else value


def _note(error: BaseException) -> dict[str, str] | None:
    """The diagnosis that an exception carries, where it is text of a decent size."""
    if isinstance(error, (StudentError, Lost, Uncrossable)):  # a student's exception says nothing for the author
        return None
    try:
        note = error.proctor_note  # type: ignore[attr-defined] # an agreement with any course
        if not isinstance(note, dict):
            return None
        kept = {name: note[name] for name in NOTE_FIELDS if isinstance(note.get(name), str)}
    except Exception:  # noqa: BLE001 - there is none, or it is made of what the student returned
        return None
    return kept if sum(map(len, kept.values())) <= MOST_NOTE_CHARACTERS else None


def _error_outputs(error: BaseException, note: dict[str, str] | None, name: str) -> list[dict[str, Any]]:
    kind = type(error).__name__
    message = _text(error)
    lines = _rendered(error) or _trace(error, name, f"{kind}: {message}" if message else kind)
    outputs: list[dict[str, Any]] = []
    if note is not None:
        data = {"application/vnd.proctor.note+json": note, "text/plain": note.get("title", "")}
        outputs.append({"output_type": "display_data", "data": data, "metadata": {}})
    return [*outputs, {"output_type": "error", "ename": kind, "evalue": message, "traceback": lines}]


def _text(error: BaseException) -> str:
    try:
        return str(error)[:4000]
    except BaseException:  # noqa: BLE001 - a message may be made of the student's objects
        return ""


def _rendered(error: BaseException) -> list[str] | None:
    """What the exception itself wants to be shown, as IPython asks it."""
    render: Callable[[], Any] | None = getattr(type(error), "_render_traceback_", None)
    if render is None:
        return None
    try:
        lines = render(error)  # type: ignore[call-arg] # unbound: it takes the exception
    except Exception:  # noqa: BLE001 - then the ordinary traceback has to do
        return None
    return [str(line) for line in lines] if isinstance(lines, list) else None


def _trace(error: BaseException, name: str, last: str) -> list[str]:
    """The test's line that failed, the student's line, and the message."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    lines = [f"Line {frame.lineno} of the test failed." for frame in frames[-1:]]
    students = getattr(error, "line", "") if isinstance(error, StudentError) else ""
    return [*lines, *([f"In your code, {students}"] if students else []), last]
