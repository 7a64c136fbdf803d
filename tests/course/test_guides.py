"""The guides name commands, options, files and settings that there are, and the author's example really works."""

from __future__ import annotations

import ast
import doctest
import importlib
import importlib.util
import json
import re
import shlex
import subprocess
import sys
import types
import warnings
from pathlib import Path

import numpy as np
import pytest
import typer

from chainrule.authoring.proving.verify import verify_exercise
from chainrule.cli import app as chainrule_app
from chainrule.exercises.registry import of_unit, questions_of
from chainrule.nn import activations
from proctor.commands.cli import app as proctor_app

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "course" / "guides"
GUIDES = {path.stem: path for path in sorted(FOLDER.glob("*.md"))}
BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#\s]*)(?:#(?P<heading>[^)\s]+))?\)")
PATH = re.compile(r"(?<![\w/~.-])(?:lib|course|source|release|autograder|tests)/[\w./-]*\w")
NEW_FILE = re.compile(r"A new file, `([^`]+)`:")
# Made by building and grading, or kept out of git.
MADE = ("course/var", "course/roster.csv")
SETTING = re.compile(r"\bc\.(?P<owner>[A-Z]\w+)\.(?P<name>\w+)")
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
APPS = {"chainrule": typer.main.get_command(chainrule_app), "proctor": typer.main.get_command(proctor_app)}
PROGRAMS = {*APPS, "nbgrader", "make"}
OPEN = {("chainrule", "lab")}  # its options are those of JupyterLab
NBGRADER = """
import json
import warnings

warnings.simplefilter("ignore")
from nbgrader.apps import DbApp
from nbgrader.apps.nbgraderapp import NbGraderApp
from nbgrader.exchange.default import ExchangeSubmit
from traitlets.config import Configurable


def told(app):
    own = app()
    return [f"--{it}" for it in (*own.flags, *own.aliases)]


def below(app):
    return {name: about[0] for name, about in app().subcommands.items()}


found = {name: told(app) for name, app in below(NbGraderApp).items() if isinstance(app, type)}
del found["db"]  # alone it is no command
for noun, group in below(DbApp).items():
    for verb, app in (below(group) or {"": group}).items():
        found[f"db {noun} {verb}".strip()] = told(app)
classes = [ExchangeSubmit, *NbGraderApp().all_configurable_classes()]
owners = {base for it in classes for base in it.__mro__ if issubclass(base, Configurable)}
traits = {f"{it.__name__}.{name}" for it in owners for name in it.class_trait_names()}
print(json.dumps([found, sorted(traits)]))
"""


def text_of(guide):
    """The text of a guide."""
    return GUIDES[guide].read_text(encoding="utf-8")


def blocks(text, *languages):
    """Code blocks in these languages."""
    return [it["text"] for it in BLOCK.finditer(text) if it["language"] in languages]


