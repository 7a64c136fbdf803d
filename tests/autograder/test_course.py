"""A course is what nbgrader would make of its configuration."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from proctor.course.nbgrader import find_course
from proctor.course.settings import LINEAGE
from proctor.errors import AuthorError, GraderError
from support.tiny import configured

pytestmark = pytest.mark.processes

PYTHON = [sys.executable, "-W", "ignore", "-c"]


@pytest.fixture(autouse=True)
def no_other_config(monkeypatch, tmp_path):
    """The configuration of this machine has no say, but what a test puts on Jupyter's path has."""
    for name in ("JUPYTER_NO_CONFIG", "JUPYTER_PREFER_ENV_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "strong"))


@pytest.fixture
def root(tmp_path):
    """An empty course."""
    (tmp_path / "course [1]" / "source").mkdir(parents=True)  # a pattern that does not match itself
    return tmp_path / "course [1]"


def submitted(course, *students):
    """Make folders of submissions."""
    for student in students:
        course.folder("submitted", student, "hw1").mkdir(parents=True)


class TestDefaults:
    """Without configuration everything is as nbgrader has it."""

    def test_the_working_directory_is_the_course(self, root, monkeypatch):
        monkeypatch.chdir(root)

        assert root == find_course().root

    def test_fields(self, root):
        course = find_course(root)

        assert f"sqlite:///{root / 'gradebook.db'}" == course.db_url
        assert ("", False, True) == (course.course_id, course.groupshared, course.create_student)
        assert (0o444, 30.0, 1000, 100) == (
            course.permissions,
            course.cell_seconds,
            course.most_lines,
            course.most_traceback_lines,
        )
        assert (frozenset({"skip-execution"}), {}) == (course.skip_tags, course.exclude_overwriting)

    def test_folders(self, root):
        course = find_course(root)

        assert root / "source" / "hw1" == course.folder("source", "ada", "hw1")
        assert root / "release" / "hw1" == course.folder("release", "", "hw1")
        assert root / "submitted" / "ada" / "hw1" == course.folder("submitted", "ada", "hw1")
        assert root / "autograded" / "ada" / "hw1" == course.folder("autograded", "ada", "hw1")

    def test_importing_and_finding_is_cheap(self, root):
        script = "import sys; from proctor.course.nbgrader import find_course; find_course(); print(*sys.modules)"
        done = subprocess.run([*PYTHON, script], cwd=root, capture_output=True, text=True, check=True, timeout=60)

        assert set() == {"nbgrader", "sqlalchemy", "nbformat", "tornado"} & set(done.stdout.split())


ASK = """
import json, os, sys
from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties, Execute, LimitOutput


def settings():
    app = AutogradeApp()
    app.initialize([])
    found = app.coursedir
    autograde = Autograde(coursedir=found, parent=app)
    execute, limit = Execute(parent=app), LimitOutput(parent=app)
    return {
        "root": found.root, "course_id": found.course_id, "db_url": found.db_url, "ignore": found.ignore,
        "permissions": autograde.permissions, "groupshared": found.groupshared,
        "exclude_overwriting": autograde.exclude_overwriting, "skip_tags": execute.skip_cells_with_tag,
        "cell_seconds": execute.timeout, "most_lines": limit.max_lines, "most_traceback_lines": limit.max_traceback,
        "create_student": autograde.create_student,
        "folder": found.format_path(found.autograded_directory, "ada", "hw1"),
        "source": os.path.normpath(found.format_path(found.source_directory, ".", "hw1")),
        "lineage": {it.__name__: it.section_names() for it in (
            type(found), Autograde, Execute, LimitOutput, AssignLatePenalties, LateSubmissionPlugin)},
        "stock": AssignLatePenalties.plugin_class.default_value.__module__,
    }

answers = {}
for folder in sys.argv[1:]:
    os.chdir(folder)
    answers[folder] = settings()
print(json.dumps(answers))
"""
CONFIGS = {
    "none": "",
    "plain": """
c.CourseDirectory.course_id = " tiny "
c.CourseDirectory.ignore = ["*.pyc", "lib"]
c.CourseDirectory.autograded_directory = "out"
c.Autograde.permissions = 644
c.Autograde.exclude_overwriting = {"hw1": ["helper.py"]}
c.Autograde.create_student = False
c.Execute.skip_cells_with_tag = "demo"
c.Execute.timeout = 5
c.LimitOutput.max_lines = -1
c.LimitOutput.max_traceback = 7
""",
    "inherited": """
c.BaseConverter.permissions = 600
c.ExecutePreprocessor.timeout = 77
c.NotebookClient.timeout = 66
c.NbGraderPreprocessor.max_lines = 3
""",
    "extended": """
c.CourseDirectory.ignore.append("*.bak")
c.CourseDirectory.ignore.insert(0, "first")
c.Autograde.exclude_overwriting.update({"hw2": ["x"]})
""",
    "outdated": """
c.NbGrader.source_directory = "src"
c.NbGrader.ignore = ["old"]
c.Exchange.course_id = "old"
c.AutogradeApp.create_student = False
c.BaseNbConvertApp.permissions = 640
""",
    "shared": "c.CourseDirectory.groupshared = True",
    "structure": 'c.CourseDirectory.directory_structure = "var/{nbgrader_step}/{assignment_id}/{student_id}"',
    "a root": "c.CourseDirectory.root = 'inner'",
}


@pytest.fixture(scope="module")
def nbgraders(tmp_path_factory):
    """For each configuration a course, and the settings that nbgrader's own classes end up with there."""
    folders = {}
    for name, text in CONFIGS.items():
        folders[name] = tmp_path_factory.mktemp("course")
        (folders[name] / "inner").mkdir()
        (folders[name] / "inner" / "nbgrader_config.py").write_text("c.Execute.timeout = 99", encoding="utf-8")
        (folders[name] / "nbgrader_config.py").write_text(text, encoding="utf-8")
    command = [*PYTHON, ASK, *map(str, folders.values())]
    env = os.environ | {"JUPYTER_NO_CONFIG": "1"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True, timeout=60)
    answers = json.loads(done.stdout.splitlines()[-1])
    return {name: (folder, answers[str(folder)]) for name, folder in folders.items()}


class TestSameAsNbgrader:
    """The settings that nbgrader's own classes end up with."""

    @pytest.mark.parametrize("name", CONFIGS)
    def test_every_setting_agrees(self, nbgraders, name):
        folder, theirs = nbgraders[name]
        course = find_course(folder)
        ours = {
            "root": str(course.root),
            "permissions": int(f"{course.permissions:o}"),
            "ignore": list(course.ignore),
            "skip_tags": "".join(course.skip_tags),
            "folder": str(course.folder("autograded", "ada", "hw1")),
            "source": str(course.folder("source", "ada", "hw1")),
            "lineage": {name: [*sections, name] for name, sections in LINEAGE.items()},
            "stock": "nbgrader.plugins.latesubmission",
        }
        same = ("course_id", "db_url", "groupshared", "exclude_overwriting", "cell_seconds", "most_lines")
        ours |= {name: getattr(course, name) for name in (*same, "most_traceback_lines", "create_student")}
        once = list(dict.fromkeys(theirs["ignore"]))  # nbgrader reads the file twice, so it extends a list twice

        assert theirs | {"ignore": once} == ours


class TestFiles:
    """Which files count, and which is the stronger."""

    def test_json_comes_over_python(self, root):
        configured(root, "c.Execute.timeout = 1\nc.LimitOutput.max_lines = 2")
        course = configured(root, '{"Execute": {"timeout": 3}}', "nbgrader_config.json")

        assert (3, 2) == (course.cell_seconds, course.most_lines)

    def test_the_course_comes_over_jupyters_path(self, root, tmp_path):
        configured(tmp_path / "strong", "c.Execute.timeout = 1\nc.LimitOutput.max_lines = 1")
        configured(tmp_path / "jupyter", "c.LimitOutput.max_lines = 2\nc.LimitOutput.max_traceback = 2")
        course = configured(root, "c.Execute.timeout = 3")

        assert (3, 1, 2) == (course.cell_seconds, course.most_lines, course.most_traceback_lines)

    def test_jupyters_own_file_counts(self, root, tmp_path):
        (tmp_path / "jupyter").mkdir()
        (tmp_path / "jupyter" / "jupyter_config.py").write_text("c.Execute.timeout = 8", encoding="utf-8")

        assert 8 == find_course(root).cell_seconds

    def test_paths_and_modules_are_relative_to_the_course(self, root):
        (root / "chosen.py").write_text("SECONDS = 12", encoding="utf-8")
        before = Path.cwd(), list(sys.meta_path)
        course = configured(
            root, "import os, chosen\nc.Execute.timeout = chosen.SECONDS\nc.CourseDirectory.course_id = os.getcwd()"
        )

        assert (12, str(root)) == (course.cell_seconds, course.course_id)
        assert before == (Path.cwd(), list(sys.meta_path))

    def test_threads_do_not_mix_courses_up(self, tmp_path):
        folders = [tmp_path / str(number) for number in range(20)]
        for folder in folders:
            configured(folder, "import os, time\ntime.sleep(0.01)\nc.CourseDirectory.course_id = os.getcwd()")
        with ThreadPoolExecutor(8) as pool:
            courses = list(pool.map(find_course, folders))

        assert [str(folder) for folder in folders] == [it.course_id for it in courses]

    def test_a_folder_of_the_course_hides_no_module(self, root):
        (root / "wave").mkdir()
        sys.modules.pop("wave", None)

        assert configured(root, "import wave\nassert wave.open")

    def test_a_relative_database_lies_in_the_root(self, root):
        course = configured(root, "c.CourseDirectory.db_url = 'sqlite:///grades/book.db'")

        assert f"sqlite:///{root}/grades/book.db" == course.db_url

    @pytest.mark.parametrize("url", ["sqlite:////srv/book.db", "postgresql://host/book", "sqlite:///file:x?uri=true"])
    def test_another_database_is_left_as_it_is(self, root, url):
        assert url == configured(root, f"c.CourseDirectory.db_url = {url!r}").db_url

    @pytest.mark.parametrize("seconds", [None, -1, 0])
    def test_no_limit_is_infinite(self, root, seconds):
        assert math.inf == configured(root, f"c.Execute.timeout = {seconds}").cell_seconds

    def test_no_tag_skips_nothing(self, root):
        assert frozenset() == configured(root, "c.Execute.skip_cells_with_tag = ''").skip_tags

    def test_any_other_setting_can_be_read(self, root):
        course = configured(root, "c.Proctor.strict = True\nc.Proctor.names.append('x')")

        assert (True, ["y", "x"], 5) == (
            course.setting("Proctor", "strict", default=False),
            course.setting("Proctor", "names", ["y"]),
            course.setting("Proctor", "depth", 5),
        )


WRONG = {
    "syntax": ("c.Execute.timeout = \n", "line 1: SyntaxError"),
    "error": ("x = 1\n\nx / 0", "line 3: ZeroDivisionError"),
    "exit": ("import sys\nsys.exit(2)", "line 2: SystemExit"),
    "type": ("c.CourseDirectory.ignore = '*.pyc'", r"Expected c.CourseDirectory.ignore to be list, found '\*.pyc'"),
    "seconds": ("c.Execute.timeout = 'long'", "Expected c.Execute.timeout to be int or float or None, found 'long'"),
    "mode": ("c.Autograde.permissions = 999", "to be like 444 or 664, found 999"),
    "penalty": ("c.LateSubmissionPlugin.penalty_method = 'half'", "'none' or 'zero', found 'half'"),
    "unknown part": ("c.CourseDirectory.directory_structure = '{step}'", "found 'step' in it"),
    "missing part": ("c.CourseDirectory.directory_structure = '{nbgrader_step}/{student_id}'", "found a part missing"),
    "no step": ("c.CourseDirectory.directory_structure = '{student_id}/{assignment_id}'", "found a part missing"),
}


class TestBrokenCourses:
    """One sentence says what is wrong, and where."""

    @pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG.keys())
    def test_a_broken_configuration_is_the_authors(self, root, text, words):
        with pytest.raises(AuthorError, match=words):
            configured(root, text)

    def test_broken_json_names_its_line(self, root):
        with pytest.raises(AuthorError, match=r"nbgrader_config.json .* at line 2"):
            configured(root, "{\n1", "nbgrader_config.json")

    def test_a_broken_file_of_the_machine_is_the_graders(self, root, tmp_path):
        (tmp_path / "jupyter").mkdir()
        (tmp_path / "jupyter" / "nbgrader_config.py").write_text("nothing", encoding="utf-8")

        with pytest.raises(GraderError, match="line 1: NameError"):
            find_course(root)

    def test_no_folder_is_told(self, tmp_path):
        with pytest.raises(AuthorError, match=r"found nothing at .*nowhere"):
            find_course(tmp_path / "nowhere")

    def test_a_folder_that_is_no_course_is_told(self, tmp_path):
        with pytest.raises(AuthorError, match="found none of them in"):
            find_course(tmp_path)

    @pytest.mark.parametrize("name", ["nbgrader_config.py", "gradebook.db", "source/"])
    def test_one_sign_of_a_course_is_enough(self, tmp_path, name):
        if name.endswith("/"):
            (tmp_path / name).mkdir()
        else:
            (tmp_path / name).touch()

        assert tmp_path == find_course(tmp_path).root

    @pytest.mark.parametrize("name", ["../other", "a/b", "", ".."])
    def test_a_name_that_leads_away_is_refused(self, root, name):
        course = find_course(root)

        with pytest.raises(AuthorError, match="Expected the name of a student or an assignment"):
            course.folder("submitted", "ada", name)
        with pytest.raises(AuthorError, match="Expected the name of a student or an assignment"):
            course.folder("submitted", name, "hw1")


