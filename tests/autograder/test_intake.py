"""A submission is taken in as data, or refused with one sentence."""

from __future__ import annotations

import contextlib
import json
import os
import resource

import pytest
from hypothesis import given, settings, strategies as st

from proctor.errors import SubmissionError
from proctor.intake.notebook import parse_notebook
from proctor.intake.submitted import listed
from proctor.intake.take_in import take_in
from proctor.model import Cell


def code(source, **metadata):
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": 1}


def notebook(*cells):
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


def written(folder, name, content):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


class TestGoodNotebooks:
    """What can be graded is kept, and what was put right is told."""

    def test_cells_keep_text_grade_id_and_tags(self):
        own = {"grade_id": "sum", "points": 1000, "schema_version": 3}
        entry = code(["a = 1\n", "a"], nbgrader=own, tags=["demo"])
        cells, repairs = parse_notebook(json.dumps(notebook(entry)).encode())

        assert cells == (Cell("code", "a = 1\na", "sum", ("demo",)),)
        assert repairs == ()

    def test_format_3_is_converted(self):
        sheet = {
            "cells": [{"cell_type": "heading", "level": 2, "source": "Title"}, {"cell_type": "code", "input": "1"}]
        }
        cells, repairs = parse_notebook(json.dumps({"nbformat": 3, "worksheets": [sheet]}).encode())

        assert cells == (Cell("markdown", "## Title"), Cell("code", "1"))
        assert "old format 3" in repairs[0]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
    def test_any_unicode_encoding_is_read(self, encoding):
        text = json.dumps(notebook(code("größe = '日本'")), ensure_ascii=False)

        assert parse_notebook(text.encode(encoding))[0][0].source == "größe = '日本'"

    def test_halves_of_characters_are_replaced(self):
        cells, repairs = parse_notebook(b'{"cells": [{"cell_type": "code", "source": "a\\ud800"}]}')

        assert cells[0].source == "a?"
        assert "halves of characters" in repairs[0]

    def test_cells_that_are_none_are_left_out(self):
        odd = ["text", {"cell_type": "evil", "source": ""}, {"cell_type": "code", "source": [1]}]
        cells, repairs = parse_notebook(json.dumps(notebook(code("1"), *odd)).encode())

        assert [cell.source for cell in cells] == ["1"]
        assert len(repairs) == 3

    @pytest.mark.parametrize("metadata", [None, [], {"nbgrader": []}, {"nbgrader": {"grade_id": 3}}, {"tags": "demo"}])
    def test_odd_metadata_costs_nothing(self, metadata):
        entry = {"cell_type": "code", "source": "1", "metadata": metadata}

        assert parse_notebook(json.dumps({"cells": [entry]}).encode())[0] == (Cell("code", "1"),)

    @pytest.mark.parametrize(
        ("written", "found"),
        [
            pytest.param([1], "1", id="old"),
            pytest.param([99], "99", id="of the future"),
            pytest.param([None], "0", id="none"),
            pytest.param([[3]], "[3]", id="no number"),
            pytest.param([3, 2, 1, 2], "1, 2", id="several"),
        ],
    )
    def test_another_version_of_the_metadata_is_told_once(self, written, found):
        versions = [{} if it is None else {"schema_version": it} for it in written]
        cells = [code("1", nbgrader={"grade_id": "a"} | version) for version in versions]
        _, repairs = parse_notebook(json.dumps(notebook(*cells)).encode())

        assert repairs == (f"Cells have metadata of version {found}; they were read as version 3.",)

    @pytest.mark.parametrize("metadata", [{}, {"nbgrader": {"schema_version": 1}}, {"nbgrader": 1}], ids=repr)
    def test_a_cell_that_is_not_of_nbgrader_has_no_version(self, metadata):
        assert parse_notebook(json.dumps(notebook(code("1", **metadata))).encode())[1] == ()

    @pytest.mark.parametrize(
        ("asked", "found", "told"),
        [
            pytest.param("python3", "my-laptop", True, id="another"),
            pytest.param("python3", "python3", False, id="the same"),
            pytest.param("", "my-laptop", False, id="any"),
            pytest.param("python3", None, False, id="none in the notebook"),
            pytest.param("python3", ["odd"], False, id="no name"),
        ],
    )
    def test_another_kernel_is_told(self, asked, found, told):
        content = notebook(code("1")) | {"metadata": {"kernelspec": {"name": found}}}
        _, repairs = parse_notebook(json.dumps(content).encode(), kernel=asked)
        sentence = "The notebook asks for the kernel 'my-laptop'; it ran with 'python3'."

        assert ((sentence,) if told else ()) == repairs

    @pytest.mark.parametrize("metadata", [None, [], {"kernelspec": "python2"}], ids=repr)
    def test_odd_metadata_of_the_notebook_costs_nothing(self, metadata):
        content = notebook(code("1")) | {"metadata": metadata}

        assert parse_notebook(json.dumps(content).encode(), kernel="python3")[1] == ()


