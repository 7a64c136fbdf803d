"""Whatever a student's process sends as outputs, a notebook gets well-formed, harmless and short ones."""

from __future__ import annotations

import base64
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings, strategies as st

from proctor.examiner.outputs import CUT, checked_outputs

pytestmark = pytest.mark.processes

PNG = base64.b64encode(b"\x89PNG pixels").decode()
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=9),
    lambda it: (
        st.lists(it, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.integers(), it, max_size=3)
        | st.tuples(it)
        | st.sets(st.integers())
    ),
    max_leaves=8,
)
MIMES = ["text/plain", "text/html", "text/latex", "image/png", "image/jpeg", "image/svg+xml", "application/javascript"]
ENTRIES = st.fixed_dictionaries(
    {"output_type": st.sampled_from(["stream", "display_data", "execute_result", "error"]) | JUNK},
    optional={
        "name": st.sampled_from(["stdout", "stderr"]) | JUNK,
        "text": st.text() | JUNK,
        "data": st.dictionaries(st.sampled_from(MIMES), st.text() | st.just(PNG) | JUNK) | JUNK,
        "metadata": JUNK,
        "ename": st.text() | JUNK,
        "evalue": st.text() | JUNK,
        "traceback": st.lists(st.text() | JUNK) | JUNK,
        "execution_count": JUNK,
        "transient": JUNK,
    },
)
FIELDS = {
    "stream": {"output_type", "name", "text"},
    "display_data": {"output_type", "data", "metadata"},
    "execute_result": {"output_type", "data", "metadata"},
    "error": {"output_type", "ename", "evalue", "traceback"},
}
VALIDATE = """
import json, sys
import nbformat

for outputs in json.load(sys.stdin):
    for it in outputs:
        if it["output_type"] == "execute_result":
            it["execution_count"] = 1
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": "", "outputs": outputs, "execution_count": 1}
    nbformat.validate({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
"""


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data):
    return {"output_type": "display_data", "data": {name.replace("_", "/"): it for name, it in data.items()}}


def error(*lines):
    return {"output_type": "error", "ename": "E", "evalue": "why", "traceback": list(lines)}


def is_well_formed(output):
    """Exact fields, exact types, no mime type that can carry a script."""
    texts = [it for name, it in output.items() if name not in ("data", "metadata", "traceback")]
    texts += [*output.get("data", {"": ""}).values(), *output.get("traceback", [])]
    harmless = {"text/plain", "text/latex", "image/png", "image/jpeg"}
    return (
        FIELDS[output["output_type"]] == set(output)
        and {str} == {type(it) for it in texts}
        and set(output.get("data", {})) <= harmless
        and output.get("metadata", {}) == {}
    )


class TestAnythingIn:
    """Only well-formed outputs come out."""

    @settings(max_examples=250, deadline=None)
    @given(st.lists(ENTRIES | JUNK, max_size=6) | JUNK)
    def test_outputs_are_well_formed(self, found):
        assert all(map(is_well_formed, checked_outputs(found)))

    @settings(max_examples=100, deadline=None)
    @given(st.lists(ENTRIES, max_size=6))
    def test_what_is_checked_passes_again(self, found):
        once = checked_outputs(found)

        assert once == checked_outputs(once)

    def test_outputs_validate_with_nbformat(self):
        """Many at once, since importing nbformat takes long."""
        found = []

        @settings(max_examples=200, deadline=None, database=None, derandomize=True)
        @given(st.lists(ENTRIES, max_size=6))
        def collect(entries):
            found.append(checked_outputs(entries))

        collect()
        command = [sys.executable, "-W", "ignore", "-c", VALIDATE]
        done = subprocess.run(
            command, input=json.dumps(found), capture_output=True, text=True, check=False, timeout=120
        )

        assert (0, "", True) == (done.returncode, done.stderr[-2000:], any(found))

    @pytest.mark.parametrize("found", [None, 1, "text", {}, (stream("a"),), {"output_type": "stream"}], ids=repr)
    def test_what_is_no_list_is_nothing(self, found):
        assert checked_outputs(found) == []


