"""The doctor looks at kernels, nbgrader's buttons, the edition, the machine and the gradebook."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
import types

import pytest

from chainrule.authoring.programs import environment
from chainrule.doctor import grading, machine, notebooks
from chainrule.lab import write_settings

pytestmark = pytest.mark.processes


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Jupyter's folders, of which only those under tmp_path exist."""
    from jupyter_core import paths

    monkeypatch.setattr(paths, "jupyter_path", lambda *parts: [str(tmp_path.joinpath("data", *parts))])
    monkeypatch.setattr(paths, "jupyter_config_path", lambda: [str(tmp_path / "own"), str(tmp_path / "config")])
    extension = tmp_path / "data" / "labextensions" / "@jupyter" / "nbgrader"
    extension.mkdir(parents=True)
    (extension / "package.json").write_text("{}")
    settings(tmp_path / "config", "jupyter_server_config.d/nbgrader.json", server({notebooks.VALIDATE: True}))
    return tmp_path


def settings(folder, name, content):
    """Write a file of Jupyter's settings."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(content))


def server(extensions):
    """What a server's settings say about extensions."""
    return {"ServerApp": {"jpserver_extensions": extensions}}


class TestKernel:
    """The kernel python3, which every notebook asks for."""

    @pytest.fixture
    def starting(self, monkeypatch):
        """Let the kernel start this program, or none at all."""
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

        def choose(program):
            def get_kernel_spec(self, name):
                if program is None:
                    raise NoSuchKernel(name)
                return types.SimpleNamespace(argv=[program, "-m", "ipykernel_launcher"])

            monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", get_kernel_spec)

        return choose

    @pytest.mark.parametrize("program", [sys.executable, "python"])
    def test_this_python_is_fine(self, starting, program):
        starting(program)

        assert notebooks.kernel().state == "ok"

    def test_none_is_missing(self, starting):
        starting(None)
        found = notebooks.kernel()

        assert ("missing", True) == (found.state, found.sentence.endswith("-m pip install ipykernel"))

    def test_that_of_another_python_is_told(self, starting):
        starting("/elsewhere/bin/python")
        found = notebooks.kernel()

        assert ("note", True) == (found.state, "starts another Python, /elsewhere/bin/python," in found.sentence)


class TestButtons:
    """nbgrader in JupyterLab."""

    def test_all_is_there(self, desk):
        assert notebooks.buttons().state == "ok"

    def test_a_missing_extension_is_told(self, desk):
        shutil.rmtree(desk / "data")
        found = notebooks.buttons()

        assert ("missing", True) == (found.state, "no Validate button" in found.sentence)

    def test_an_extension_that_is_switched_off_is_told(self, desk):
        settings(desk / "own", "labconfig/page_config.json", {"disabledExtensions": ["@jupyter/nbgrader"]})
        found = notebooks.buttons()

        assert ("missing", True) == (found.state, "labextension enable @jupyter/nbgrader" in found.sentence)

    @pytest.mark.parametrize("answer", [{}, {notebooks.VALIDATE: False}])
    def test_a_button_that_nothing_answers_is_told(self, desk, answer):
        settings(desk / "config", "jupyter_server_config.d/nbgrader.json", server(answer))
        found = notebooks.buttons()

        assert ("missing", True) == (found.state, "Nothing answers" in found.sentence)

    def test_the_users_own_folder_has_the_last_word(self, desk):
        settings(desk / "own", "jupyter_server_config.json", server({notebooks.VALIDATE: False}))

        assert notebooks.buttons().state == "missing"

    def test_what_is_for_instructors_is_told_to_a_student(self, desk):
        found = notebooks.instructor_parts()

        assert ("note", True) == (found.state, "(course-list, create-assignment, formgrader)" in found.sentence)

    def test_the_settings_of_our_own_start_switch_it_off(self, desk):
        write_settings(desk / "own")

        assert notebooks.instructor_parts().state == "ok"


class TestEdition:
    """Which chainrule is on the path."""

    @pytest.fixture
    def student(self, monkeypatch, tmp_path):
        """The edition of unit 02, as if the full package was not there."""
        monkeypatch.setattr(notebooks, "is_student_edition", lambda: True)
        monkeypatch.setattr(notebooks, "listed", lambda: [types.SimpleNamespace(unit="02_activations")])
        monkeypatch.setattr(notebooks, "_is_installed", lambda: False)
        return tmp_path

    def test_the_full_package_says_so(self, tmp_path):
        found = notebooks.edition(tmp_path)

        assert ("ok", True) == (found.state, found.sentence.startswith("The full package"))

    def test_that_of_the_notebook_is_fine(self, student):
        (student / "02_activations.ipynb").touch()

        assert notebooks.edition(student).sentence == "The student edition of 02_activations."

    def test_that_of_another_unit_is_told(self, student):
        (student / "04_backpropagation.ipynb").touch()
        found = notebooks.edition(student)

        assert ("missing", True) == (found.state, "but the notebook is of 04_backpropagation" in found.sentence)

    def test_one_without_its_key_is_told(self, student, monkeypatch):
        def listed():
            raise FileNotFoundError("answer_key.npz")

        monkeypatch.setattr(notebooks, "listed", listed)
        found = notebooks.edition(student)

        assert ("missing", True) == (found.state, "lacks its answer key" in found.sentence)

    def test_a_full_package_beside_it_is_told(self, student, monkeypatch):
        monkeypatch.setattr(notebooks, "_is_installed", lambda: True)
        found = notebooks.edition(student)

        assert ("note", True) == (found.state, "pip uninstall chainrule-course" in found.sentence)


