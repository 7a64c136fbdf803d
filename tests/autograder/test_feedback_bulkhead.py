"""No notebook keeps another's page from being made: whatever one does, it gets a plain page and all others theirs."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from typer.testing import CliRunner

from proctor.commands.cli import app
from proctor.gradebook import CellMark, NotebookMarks
from proctor.pages.feedback import making
from proctor.pages.feedback.blocks import NOTE
from proctor.pages.feedback.bulkhead import Bulkhead
from proctor.pages.feedback.plain import plain_page
from proctor.pages.feedback.task import ENDED, TOO_LONG, PageTask
from support.tiny import graded_course

pytestmark = pytest.mark.processes

MARKS = NotebookMarks("one", {"f": CellMark(1.0, 2.0, 0.0, ("Look <b>here</b>.",))})
HONEST = {"cells": [{"cell_type": "markdown", "source": "an honest answer"}]}
SLOW = {"cells": [{"cell_type": "code", "source": f"x{number}()\n" * 1900} for number in range(200)]}
DEEP = '{"cells": ' + "[" * 200_000 + "]" * 200_000 + "}"
LARGE = "[" + "{}," * 3_000_000 + "{}]"
NUMBER = '{"cells": [{"source": ' + "1" * 5000 + "}]}"


class Unpacked:
    """Calls a function in the process that gets it: what a notebook might make a library in C do."""

    def __init__(self, function, *args):
        self.function, self.args = function, args

    def __reduce__(self):
        return self.function, self.args


def task_for(folder, student, content, seconds=20.0):
    """The task of a student with a notebook."""
    path = folder / f"{student}.ipynb"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return PageTask("hw1", student, MARKS, path, seconds=seconds)


def made_beside(folder, odd, *, jobs=2, **limits):
    """What is made of a task among those of honest students, each of whom must have a page."""
    honest = [task_for(folder, f"honest{number}", HONEST) for number in range(4)]
    with Bulkhead(jobs, **limits) as bulkhead:
        made = {task.student: it for task, it in bulkhead.pages([*honest[:2], odd, *honest[2:]])}

    assert len(made) == 5
    assert all(b"an honest answer" in made[it.student].page for it in honest)
    return made[odd.student]


class TestBulkhead:
    """One process ends, hangs or fails; the others notice nothing."""

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_a_process_that_ends_costs_its_own_page_alone(self, tmp_path, jobs):
        odd = replace(task_for(tmp_path, "eve", HONEST), path=Unpacked(os._exit, 3))

        assert made_beside(tmp_path, odd, jobs=jobs).reason == ENDED

    def test_a_process_that_the_machine_ended_once_is_tried_again(self, tmp_path):
        once = task_for(tmp_path, "eve", HONEST)
        with Bulkhead(1) as bulkhead:
            list(bulkhead.pages([once]))
            os.kill(bulkhead._free[0]._process.pid, signal.SIGKILL)
            ((_, made),) = bulkhead.pages([once])

        assert b"an honest answer" in made.page

    def test_code_that_obeys_no_alarm_is_killed(self, tmp_path):
        odd = replace(task_for(tmp_path, "eve", HONEST, seconds=0.3), path=Unpacked(time.sleep, 60))
        begun = time.monotonic()

        assert made_beside(tmp_path, odd).reason == TOO_LONG
        assert time.monotonic() - begun < 30

    def test_a_page_that_takes_too_long_is_given_up(self, tmp_path):
        assert made_beside(tmp_path, task_for(tmp_path, "eve", SLOW, seconds=0.5)).reason == TOO_LONG

    def test_the_alarm_rings_inside_before_anybody_kills(self, tmp_path):
        assert making.make_page(task_for(tmp_path, "eve", SLOW, seconds=0.3)).reason == TOO_LONG

    def test_after_an_odd_notebook_comes_a_fresh_process(self, tmp_path):
        with Bulkhead(1) as bulkhead:
            for content, same in ((HONEST, True), (HONEST, True), ("null", False)):
                numbers = {it._process and it._process.pid for it in bulkhead._free}
                list(bulkhead.pages([task_for(tmp_path, "eve", content)]))

                assert same == (
                    None in numbers or numbers == {it._process and it._process.pid for it in bulkhead._free}
                )

    def test_memory_has_a_limit(self, tmp_path):
        odd = task_for(tmp_path, "eve", LARGE)
        used = 1024 * int(Path("/proc/self/status").read_text().split("VmSize:")[1].split()[0])

        assert "too much memory" in made_beside(tmp_path, odd, memory_bytes=used + (96 << 20)).reason

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (DEEP, "nested too deeply"),
            (NUMBER, "no JSON"),
            ("", "no JSON"),
            (b"\xff\xfe\x00", "no JSON"),
            ("[1, 2]", "not the form"),
            ("null", "not the form"),
        ],
        ids=["deep", "number", "empty", "bytes", "list", "null"],
    )
    def test_what_is_no_notebook_is_told(self, tmp_path, content, words):
        assert words in made_beside(tmp_path, task_for(tmp_path, "eve", content)).reason

    @pytest.mark.parametrize(("make", "words"), [("link", "cannot be opened"), ("pipe", "is no file"), ("folder", "")])
    def test_what_is_no_file_of_its_own_is_not_read(self, tmp_path, make, words):
        path = tmp_path / "odd.ipynb"
        makers = {"link": partial(path.symlink_to, tmp_path / "honest0.ipynb"), "folder": path.mkdir}
        makers.get(make, partial(os.mkfifo, path))()

        assert f"The graded notebook {words}" in made_beside(tmp_path, PageTask("hw1", "eve", MARKS, path)).reason

    def test_no_process_is_left(self, tmp_path):
        with Bulkhead(2) as bulkhead:
            list(bulkhead.pages([task_for(tmp_path, f"s{number}", HONEST) for number in range(4)]))
            numbers = [cell._process.pid for cell in bulkhead._free]

        assert not [it for it in numbers if Path(f"/proc/{it}").exists()]


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=8)
anything = st.recursive(
    scalars | st.just("\ud800"),
    lambda it: st.lists(it, max_size=3) | st.dictionaries(st.sampled_from(["text/plain", "image/png", "alt"]), it),
    max_leaves=6,
)


def odd(**fields):
    """A mapping that has some of the fields, each as it should be or as anything else."""
    return st.fixed_dictionaries({}, optional={name: it | anything for name, it in fields.items()}) | anything


note = odd(title=st.text(), message=st.text(), picture=st.just("<svg>"))
entries = odd(
    output_type=st.sampled_from(["stream", "error", "display_data"]),
    text=st.text(),
    data=odd(**{"image/png": st.text(), "text/plain": st.text(), NOTE: note}),
    metadata=odd(**{"image/png": odd(alt=st.text())}),
    traceback=st.lists(st.text()),
    ename=st.text(),
)
own = odd(grade_id=st.just("f"), grade=st.booleans(), solution=st.booleans())
cells = odd(
    cell_type=st.sampled_from(["code", "markdown"]),
    source=st.text() | st.lists(st.text()),
    metadata=odd(nbgrader=own),
    outputs=st.lists(entries, max_size=3),
)
notebooks = odd(cells=st.lists(cells, max_size=4))


class TestOddNotebooks:
    """What lies in autograded/ is read without believing that it is a notebook."""

    @settings(max_examples=300)
    @given(notebook=notebooks)
    def test_every_odd_notebook_has_a_page_of_its_gradebook(self, tmp_path_factory, notebook):
        made = making.make_page(task_for(tmp_path_factory.getbasetemp(), "eve", json.dumps(notebook)))

        assert bool(made.page) == isinstance(notebook, dict)
        assert "<h1>one</h1>" in (made.page or plain_page(PageTask("hw1", "eve", MARKS, Path()), made.reason)).decode()

    @settings(max_examples=15)
    @given(
        content=st.one_of(
            notebooks.map(json.dumps), st.text(st.characters(codec="utf-8")), st.sampled_from([DEEP, NUMBER])
        )
    )
    def test_no_odd_notebook_touches_another(self, tmp_path_factory, content):
        folder = tmp_path_factory.mktemp("odd")
        made = made_beside(folder, task_for(folder, "eve", content))

        assert bool(made.page) != bool(made.reason)

    def test_halves_of_letters_are_replaced(self, tmp_path):
        cells = [{"cell_type": kind, "source": "half \ud800 \U0001f600"} for kind in ("code", "markdown")]
        made = making.make_page(task_for(tmp_path, "eve", json.dumps({"cells": cells})))

        assert made.page.decode().count("half ? \U0001f600") == 1
        assert "\U0001f600" in made.page.decode().split("</section>")[0]

    def test_a_broken_byte_costs_no_more_than_itself(self, tmp_path):
        content = json.dumps({"cells": [{"source": "before@after"}]}).encode().replace(b"@", b"\xff")

        assert "before\ufffdafter" in making.make_page(task_for(tmp_path, "eve", content)).page.decode()

    def test_a_page_has_a_largest_size(self, tmp_path, monkeypatch):
        monkeypatch.setattr(making, "MOST_PAGE_BYTES", 1000)

        assert making.make_page(task_for(tmp_path, "eve", HONEST)).reason == "The full page would be too large."

    def test_an_alarm_of_the_caller_goes_on(self, tmp_path):
        """The page's own is over with the page, and the handler is the caller's again."""
        handler = signal.signal(signal.SIGALRM, lambda *_: None)
        try:
            mine = signal.getsignal(signal.SIGALRM)
            signal.setitimer(signal.ITIMER_REAL, 1000.0)
            making.make_page(task_for(tmp_path, "eve", HONEST))

            assert 900 < signal.setitimer(signal.ITIMER_REAL, 0)[0]
            assert mine is signal.getsignal(signal.SIGALRM)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handler)

    def test_an_exception_of_any_kind_becomes_a_reason(self, tmp_path, monkeypatch):
        def panic(_):
            raise type("PanicException", (BaseException,), {})("a secret of a hidden test")

        monkeypatch.setattr(making, "read_notebook", panic)

        assert making.make_page(task_for(tmp_path, "eve", HONEST)).reason == (
            "Something in the notebook cannot be shown (PanicException)."
        )


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A graded course where one notebook of bob's cannot be shown."""
    root = graded_course(tmp_path_factory.mktemp("tiny"))
    (root / "autograded" / "bob" / "hw1" / "one.ipynb").write_text(DEEP, encoding="utf-8")
    return root