class TestKept:
    """What is harmless stays as it is."""

    @pytest.mark.parametrize(
        "entry",
        [
            pytest.param(stream("hello\n"), id="stdout"),
            pytest.param(stream("oh\n", "stderr"), id="stderr"),
            pytest.param(shown(text_plain="1") | {"metadata": {}}, id="text"),
            pytest.param(shown(image_png=PNG + "\n", text_plain="a") | {"metadata": {}}, id="picture"),
            pytest.param(shown(text_latex="$x$") | {"metadata": {}}, id="formula"),
            pytest.param(error("line 1", "line 2"), id="error"),
        ],
    )
    def test_is_unchanged(self, entry):
        assert checked_outputs([entry]) == [entry]


class TestLeftOut:
    """What can carry a script, or is none of the four kinds, is gone."""

    @pytest.mark.parametrize(
        "entry",
        [
            pytest.param(shown(text_html="<script>alert(1)</script>"), id="html"),
            pytest.param({"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}}, id="svg"),
            pytest.param({"output_type": "display_data", "data": {"application/javascript": "1"}}, id="javascript"),
            pytest.param(shown(image_png="<script>ab"), id="a script for a picture"),
            pytest.param(shown(image_png=PNG[:-1]), id="half a picture"),
            pytest.param(shown(text_plain=["a"]), id="a list for text"),
            pytest.param(shown(), id="no data"),
            pytest.param(stream("a", "stdin"), id="another stream"),
            pytest.param(stream(["a"]), id="a list in a stream"),
            pytest.param({"output_type": "update_display_data", "data": {"text/plain": "1"}}, id="an update"),
            pytest.param({"output_type": ["stream"]}, id="a list for the kind"),
            pytest.param({"output_type": "error", "traceback": "line"}, id="a text for the traceback"),
        ],
    )
    def test_is_gone(self, entry):
        assert checked_outputs([entry]) == []

    def test_the_text_beside_html_stays(self):
        entry = {
            "output_type": "execute_result",
            "data": {"text/html": "<b>1</b>", "text/plain": "1"},
            "metadata": {"x": 1},
        }

        assert checked_outputs([entry]) == [
            {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}}
        ]


class TestCut:
    """Everything has a limit."""

    def test_long_lines(self):
        (found,) = checked_outputs([stream("x" * 300_000)])

        assert found["text"] == "x" * 200_000 + CUT

    @pytest.mark.parametrize(("limit", "kept"), [(-1, 50), (50, 50), (10, 10), (1, 1)])
    def test_many_lines(self, limit, kept):
        (found,) = checked_outputs([stream("\n".join(["a"] * 50))], most_lines=limit)
        lines = found["text"].split("\n")

        assert (kept, limit in (1, 10)) == (len(lines), lines[-1] == "... Output truncated ...")

    @pytest.mark.parametrize(("limit", "kept"), [(-1, 50), (50, 50), (10, 10), (3, 3), (2, 2), (1, 1), (0, 1)])
    def test_a_long_traceback_keeps_its_ends(self, limit, kept):
        (found,) = checked_outputs([error(*map(str, range(50)))], most_traceback_lines=limit)

        assert kept == len(found["traceback"])
        assert kept < 3 or (found["traceback"][0], found["traceback"][-1]) == ("0", "49")

    def test_many_outputs(self):
        assert len(checked_outputs([stream("a")] * 5000)) == 500

    def test_a_large_picture_is_left_out(self):
        assert checked_outputs([shown(image_png="AAAA" * (2 << 20))]) == []

    def test_many_large_outputs_end_with_a_word(self):
        found = checked_outputs([shown(image_png="AAAA" * (1 << 19))] * 100)

        assert (8, CUT) == (len(found) - 1, found[-1]["text"])

    def test_a_long_message_of_an_error(self):
        (found,) = checked_outputs([error("x" * 9000) | {"evalue": "y" * 9000, "ename": "z" * 9000}])

        assert [4000] * 3 == [len(found["traceback"][0]), len(found["evalue"]), len(found["ename"])]
