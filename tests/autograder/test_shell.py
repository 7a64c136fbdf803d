"""Cells run as in Jupyter: in a child process, since there is one IPython shell in each."""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import threading
from types import SimpleNamespace

import pytest

from proctor.course.limits import Use
from proctor.examiner.bounds import Bounds
from proctor.examiner.student import StudentProcess
from proctor.inside.shell import CUT, MOST_CHARACTERS as MOST
from proctor.inside.wire import read_frame, write_frame
from proctor.sandbox.launcher import Desk, StudentParent

SECONDS = 60.0
PLT = "import matplotlib.pyplot as plt"  # in each test that needs it: two workers may share this file's tests


@pytest.fixture(scope="module")
def parent():
    with StudentParent(["numpy", "matplotlib.pyplot"]) as made:
        yield made


@pytest.fixture(scope="module")
def kept(parent):
    """One process for all tests that leave it as it was."""
    process = StudentProcess(Desk(parent, {}), Bounds(), cell_seconds=SECONDS)
    yield process
    process.close()


@pytest.fixture
def fresh(parent):
    """A process that may be spoilt."""
    process = StudentProcess(Desk(parent, {}), Bounds(), cell_seconds=SECONDS)
    yield process
    process.close()


@pytest.fixture
def run(kept):
    """Runs cells one after the other; gives the outputs of the last."""
    return lambda *cells: [kept.run(it) for it in cells][-1]


def text(outputs, name="stdout"):
    """What a stream got."""
    return "".join(it["text"] for it in outputs if it["output_type"] == "stream" and it["name"] == name)


def data(outputs):
    """The plain text of what was shown, by kind of output."""
    return [(it["output_type"], it["data"].get("text/plain")) for it in outputs if "data" in it]


def errors(outputs):
    return [(it["ename"], it["evalue"]) for it in outputs if it["output_type"] == "error"]


class TestLastExpression:
    """The value of the last expression is shown."""

    @pytest.mark.parametrize(
        ("shown", "source"),
        [
            ("2", "1 + 1"),
            ("2", "1\n2"),
            ("'a'", "'a'"),
            ("2", "1 + 1  # a comment"),
            ("'a;'", "'a;'"),
            ("[1, 2]", "[1,\n 2]"),
        ],
    )
    def test_is_shown(self, run, shown, source):
        assert [("execute_result", shown)] == data(run(source))

    @pytest.mark.parametrize("source", ["1;", "1;\n", "a = 1", "None", "", "# nothing", "if True:\n    1", "1\na = 2"])
    def test_nothing_is_shown(self, run, source):
        assert run(source) == []

    def test_is_the_underscore_of_the_next_cell(self, run):
        assert [("execute_result", "42")] == data(run("41", "_ + 1"))

    def test_is_kept_by_its_number(self, run):
        assert [("execute_result", "7")] == data(run("7", "Out[max(Out)]"))

    def test_a_value_whose_repr_fails_is_an_error(self, run):
        outputs = run("class A:\n    def __repr__(self): raise ValueError('no')", "A()")

        assert errors(outputs) == [("ValueError", "no")]

    def test_every_form_of_a_value_is_there(self, run):
        (found,) = run(
            "class T:\n    def _repr_html_(self): return '<b>t</b>'\n    def __repr__(self): return 't'", "T()"
        )

        assert {"text/plain": "t", "text/html": "<b>t</b>"} == found["data"]


class TestDisplay:
    """`display` and figures come in the order in which they were shown."""

    def test_stands_between_the_prints(self, run):
        found = run("print(1)\ndisplay(2)\nprint(3)\n4")

        assert ["stream", "display_data", "stream", "execute_result"] == [it["output_type"] for it in found]

    @pytest.mark.parametrize("end", ["plt.show()", "", "plt.show();"], ids=["show", "end of the cell", "quiet"])
    def test_a_figure_is_shown_once(self, run, end):
        found = run(PLT, f"plt.plot([1, 2]);\n{end}")
        (picture,) = [it for it in found if "image/png" in it.get("data", {})]

        assert base64.b64decode(picture["data"]["image/png"]).startswith(b"\x89PNG")

    def test_a_figure_does_not_come_again(self, run):
        assert run(PLT, "plt.plot([1, 2])", "plt.gcf() is None") != []
        assert run("1;") == []

    def test_two_figures_are_two(self, run):
        found = run(PLT, "for _ in range(2):\n    plt.figure()\n    plt.plot([1])\n    plt.show()")

        assert [True, True] == ["image/png" in it["data"] for it in found if "data" in it]

    def test_clearing_the_output_clears_it(self, run):
        assert "old" not in text(
            run("from IPython.display import clear_output\nprint('old')\nclear_output()\nprint(1)")
        )