BROKEN = {
    "empty": (b"", "not-json", "found an empty file"),
    "blank": (b" \n", "not-json", "found an empty file"),
    "merged": (b'{"cells": [\n<<<<<<< HEAD\n1,\n=======\n2,\n>>>>>>> other\n', "not-json", "both sides of a conflict"),
    "cut": (json.dumps(notebook(code("1"))).encode()[:40], "not-json", "the file may be cut"),
    "bad bytes": (b'{"cells": "\xff\xfe"}', "not-json", "a byte that is none"),
    "NULs": (b"\x00" * 64, "not-json", "Expected"),
    "a list": (b"[1, 2, 3]", "not-a-notebook", "found other JSON"),
    "no cells": (b'{"nbformat": 4}', "not-a-notebook", "with cells, found none"),
    "nested without end": (b"[" * 100_000, "not-json", "out of bounds"),
    "a number without end": (b'{"cells": ' + b"9" * 100_000 + b"}", "not-json", "out of bounds"),
    "cells without end": (b'{"cells": [' + b"1," * 20_000 + b"1]}", "too-large", "at most 10000 cells"),
}


@pytest.mark.parametrize(("data", "slug", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_file_is_refused_with_a_sentence(data, slug, words):
    with pytest.raises(SubmissionError) as caught:
        parse_notebook(data, "hw1.ipynb")

    assert slug == caught.value.slug
    assert words in str(caught.value)
    assert "hw1.ipynb" in str(caught.value)


@pytest.mark.parametrize("data", [b'{"cells": []}', b"{", b"[" * 100_000, b"\xff"])
def test_the_grader_keeps_its_own_limit_of_memory(data):
    """Whatever was read: the next submissions are read by the same process."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    with contextlib.suppress(SubmissionError):
        parse_notebook(data)

    assert before == resource.getrlimit(resource.RLIMIT_AS)


@settings(max_examples=500, deadline=None)
@given(
    st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["cells", "worksheets", "cell_type", "source", "metadata", "nbgrader"]), inner
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_arrives_is_cells_or_an_error_of_ours(data):
    try:
        cells, _ = parse_notebook(data)
    except SubmissionError:
        return

    assert all(isinstance(cell, Cell) for cell in cells)


class TestFolders:
    """The folder that was handed in."""

    def test_the_notebook_and_the_other_files_are_found(self, tmp_path):
        folder = written(tmp_path / "hw1", "hw1.ipynb", notebook(code("1")))
        (folder / "data").mkdir()
        (folder / "data" / "table.csv").write_text("1,2", encoding="utf-8")
        taken = take_in(folder, "hw1")

        assert (taken.file, taken.extra) == ("hw1.ipynb", ("data/table.csv",))

    def test_a_renamed_notebook_is_taken_and_told(self, tmp_path):
        taken = take_in(written(tmp_path / "hw1", "hw1 (2).ipynb", notebook(code("1"))), "hw1")

        assert taken.repairs == ("The notebook is called hw1 (2).ipynb; it was taken for hw1.ipynb.",)

    def test_of_two_others_none_is_guessed(self, tmp_path):
        folder = written(tmp_path / "hw1", "a.ipynb", notebook())
        written(folder, "b.ipynb", notebook())

        with pytest.raises(SubmissionError, match=r"Expected a notebook hw1.ipynb, found a.ipynb, b.ipynb"):
            take_in(folder, "hw1")

    def test_the_assignments_other_notebook_is_never_taken_for_this_one(self, tmp_path):
        folder = written(tmp_path / "hw1", "two.ipynb", notebook())

        with pytest.raises(SubmissionError, match=r"Expected a notebook one.ipynb, found two.ipynb"):
            take_in(folder, "one", others=frozenset({"two"}))

    def test_beside_the_other_notebook_a_renamed_one_is_taken(self, tmp_path):
        folder = written(tmp_path / "hw1", "two.ipynb", notebook())
        written(folder, "one (1).ipynb", notebook(code("1")))
        taken = take_in(folder, "one", others=frozenset({"two"}))

        assert (taken.file, taken.extra) == ("one (1).ipynb", ("two.ipynb",))

    def test_a_notebook_in_a_folder_below_is_not_taken(self, tmp_path):
        folder = written(tmp_path / "hw1", "notes.txt", {})
        written(folder / "deep", "hw1.ipynb", notebook())

        with pytest.raises(SubmissionError, match=r"found deep/hw1.ipynb, notes.txt"):
            take_in(folder, "hw1")

    def test_the_kernel_is_told_after_the_name(self, tmp_path):
        content = notebook(code("1")) | {"metadata": {"kernelspec": {"name": "other"}}}
        taken = take_in(written(tmp_path / "hw1", "a.ipynb", content), "hw1", kernel="python3")

        assert ["is called", "asks for"] == [" ".join(it.split()[2:4]) for it in taken.repairs]

    @pytest.mark.parametrize("pattern", ["*.pyc", "old", "??ta.c*"])
    def test_ignored_names_are_left_out(self, tmp_path, pattern):
        folder = written(tmp_path / "hw1", "a.txt", {})
        for name in ("module.pyc", "old", "data.csv"):
            (folder / "deep").mkdir(exist_ok=True)
            (folder / "deep" / name).touch()
        kept = listed(folder, (pattern,)).files
        gone = {"*.pyc": "module.pyc", "old": "old", "??ta.c*": "data.csv"}[pattern]
        there = {"a.txt", "deep/module.pyc", "deep/old", "deep/data.csv"}

        assert there - {f"deep/{gone}"} == set(kept)

    def test_what_is_ignored_may_be_a_link(self, tmp_path):
        folder = written(tmp_path / "hw1", "hw1.ipynb", notebook(code("1")))
        (folder / "link").symlink_to("/etc/hostname")

        assert listed(folder, ("link",)).left_out == {}

    @pytest.mark.parametrize("name", ["__pycache__", ".ipynb_checkpoints"])
    def test_what_jupyter_and_python_leave_behind_is_left_out(self, tmp_path, name):
        folder = written(tmp_path / "hw1", "a.txt", {})
        written(folder / name, "hw1.ipynb", notebook())

        assert (listed(folder).files.keys(), listed(folder).left_out) == ({"a.txt"}, {})

    def test_files_are_found_by_their_relative_names(self, tmp_path):
        folder = written(tmp_path / "hw1", "a.txt", {})

        assert listed(folder).files == {"a.txt": (folder / "a.txt").stat().st_size}

    def test_a_folder_that_is_not_there_is_missing(self, tmp_path):
        with pytest.raises(SubmissionError, match="Expected a folder nowhere, found none") as caught:
            listed(tmp_path / "nowhere")

        assert caught.value.slug == "missing"

    @pytest.mark.parametrize("target", ["/etc/hostname", "hw1.ipynb", "."])
    def test_a_link_is_left_out_and_told(self, tmp_path, target):
        folder = written(tmp_path / "hw1", "hw1.ipynb", notebook(code("1")))
        (folder / "link").symlink_to(target)

        assert (take_in(folder, "hw1").extra, listed(folder).told()) == ((), ("Left out: link (a link).",))

    def test_a_notebook_that_is_a_link_is_none(self, tmp_path):
        folder = written(tmp_path / "hw1", "other.ipynb", notebook(code("1")))
        (folder / "hw1.ipynb").symlink_to("other.ipynb")

        with pytest.raises(SubmissionError, match="found that it cannot be taken: a link") as caught:
            take_in(folder, "hw1")

        assert caught.value.slug == "link"

    def test_a_submission_that_is_a_link_is_refused(self, tmp_path):
        written(tmp_path / "other", "hw1.ipynb", notebook(code("1")))
        (tmp_path / "hw1").symlink_to(tmp_path / "other")

        with pytest.raises(SubmissionError) as caught:
            take_in(tmp_path / "hw1", "hw1")

        assert caught.value.slug == "missing"

    def test_a_named_pipe_does_not_hang(self, tmp_path):
        folder = written(tmp_path / "hw1", "notes.txt", {})
        os.mkfifo(folder / "hw1.ipynb")

        with pytest.raises(SubmissionError) as caught:
            take_in(folder, "hw1")

        assert caught.value.slug == "link"

    def test_a_notebook_over_the_limit_is_refused_unread(self, tmp_path):
        folder = written(tmp_path / "hw1", "hw1.ipynb", notebook(code("x" * 2000)))

        with pytest.raises(SubmissionError, match="at most 1000 bytes"):
            take_in(folder, "hw1", most_bytes=1000)

    def test_old_outputs_are_dropped(self, tmp_path):
        entry = code("1") | {"outputs": [{"output_type": "stream", "text": "x" * 5_000_000}]}
        taken = take_in(written(tmp_path / "hw1", "hw1.ipynb", notebook(entry)), "hw1")

        assert taken.cells == (Cell("code", "1"),)

    def test_of_too_many_files_the_notebook_and_the_highest_are_kept(self, tmp_path):
        folder = written(tmp_path / "hw1", "hw1.ipynb", notebook(code("1")))
        (folder / "aaa").mkdir()
        for number in range(2_001):
            (folder / "aaa" / str(number)).touch()
        (folder / "zzz.txt").touch()
        found = listed(folder)

        assert {"hw1.ipynb", "zzz.txt"} <= found.files.keys()
        assert (2_000, 3) == (len(found.files), len(found.left_out))

    def test_of_notebooks_too_large_together_the_small_ones_are_kept(self, tmp_path):
        for name, mebibytes in {"hw": 1, "a": 200, "b": 201, "c": 202}.items():
            with (tmp_path / f"{name}.ipynb").open("wb") as file:
                file.truncate(mebibytes << 20)
        (tmp_path / "data.csv").touch()
        found = listed(tmp_path)

        assert ["hw.ipynb", "a.ipynb", "b.ipynb", "data.csv"] == list(found.files)
        assert {"c.ipynb": ("too-large", f"{202 << 20} bytes are too many")} == found.left_out