class TestStudents:
    """Who handed in."""

    @pytest.mark.parametrize(
        "structure",
        [
            "{nbgrader_step}/{student_id}/{assignment_id}",
            "{nbgrader_step}/{assignment_id}/{student_id}",
            "{student_id}/{nbgrader_step}/{assignment_id}-{student_id}",
        ],
    )
    def test_students_are_found_by_their_folders(self, root, structure):
        course = configured(root, f"c.CourseDirectory.directory_structure = {structure!r}")
        submitted(course, "bob", "ada", "[x] *", ".proctor")
        course.folder("submitted", "zoe", "hw2").mkdir(parents=True)
        course.folder("submitted", "file", "hw1").parent.mkdir(parents=True, exist_ok=True)
        course.folder("submitted", "file", "hw1").touch()

        assert ("[x] *", "ada", "bob") == course.students("hw1")

    def test_some_are_excluded(self, root):
        course = configured(root, "c.CourseDirectory.student_id_exclude = 'bob,eve'")
        submitted(course, "ada", "bob")

        assert ("ada",) == course.students("hw1")

    def test_some_are_chosen(self, root):
        course = configured(root, "c.CourseDirectory.student_id = 'a*'")
        submitted(course, "ada", "bob")

        assert ("ada",) == course.students("hw1")

    def test_no_folder_is_no_student(self, root):
        assert () == find_course(root).students("hw1")