class TestMagics:
    """Line magics, cell magics and commands work."""

    @pytest.mark.parametrize(
        "source", ["%matplotlib inline", "%config InlineBackend.figure_format = 'png'", "%autosave 0"]
    )
    def test_usual_first_lines_are_no_errors(self, run, source):
        assert errors(run(source)) == []

    def test_a_cell_magic_gets_its_cell(self, run):
        assert text(run("%%capture kept\nprint('hidden')", "print(kept.stdout.strip())")) == "hidden\n"

    def test_time_is_told(self, run):
        assert "Wall time" in text(run("%time 1 + 1"))

    def test_a_command_prints(self, run):
        assert "hello" in text(run("!echo hello"))

    def test_the_lines_of_a_command_are_a_list(self, run):
        assert "['a', 'b']" in data(run("lines = !printf 'a\\nb\\n'\nlist(lines)"))[0]

    def test_an_unknown_magic_goes_to_stderr(self, run):
        assert "not found" in text(run("%nothing_of_this_name"), "stderr")

    def test_help_is_no_error(self, run):
        assert errors(run("len?")) == []


class TestAwait:
    """`await` works at the top of a cell."""

    def test_its_value_is_shown(self, run):
        source = "import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 5\nawait f()"

        assert [("execute_result", "5")] == data(run(source))

    def test_the_name_that_it_binds_stays(self, run):
        assert [("execute_result", "6")] == data(run("async def g():\n    return 6\nx = await g()", "x"))


class TestErrors:
    """What goes wrong is an output; the next cell runs."""

    @pytest.mark.parametrize(
        ("name", "source"),
        [
            ("ZeroDivisionError", "1 / 0"),
            ("SyntaxError", "def f(:"),
            ("IndentationError", "if True:\nprint(1)"),
            ("NameError", "not_there"),
            ("SystemExit", "raise SystemExit(3)"),
            ("SystemExit", "import sys\nsys.exit()"),
            ("KeyboardInterrupt", "raise KeyboardInterrupt"),
            ("ModuleNotFoundError", "import no_such_module"),
            ("RecursionError", "def f():\n    return f()\nf()"),
            ("Own", "class Own(Exception):\n    pass\nraise Own('x')"),
            ("UsageError", "%%time_it_not"),
        ],
    )
    def test_is_an_output_and_the_next_cell_runs(self, run, name, source):
        found = run(source)
        named = {it for it, _ in errors(found)} | ({"UsageError"} if "UsageError" in text(found, "stderr") else set())

        assert {name} == named
        assert [("execute_result", "2")] == data(run("1 + 1"))

    def test_tells_where(self, run):
        (found,) = [it for it in run("x = 1\n1 / 0") if it["output_type"] == "error"]

        assert "division by zero" == found["evalue"]
        assert "1 / 0" in "\n".join(found["traceback"])

    def test_what_was_printed_before_stays(self, run):
        assert text(run("print('before')\n1 / 0")) == "before\n"

    def test_an_error_whose_text_fails_is_an_error(self, run):
        source = "class Bad(Exception):\n    def __str__(self): raise ValueError\nraise Bad"

        assert ("Bad", "") in errors(run(source))

    def test_asking_for_input_does_not_wait(self, run):
        assert len(errors(run("input('name? ')"))) == 1

    @pytest.mark.parametrize("source", ["exit()", "quit()"])
    def test_leaving_does_not_end_the_process(self, run, source):
        run(source)

        assert [("execute_result", "2")] == data(run("1 + 1"))


