"""What several mistakes say in the same words stands once."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from chainrule.exercises import UNITS, of_unit, sentences

FOLDER = Path(sentences.__file__).parent


def texts(file):
    """The string literals of a file."""
    return [it.value for it in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(it, ast.Constant)]


def test_no_sentence_to_students_is_written_twice():
    told = {it.explanation for unit in UNITS for exercise in of_unit(unit) for it in exercise.mistakes.values()}
    written = Counter(text for file in FOLDER.rglob("*.py") for text in texts(file) if text in told)

    assert [text for text, times in written.items() if times > 1] == []
    assert len(written) > 500


def test_every_shared_sentence_is_used_more_than_once():
    code = "".join(file.read_text(encoding="utf-8") for file in FOLDER.rglob("*.py"))

    assert [name for name in sentences.__all__ if code.count(f"sentences.{name}") < 2] == []