class TestMachine:
    """Cores, texts, disk and bubblewrap."""

    @pytest.mark.parametrize(("most", "state"), [(4, "ok"), (5, "note")])
    def test_more_threads_than_cores_are_told(self, monkeypatch, most, state):
        import threadpoolctl

        libraries = [{"user_api": "blas", "num_threads": most}, {"user_api": "openmp", "num_threads": 99}]
        monkeypatch.setattr(threadpoolctl, "threadpool_info", lambda: libraries)
        monkeypatch.setattr(machine, "_cores", lambda: 4)

        assert state == machine.threads().state

    @pytest.mark.parametrize(("encoding", "state"), [("UTF-8", "ok"), ("utf8", "ok"), ("cp949", "note")])
    def test_files_in_another_encoding_are_told(self, monkeypatch, encoding, state):
        monkeypatch.setattr(machine.locale, "getpreferredencoding", lambda: encoding)
        found = machine.texts()

        assert (state, state == "note") == (found.state, f"files as {encoding}" in found.sentence)

    @pytest.mark.parametrize(("free", "state"), [(1 << 30, "ok"), ((1 << 30) - 1, "note")])
    def test_a_full_disk_is_told(self, monkeypatch, tmp_path, free, state):
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: types.SimpleNamespace(free=free))

        assert state == machine.space(tmp_path).state

    def test_no_bubblewrap_is_told(self, monkeypatch):
        monkeypatch.setattr(machine.shutil, "which", lambda name: None)

        assert "apt-get install bubblewrap" in machine.bubblewrap().sentence

    @pytest.mark.parametrize(("code", "words"), [(0, "bubblewrap starts"), (1, "forbid user namespaces")])
    def test_forbidden_namespaces_are_told(self, monkeypatch, code, words):
        done = subprocess.CompletedProcess([], code, "", "bwrap: setting up uid map: Permission denied\n" * code)
        monkeypatch.setattr(machine.shutil, "which", lambda name: "/usr/bin/bwrap")
        monkeypatch.setattr(machine.subprocess, "run", lambda *args, **options: done)
        found = machine.bubblewrap()

        assert (words in found.sentence, code == 0) == (True, found.state == "ok")


class TestGrading:
    """The folder course/var and its gradebook."""

    @pytest.fixture
    def course(self, tmp_path):
        """A course without anything that grading made."""
        (tmp_path / "course").mkdir()
        (tmp_path / "course" / "course.toml").touch()
        return tmp_path

    @pytest.fixture
    def version(self, course):
        """Give the gradebook a version."""

        def write(number):
            (course / "course" / "var").mkdir()
            with contextlib.closing(sqlite3.connect(course / "course" / "var" / "gradebook.db")) as book, book:
                book.execute("create table alembic_version (version_num text)")
                book.execute("insert into alembic_version values (?)", (number,))
            return grading.gradebook(course)

        return write

    def test_the_course_is_found_from_within(self, course):
        (course / "course" / "units").mkdir()

        assert course == grading.course_root(course / "course" / "units")

    def test_a_folder_that_can_be_written_is_fine(self, course):
        assert grading.writing(course).state == "ok"

    def test_a_folder_that_cannot_be_written_is_told(self, course, monkeypatch):
        monkeypatch.setattr(grading.os, "access", lambda place, mode: False)

        assert grading.writing(course).state == "missing"

    def test_no_gradebook_is_fine(self, course):
        assert grading.gradebook(course).state == "ok"

    def test_that_of_the_installed_nbgrader_is_fine(self, version, monkeypatch):
        from nbgrader.api import get_alembic_version

        monkeypatch.setenv("PATH", environment()["PATH"])  # nbgrader starts alembic
        assert version(get_alembic_version()).state == "ok"

    def test_an_older_one_is_told(self, version):
        found = version("b6d005d67074")

        assert ("missing", True) == (found.state, "nbgrader db upgrade" in found.sentence)

    def test_a_newer_one_is_told(self, version):
        found = version("ffffffffffff")

        assert ("missing", True) == (found.state, "pip install -U nbgrader" in found.sentence)

    def test_another_file_is_told(self, course):
        (course / "course" / "var").mkdir()
        (course / "course" / "var" / "gradebook.db").write_text("no database at all" * 100)

        assert "cannot be read" in grading.gradebook(course).sentence


CUPY = """
import numpy, sys
ndarray, float32, float64 = type("ndarray", (), {}), numpy.float32, numpy.float64
class cuda:
    class runtime:
        @staticmethod
        def getDeviceCount():
            DRIVER
            return 1
        @staticmethod
        def getDeviceProperties(number):
            return {"name": b"Fake GPU"}
def arange(count, dtype):
    KERNEL
    return numpy.arange(count, dtype=dtype)
"""
STATES = {
    "no CuPy": (None, "note", "CuPy is not installed"),
    "no driver": (("raise RuntimeError('cudaErrorNoDevice')", "pass"), "note", "driver does not answer"),
    "no kernel": (("pass", "raise OSError('nvrtc')"), "note", "a first small kernel failed"),
    "ready": (("pass", "pass"), "ok", "Fake GPU is ready."),
}
WITHOUT = "raise ModuleNotFoundError(\"No module named 'cupy'\")"


@pytest.mark.parametrize("case", STATES.values(), ids=list(STATES))
def test_the_four_states_of_a_gpu_are_told(case, tmp_path):
    """A cupy on the path decides; the doctor runs as a student starts it."""
    steps, state, words = case
    text = CUPY.replace("DRIVER", steps[0]).replace("KERNEL", steps[1]) if steps else WITHOUT
    (tmp_path / "cupy.py").write_text(text)
    run = subprocess.run(
        [sys.executable, "-m", "chainrule.doctor"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    (line,) = [it for it in run.stdout.splitlines() if " GPU: " in it]

    assert (state, True) == (line.split()[0], words in line)
    assert run.stderr == ""