class TestCommand:
    """The command's last words: who has a plain page, and why."""

    def test_one_plain_page_is_told_and_all_pages_are_there(self, course):
        done = CliRunner().invoke(app, ["feedback", "hw1", "--course-dir", str(course)])
        pages = {it.parent.parent.name: it.read_text() for it in course.glob("feedback/*/hw1/one.html")}

        assert done.exit_code == 1
        assert "bob: one has no full page. Something in the notebook is nested too deeply to be shown." in done.output
        assert "Traceback" not in done.output
        assert set(pages) == {"ada", "bob", "cyd", "dan"}
        assert [name for name, page in pages.items() if "There is no full page" in page] == ["bob"]
        assert "square-check" in pages["bob"]

    def test_machines_are_told_as_well(self, course):
        done = CliRunner().invoke(app, ["feedback", "hw1", "--course-dir", str(course), "--json"])
        facts = json.loads(done.output)

        assert [(it["student"], it["notebook"]) for it in facts["plain"]] == [("bob", "one")]
        assert len(facts["folders"]) == 4

    def test_without_odd_notebooks_all_is_well(self, course):
        done = CliRunner().invoke(app, ["feedback", "hw1", "--course-dir", str(course), "--student", "ada"])

        assert done.exit_code == 0

    def test_the_plain_page_escapes_what_the_gradebook_holds(self):
        found = plain_page(PageTask("<i>", "<u>", MARKS, Path()), "<s>").decode()

        assert "Look &lt;b&gt;here&lt;/b&gt;." in found
        assert "<strong>1</strong> of 2 points" in found
        assert not [it for it in ("<i>", "<u>", "<s>", "<b>") if it in found]