def command_lines(text):
    """Lines of terminals, and code within sentences that starts with a program of ours."""
    for block in blocks(text, "sh"):
        yield from block.splitlines()
    for block in blocks(text, "console"):
        yield from (line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ "))
    prose = BLOCK.sub("", text)
    yield from (it for it in re.findall(r"`([^`\n]+)`", prose) if it.split()[0] in PROGRAMS and " " in it)


def commands(text):
    """The words of each command."""
    for line in command_lines(text):
        for part in re.split(r"&&|\|\|?|;", line):
            words = shlex.split(part, comments=True)
            if words:
                yield words


def fault_of_click(words):
    """What a command of typer does not know."""
    program, *rest = words
    if not rest or rest[0].startswith("-"):
        return "" if rest in (["--help"], []) else f"{program} takes no {rest[0]}"
    command = APPS[program].commands.get(rest[0])
    if command is None:
        return f"{program} has no command {rest[0]}"
    known = {"--help", *(name for it in command.params for name in (*it.opts, *it.secondary_opts))}
    options = [it.partition("=")[0] for it in rest[1:] if it.startswith("-")]
    unknown = [] if (program, rest[0]) in OPEN else sorted(set(options) - known)
    return f"{program} {rest[0]} has no {unknown}" if unknown else ""


def fault_of_nbgrader(words, known, traits):
    """What a command of nbgrader does not know."""
    for length in (3, 2, 1):
        name = " ".join(words[1 : 1 + length])
        if name in known:
            break
    else:
        return f"nbgrader has no command {words[1:2]}"
    options = [it.partition("=")[0] for it in words[1 + length :] if it.startswith("--")]
    unknown = [it for it in options if it not in known[name] and it.removeprefix("--") not in traits]
    return f"nbgrader {name} has no {unknown}" if unknown else ""


def fault_of(words, nbgrader):
    """What is wrong with one command; empty where nothing is, or where it is none of ours."""
    if words[0] in APPS:
        return fault_of_click(words)
    if words[0] == "nbgrader":
        return fault_of_nbgrader(words, *nbgrader)
    if words[0] == "make":
        return "".join(f"the Makefile has no {it}" for it in words[1:] if it not in TARGETS)
    if words[:2] in (["python", "-m"], ["python3", "-m"]) and words[2].startswith(("chainrule", "proctor")):
        return "" if importlib.util.find_spec(words[2]) else f"there is no module {words[2]}"
    return ""


def anchor(heading):
    """The address of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def broken_links(path):
    """Relative links that lead nowhere."""
    for found in LINK.finditer(BLOCK.sub("", path.read_text(encoding="utf-8"))):
        target = (path.parent / found["path"]).resolve() if found["path"] else path
        text = target.read_text(encoding="utf-8") if found["heading"] and target.is_file() else ""
        headings = [anchor(it) for it in re.findall(r"^#+ (.*)$", text, re.MULTILINE)]
        if not target.exists() or (found["heading"] and found["heading"] not in headings):
            yield found.group()


def missing_paths(text):
    """Paths of the repository that a guide names, in blocks too, and that are not there."""
    new = set(NEW_FILE.findall(text))  # which the reader is asked to write
    found = {it.rstrip("./") for it in PATH.findall(text)}
    return sorted(it for it in found - new if not it.startswith(MADE) and "NN_" not in it and not (ROOT / it).exists())


def missing_imports(text):
    """What the Python of a guide imports of this project, and what is not there."""
    new = {it.removeprefix("lib/").removesuffix(".py").replace("/", ".") for it in NEW_FILE.findall(text)}
    nodes = (node for block in blocks(text, "python") for node in ast.walk(ast.parse(block)))
    for node in nodes:
        module = node.module if isinstance(node, ast.ImportFrom) else ""
        if module and module.split(".")[0] in ("chainrule", "proctor") and module not in new:
            yield from (f"{module}.{it.name}" for it in node.names if not is_there(module, it.name))


def is_there(module, name):
    """Whether a module can be imported and has this name, or a module of this name."""
    try:
        return hasattr(importlib.import_module(module), name) or bool(importlib.util.find_spec(f"{module}.{name}"))
    except ModuleNotFoundError:
        return False


def unknown_settings(text, traits):
    """Settings that neither nbgrader nor proctor's README knows."""
    own = set(re.findall(r"c\.(Proctor\.\w+)", (ROOT / "autograder" / "README.md").read_text(encoding="utf-8")))
    return {f"{it['owner']}.{it['name']}" for it in SETTING.finditer(text)} - own - traits


@pytest.fixture(scope="module")
def nbgrader():
    """The commands of nbgrader with their options, and its settings; importing it warns, so another process does."""
    command = [sys.executable, "-W", "ignore", "-c", NBGRADER]
    done = subprocess.run(command, cwd=ROOT / "tests", capture_output=True, text=True, check=True, timeout=120)
    known, traits = json.loads(done.stdout)
    return known, set(traits)


def test_there_is_a_guide_for_each_reader():
    assert list(GUIDES) == ["author", "instructor", "operations", "student"]


@pytest.mark.parametrize("guide", GUIDES)
class TestEachGuide:
    """What it names exists."""

    def test_it_is_linked_from_both_readmes(self, guide):
        for readme, address in (("README.md", f"course/guides/{guide}.md"), ("course/README.md", f"guides/{guide}.md")):
            assert f"]({address})" in (ROOT / readme).read_text(encoding="utf-8")

    def test_its_links_lead_somewhere(self, guide):
        assert list(broken_links(GUIDES[guide])) == []

    def test_its_commands_and_options_exist(self, guide, nbgrader):
        found = list(commands(text_of(guide)))

        assert [it for it in (fault_of(words, nbgrader) for words in found) if it] == []
        assert any(words[0] in PROGRAMS for words in found)

    def test_its_settings_exist(self, guide, nbgrader):
        assert unknown_settings(text_of(guide), nbgrader[1]) == set()

    def test_its_paths_exist(self, guide):
        assert missing_paths(text_of(guide)) == []

    def test_its_python_imports_what_there_is(self, guide):
        assert list(missing_imports(text_of(guide))) == []


def test_readmes_have_no_broken_links():
    assert [*broken_links(ROOT / "README.md"), *broken_links(ROOT / "course" / "README.md")] == []


def test_commands_of_the_readme_exist(nbgrader):
    found = list(commands((ROOT / "README.md").read_text(encoding="utf-8")))

    assert [it for it in (fault_of(words, nbgrader) for words in found) if it] == []


class TestTheRulesBite:
    """Each rule refuses a small wrong text."""

    @pytest.mark.parametrize(
        "line",
        [
            "chainrule bild 02",
            "proctor grade 02 --student ada --regrad",
            "proctor --grade",
            "nbgrader formgrader",
            "nbgrader collect 00_warmup --updat",
            "nbgrader collect 00_warmup --Exchange.rot=x",
            "nbgrader db assignment ad x",
            "make tea",
            "python -m chainrule.nowhere",
        ],
    )
    def test_a_wrong_command_is_found(self, line, nbgrader):
        assert [bool(fault_of(words, nbgrader)) for words in commands(f"```sh\n{line}\n```\n")] == [True]

    @pytest.mark.parametrize("link", ["[x](nowhere.md)", "[x](student.md#nowhere)", "[x](#nowhere)"])
    def test_a_broken_link_is_found(self, link, tmp_path):
        (tmp_path / "student.md").write_text("# Here\n", encoding="utf-8")
        (tmp_path / "x.md").write_text(f"# Here\n\n{link} [y](#here) [z](student.md#here)\n", encoding="utf-8")

        assert len(list(broken_links(tmp_path / "x.md"))) == 1

    def test_a_path_that_is_not_there_is_found(self):
        block = "```text\ncourse/units/99_none.py course/var/x lib/chainrule/cli.py\n```\n"
        text = f"In `lib/chainrule/nowhere.py` and\n{block}"

        assert missing_paths(text) == ["course/units/99_none.py", "lib/chainrule/nowhere.py"]

    @pytest.mark.parametrize(
        "line", ["from chainrule.nowhere import x", "from chainrule.nn.activations import x", "from chainrule import x"]
    )
    def test_an_import_of_what_is_not_there_is_found(self, line):
        assert len(list(missing_imports(f"```python\n{line}\nfrom chainrule.nn import layers\n```\n"))) == 1

    def test_an_unknown_setting_is_found(self, nbgrader):
        text = "c.Exchange.root = 1; c.Exchange.rot = 1; c.Proctor.strict = 1; c.Proctor.stern = 1"

        assert unknown_settings(text, nbgrader[1]) == {"Exchange.rot", "Proctor.stern"}


@pytest.fixture(scope="module")
def example():
    """The reference of author.md and the exercise declared of it, in modules that exist only here."""
    library, declaration, *_ = blocks(text_of("author"), "python")
    reference = types.ModuleType("smooth_of_the_guide")
    exec(compile(library, "smooth.py", "exec"), reference.__dict__)  # noqa: S102 - our own guide
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(activations, "softplus", reference.softplus, raising=False)
        patch.setitem(sys.modules, reference.__name__, reference)
        declared = types.ModuleType("softplus_of_the_guide")
        exec(compile(declaration, "softplus.py", "exec"), declared.__dict__)  # noqa: S102
        yield reference, declared.SOFTPLUS


class TestTheAuthorsExample:
    """The reference, the declaration and the cells of author.md are one exercise that holds."""

    def test_the_reference_has_an_example_that_holds(self, example):
        assert doctest.testmod(example[0]).attempted > 0
        assert doctest.testmod(example[0]).failed == 0

    def test_the_exercise_is_proved(self, example):
        """With the cells of the guide as its page."""
        cells = next(it for it in blocks(text_of("author"), "python") if "BEGIN SOLUTION" in it)
        page = " ".join(re.sub(r"^# ?", "", cells, flags=re.MULTILINE).split())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # numpy warns where a declared mistake overflows
            proof = verify_exercise(example[1], seeds=range(3), page=page)

        assert () == proof.problems
        assert 3 * len(example[1].mistakes) == proof.named

    @pytest.mark.parametrize(
        ("number", "place"), [(0, "nn/activations/smooth.py"), (1, "exercises/u02_activations/softplus.py")]
    )
    @pytest.mark.processes
    def test_ruff_has_nothing_to_say(self, number, place):
        """Sorted imports too, as the file would stand in the library."""
        command = [sys.executable, "-m", "ruff", "check", "--stdin-filename", ROOT / "lib" / "chainrule" / place, "-"]
        block = blocks(text_of("author"), "python")[number]
        done = subprocess.run(command, input=block, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

        assert done.stdout == "All checks passed!\n"

    def test_its_name_and_number_are_free(self, example):
        """The course itself has no such exercise, so the guide's lines can be added to it."""
        taken = {(it.name, it.number) for it in (*of_unit("02"), *questions_of("02"))}

        assert example[1].name not in {name for name, _ in taken}
        assert example[1].number not in {number for _, number in taken}

    def test_the_cells_are_those_of_the_exercise(self, example):
        exercise = example[1]
        cells = next(it for it in blocks(text_of("author"), "python") if "BEGIN SOLUTION" in it)

        assert f"### {exercise.section} ({exercise.points} points)" in cells
        assert [exercise.name, exercise.name] == re.findall(r'^# %% (?:answer|check)="(\w+)"$', cells, re.MULTILINE)

    def test_the_solution_in_the_cells_is_right(self, example):
        """It is one more right answer."""
        cells = next(it for it in blocks(text_of("author"), "python") if "BEGIN SOLUTION" in it)
        answer = re.search(r"^def softplus.*?(?=^# %%)", cells, re.MULTILINE | re.DOTALL).group()
        space = {"xp": np}
        exec(answer, space)  # noqa: S102
        reference, exercise = example
        for probe in exercise.probes(np.random.default_rng(5)):
            z = getattr(probe.args[0], "values", probe.args[0])

            assert space["softplus"](z) == pytest.approx(reference.softplus(z), rel=1e-6)