class TestStreams:
    """All that is put out arrives, up to a limit."""

    @pytest.mark.parametrize(
        ("name", "source"),
        [
            ("stdout", "print('hello')"),
            ("stderr", "import sys\nprint('hello', file=sys.stderr)"),
            ("stdout", "import os\n_n = os.write(1, b'hello\\n')"),
            ("stdout", "import os\n_n = os.write(2, b'hello\\n')"),
            ("stdout", "import subprocess\n_p = subprocess.run(['echo', 'hello'])"),
            ("stdout", "import sys\n_n = sys.stdout.write('hello\\n')"),
            ("stderr", "import logging\nlogging.warning('hello')"),
            ("stderr", "import warnings\nwarnings.warn('hello')"),
        ],
        ids=["print", "stderr", "write to 1", "write to 2", "child", "sys.stdout", "logging", "warning"],
    )
    def test_arrives(self, run, name, source):
        assert "hello" in text(run(source), name)

    def test_what_a_program_wrote_does_not_come_again(self, run):
        assert run("import os\n_n = os.write(1, b'once')", "1;") == []

    @pytest.mark.parametrize(
        "source",
        [
            "print('x' * 1_000_000)",
            "for _ in range(100_000):\n    print('x' * 10)",
            "import os\nfor _ in range(100):\n    _n = os.write(1, b'x' * 10_000)",
        ],
        ids=["one", "many", "written"],
    )
    def test_is_cut_at_the_limit(self, run, source):
        found = text(run(source))

        assert (MOST + len(CUT), True) == (len(found), found.endswith(CUT))

    def test_many_outputs_are_cut(self, run):
        assert len(run("for i in range(2000):\n    display(i)")) == 500

    def test_a_stream_takes_text_alone(self, run):
        assert errors(run("import sys\nsys.stdout.write(b'x')"))[0][0] == "TypeError"

    def test_bytes_that_are_no_text_are_replaced(self, run):
        assert "�" in text(run("import os\n_n = os.write(1, b'\\xff\\n')"))

    def test_a_stream_has_a_descriptor(self, run):
        assert [("execute_result", "(1, 2, True)")] == data(
            run("import sys\n(sys.stdout.fileno(), sys.stderr.fileno(), sys.stdout.writable())")
        )


class TestSpoilt:
    """What a student does to the shell spoils no later cell's outputs."""

    @pytest.mark.parametrize(
        "source",
        [
            "import sys\nsys.stdout = None",
            "import sys\nsys.stdout.close()",
            "import os\nos.close(1)\nos.close(2)",
            "get_ipython().run_cell = None",
            "get_ipython().displayhook = None",
            "import builtins\ndel builtins.print",
        ],
        ids=lambda it: it.splitlines()[-1],
    )
    def test_the_process_goes_on(self, fresh, source):
        fresh.run(source)
        fresh.run("value = 41 + 1")

        assert (0, None) == (fresh.restarts, fresh.connection.lost)

    def test_main_is_the_notebook(self, fresh):
        fresh.run("value = 3")

        assert [("execute_result", "3")] == data(fresh.run("import __main__\n__main__.value"))

    def test_files_lie_in_a_folder_of_its_own(self, fresh):
        fresh.run("open('mine.txt', 'w').close()\nimport os")

        assert [("execute_result", "['mine.txt']")] == data(fresh.run("os.listdir()"))


def test_the_files_of_a_desk_fill_half_its_room_together(tmp_path):
    """Whoever finds no room for the rest has room for a smaller one."""
    files = {name: tmp_path / name for name in ("first.txt", "second.txt", "third.txt")}
    for path, size in zip(files.values(), (6, 6, 4), strict=True):
        path.write_bytes(bytes(size))
    put = []

    def take(sock):
        with sock, contextlib.suppress(EOFError):
            while True:
                number, message = read_frame(sock)
                put.extend(name for name in files if name.encode() in message.body)
                write_frame(sock, number, message)

    def order(_, descriptor):
        threading.Thread(target=take, args=(socket.socket(fileno=os.dup(descriptor)),)).start()
        return {"pid": 1}

    parent = SimpleNamespace(use=Use(files_bytes=20), order=order, enclose=lambda pid: None)
    Desk(parent, files).start().close()

    assert ["first.txt", "third.txt"] == put
