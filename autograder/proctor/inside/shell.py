"""Running a student's cells as Jupyter does, and keeping what they put out.

What you can do with this file:

- run cells with IPython's rules: `Notebook`, whose `run` returns the outputs of one cell.

Magics, `display`, the last expression, figures of `plt.show()` and top-level `await` work as in a notebook.
Text is counted while it is written and cut at a limit, so that a cell that prints without end costs no memory.
Writes to the file descriptors 1 and 2, of C code or child programs, land in a file in memory and are added.
"""

from __future__ import annotations

import io
import os
import sys
import types
from typing import TYPE_CHECKING, Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from . import ambient
from .texts import sendable_outputs

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MOST_CHARACTERS", "Notebook", "Outputs"]

MOST_CHARACTERS = 200_000
MOST_OUTPUTS = 500
MOST_DATA_CHARACTERS = 8 << 20
CUT = "\n... Output truncated ...\n"


class Outputs:
    """What one cell or call has put out so far, with its limits."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.characters = 0
        self.data_characters = 0

    def text(self, stream: str, text: str) -> None:
        """Add text to a stream."""
        left = MOST_CHARACTERS - self.characters
        self.characters += len(text)
        if left <= 0:
            return
        if len(text) > left:
            text = text[:left] + CUT
        last = self.entries[-1] if self.entries else {}
        if last.get("output_type") == "stream" and last["name"] == stream:
            last["parts"].append(text)
        elif len(self.entries) < MOST_OUTPUTS:
            self.entries.append({"output_type": "stream", "name": stream, "parts": [text]})

    def add(self, entry: dict[str, Any]) -> None:
        """Add a displayed object, a result or an error."""
        for mime, data in list(entry.get("data", {}).items()):
            size = len(data) if isinstance(data, (str, bytes)) else 0
            self.data_characters += size
            if self.data_characters > MOST_DATA_CHARACTERS:
                entry["data"] = {"text/plain": f"... Output truncated: {mime} ..."}
                break
        if len(self.entries) < MOST_OUTPUTS:
            self.entries.append(entry)

    def taken(self) -> list[dict[str, Any]]:
        """Everything so far, as nbformat has it; afterwards there is nothing."""
        entries, self.entries = self.entries, []
        self.characters = self.data_characters = 0
        for entry in entries:
            if "parts" in entry:
                entry["text"] = "".join(entry.pop("parts"))
        return sendable_outputs(entries)


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of the student."""

    encoding = "utf-8"  # what a notebook's streams say

    def __init__(self, name: str, outputs: Outputs, descriptor: int) -> None:
        super().__init__()
        self._name, self._outputs, self._descriptor = name, outputs, descriptor

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.text(self._name, text)
        return len(text)

    def fileno(self) -> int:
        return self._descriptor


class _Publisher(DisplayPublisher):
    """Takes what `display` shows."""

    outputs: Outputs

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **_more: Any) -> None:  # noqa: ARG002
        self.outputs.add({"output_type": "display_data", "data": dict(data), "metadata": dict(metadata or {})})

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002 - IPython's signature
        self.outputs.entries.clear()


class _ResultHook(DisplayHook):
    """Takes the value of a cell's last expression."""

    outputs: Outputs
    quiet_cell = False

    def quiet(self) -> bool:
        return self.quiet_cell

    def start_displayhook(self) -> None:
        """Nothing to begin."""

    def write_output_prompt(self) -> None:
        """A notebook has none."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.outputs.add({"output_type": "execute_result", "data": dict(format_dict), "metadata": dict(md_dict or {})})

    def finish_displayhook(self) -> None:
        """Nothing to end."""


class _Shell(InteractiveShell):
    """IPython without history, terminal and prompts."""

    outputs: Outputs

    def enable_gui(self, gui: Any = None) -> None:
        """There is no window to draw in."""

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        name = getattr(etype, "__name__", str(etype))
        try:
            message = str(evalue)
        except Exception:  # noqa: BLE001 - its __str__ is the student's
            message = ""
        lines = [str(line)[:4000] for line in stb[:200]]
        self.outputs.add({"output_type": "error", "ename": name, "evalue": message[:4000], "traceback": lines})


class Notebook:
    """A notebook's namespace, and the running of cells in it."""

    def __init__(self) -> None:
        self.outputs = Outputs()
        module = types.ModuleType("__main__")
        # On the classes, since IPython makes the instances itself.
        _Shell.outputs = _Publisher.outputs = _ResultHook.outputs = self.outputs
        config = Config()
        config.HistoryManager.enabled = False
        config.InteractiveShell.colors = "nocolor"
        self.shell: Any = _Shell.instance(
            config=config, displayhook_class=_ResultHook, display_pub_class=_Publisher, user_module=module
        )
        sys.modules["__main__"] = module
        self.names: dict[str, Any] = self.shell.user_ns
        self.own_names = frozenset(self.names)
        run_coroutine = self.shell.loop_runner
        self.shell.loop_runner = lambda coroutine: self._run_coroutine(run_coroutine, coroutine)
        self._written: int | None = None

    def redirect(self) -> None:
        """Let all that this process puts out arrive in `outputs`, in the student's process; once is enough."""
        if self._written is not None:
            return
        self._written = os.memfd_create("written")
        os.dup2(self._written, 1)
        os.dup2(self._written, 2)
        sys.stdout = _Stream("stdout", self.outputs, 1)
        sys.stderr = _Stream("stderr", self.outputs, 2)
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - stays open
        os.dup2(sys.stdin.fileno(), 0)

    def use_figures(self) -> None:
        """Let matplotlib's figures appear as in a notebook; when matplotlib is there."""
        try:
            from matplotlib_inline import backend_inline

            backend: Any = backend_inline
            backend.configure_inline_support(self.shell, "module://matplotlib_inline.backend_inline")
        except ImportError:
            return

    def warm_up(self) -> None:
        """Run a cell that does nothing and leaves no trace, for what IPython makes ready at the first one."""
        self.shell.run_cell("pass", store_history=False, silent=True)

    def run(self, source: str) -> list[dict[str, Any]]:
        """Run one cell; whatever happens is among its outputs."""
        shell = self.shell
        _ResultHook.quiet_cell = source.rstrip().endswith(";")  # on the class: the hook itself may be gone
        try:
            with ambient.in_event_loop():
                shell.run_cell(source, store_history=True)
        except BaseException:  # noqa: BLE001 - IPython itself may stumble over what a student did to it
            shell.showtraceback()
        self.collect_written()
        return self.outputs.taken()

    @staticmethod
    def _run_coroutine(run: Callable[[Any], Any], coroutine: Any) -> Any:
        """A cell with `await` at its top: it is the loop's own."""
        with ambient.out_of_event_loop():
            return run(coroutine)

    def collect_written(self) -> None:
        """Add what was written to the file descriptors."""
        if self._written is None:
            return
        size = os.fstat(self._written).st_size
        if size:
            text = os.pread(self._written, MOST_CHARACTERS + 1, 0).decode("utf-8", errors="replace")
            self.outputs.text("stdout", text if size <= MOST_CHARACTERS else text + CUT)
            os.ftruncate(self._written, 0)
            os.lseek(self._written, 0, os.SEEK_SET)  # else the next write would leave a hole of zeros before it
