"""What passes its check is kept as a file that runs by itself; what fails changes no file."""

from __future__ import annotations

import subprocess
import sys

import pytest

import chainrule
from chainrule.desk import keeping, standing
from chainrule.desk.mine import Mine

RIGHT = "def relu(z):\n    return np.maximum(z, 0)"
WRONG = "def relu(z):\n    return np.maximum(z, 1)"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A notebook of unit 02 in a folder of its own; cells are run in it."""
    (tmp_path / "02_activations").mkdir()
    monkeypatch.chdir(tmp_path / "02_activations")
    monkeypatch.setenv("JPY_SESSION_NAME", "/some/where/02_activations.ipynb")
    names = {"In": [], "__name__": "__main__"}
    monkeypatch.setattr(keeping, "notebook_names", lambda: names)
    monkeypatch.setattr(standing, "notebook_names", lambda: names)
    standing.forget()

    def run(*cells):
        for cell in cells:
            names["In"].append(cell)
            exec(cell, names)  # noqa: S102 - our own texts
        if "relu" in names:
            chainrule.check("relu", names["relu"])
        chainrule.keep()
        return tmp_path / "mynn"

    yield run
    standing.forget()


def test_right_ones_are_kept_with_their_origin(desk, capsys):
    folder = desk("import numpy as np", RIGHT)
    text = (folder / "relu.py").read_text()

    assert text.startswith("# Kept by Chain Rule on 20")
    assert "from 02_activations.ipynb.\n# Exercise 2." in text
    assert text.endswith(f"import numpy as np\n\n\n{RIGHT}\n")
    assert "1 of 25 are kept in" in capsys.readouterr().out


@pytest.mark.processes
def test_they_run_in_a_python_that_knows_nothing_of_the_course(desk):
    folder = desk("import numpy as np", RIGHT)
    code = "from mynn import relu; import mynn; print(relu(-1.0), mynn.relu(2.0), relu is mynn.relu)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=True, timeout=60)

    assert "0.0 2.0 True" == done.stdout.strip()


def test_what_fails_is_told_and_the_earlier_one_stays(desk, capsys):
    folder = desk("import numpy as np", RIGHT)
    before = (folder / "relu.py").read_text()
    desk(WRONG)

    assert before == (folder / "relu.py").read_text()
    assert "the one that was kept before stays" in capsys.readouterr().out


def test_a_better_one_takes_its_place_and_an_equal_one_does_not(desk):
    path = desk("import numpy as np", RIGHT) / "relu.py"
    first = path.stat().st_ino
    desk(RIGHT)
    assert first == path.stat().st_ino
    desk("def relu(z):\n    return np.where(z > 0, z, 0)")

    assert "np.where" in path.read_text()


def test_what_needs_the_notebook_is_not_kept_and_told_why(desk, capsys):
    folder = desk("import numpy as np", "zero = np.zeros(())", "def relu(z):\n    return np.maximum(z, zero)")

    assert not (folder / "relu.py").exists()
    assert (
        "relu: relu uses zero, a value of type ndarray that only this notebook has. Pass it in"
        in capsys.readouterr().out
    )


def test_what_gives_something_else_alone_is_not_kept(desk, capsys):
    """The text of the cell is not what the name holds."""
    folder = desk("import numpy as np", RIGHT, "right = relu", WRONG, "relu = right")

    assert not (folder / "relu.py").exists()
    assert "relu: " in capsys.readouterr().out


def test_a_file_of_ones_own_is_left_alone(desk, capsys):
    folder = desk("import numpy as np")
    folder.mkdir(exist_ok=True)
    (folder / "__init__.py").write_text("")
    (folder / "relu.py").write_text("mine = 1\n")
    desk(RIGHT)

    assert "mine = 1\n" == (folder / "relu.py").read_text()
    assert "is a file of your own" in capsys.readouterr().out


def test_where_nothing_can_be_written_above_it_lies_beside(desk, tmp_path, monkeypatch):
    """Root may write everywhere, so a file stands in the way."""
    (tmp_path / "mynn").write_text("in the way")
    desk("import numpy as np", RIGHT)

    assert (tmp_path / "02_activations" / "mynn" / "relu.py").exists()


def test_where_nothing_can_be_written_at_all_one_sentence_says_so(desk, tmp_path, capsys):
    (tmp_path / "mynn").write_text("in the way")
    (tmp_path / "02_activations" / "mynn").write_text("in the way")
    desk("import numpy as np", RIGHT)

    assert "Nothing was kept: no folder mynn can be made above or in" in capsys.readouterr().out


def test_under_a_grader_nothing_is_kept(desk, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

    assert not desk("import numpy as np", RIGHT).exists()


def test_a_disk_that_is_full_leaves_the_earlier_one_and_no_rest(desk, monkeypatch, capsys):
    folder = desk("import numpy as np", RIGHT)
    before = sorted(it.name for it in folder.iterdir()), (folder / "relu.py").read_text()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping.os, "fdopen", full)
    desk("def relu(z):\n    return np.where(z > 0, z, 0)")

    assert before == (sorted(it.name for it in folder.iterdir()), (folder / "relu.py").read_text())
    assert "No space left on device" in capsys.readouterr().out


class TestMine:
    """One's own version, or the library's."""

    def test_ones_own_comes_first_and_a_new_one_is_read_again(self, desk):
        mine = Mine()
        desk("import numpy as np", RIGHT)
        first = mine.relu
        desk("def relu(z):\n    return np.where(z > 0, z, 0)")

        assert "mynn.relu" == first.__module__
        assert first is not mine.relu
        assert mine.relu is mine.relu

    def test_else_it_is_the_librarys(self, desk):
        from chainrule.nn.activations import tanh

        desk("import numpy as np", RIGHT)

        assert Mine().tanh is tanh

    def test_which_is_which_is_shown(self, desk):
        assert "Nothing of yours is kept yet" in repr(Mine())
        desk("import numpy as np", RIGHT)

        assert "relu: Kept by Chain Rule on 20" in repr(Mine())
        assert "All else comes from the library." in repr(Mine())

    def test_a_file_that_does_not_run_is_told_and_the_library_takes_its_place(self, desk):
        from chainrule.nn.activations import relu

        (desk("import numpy as np", RIGHT) / "relu.py").write_text("def relu(z:\n")
        with pytest.warns(UserWarning, match="relu.py does not run .SyntaxError"):
            assert Mine().relu is relu

    def test_a_name_that_neither_has_is_told(self, desk):
        desk("import numpy as np", RIGHT)
        with pytest.raises(AttributeError, match="There is no relo of yours"):
            getattr(Mine(), "relo")  # noqa: B009 - a look-up is what is tried

    def test_under_a_grader_all_is_the_librarys(self, desk, monkeypatch):
        from chainrule.nn.activations import relu

        desk("import numpy as np", RIGHT)
        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

        assert Mine().relu is relu
