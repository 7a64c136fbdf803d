"""What grading found beside points, kept for the class report: one file a student.

What you can do with this file:

- make a record of an assessment: `record_of`; keep it: `write_record`;
- read the records of a class: `read_records`; what a student's texts were: `texts_before`;
- leave out what passes for marked too early: `without_new_texts`.

The gradebook has no place for findings, time-outs, repairs and suspicions, so they lie beside it, in
`.proctor/results/ASSIGNMENT/STUDENT.json`. A record is written with the student's rows and before the journal says
that the student is done: whoever is killed in between is graded again, and the record is written again. A file that
is missing or damaged reads as no record; the report says how many students that concerns.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from proctor.course.state import state_folder, write_whole
from proctor.model import Ending, Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from proctor.course.nbgrader import Course
    from proctor.marks.assessment import Assessment
    from proctor.model import StudentResult

__all__ = [
    "QuestionRecord",
    "Record",
    "read_records",
    "record_of",
    "texts_before",
    "without_new_texts",
    "write_record",
]

VERSION = 1
MOST_NAME_BYTES = 200
MOST_CHARACTERS = 300


NOTED = ("slug", "title", "section", "fingerprint")


@dataclass(frozen=True)
class QuestionRecord:
    """
    What a test found in one answer.

    `slug`, `title` and `section` are those of the course's diagnosis; without one, `title` has the error's first
    line. All are empty for a right answer. `answered` is False where nothing was written. `fingerprint` is the course's
    name for what a wrong answer does, the same for equal ones.
    """

    notebook: str
    grade_id: str
    verified: bool = True
    slug: str = ""
    title: str = ""
    section: str = ""
    answered: bool = True
    fingerprint: str = ""


@dataclass(frozen=True)
class Record:
    """
    One student's record.

    `absent` names the notebooks that were missing or could not be read, `texts` has by notebook and name the digests
    of what a person marks, as they were when the notebook was read last.
    """

    student: str
    ending: Ending
    reason: str = ""
    questions: tuple[QuestionRecord, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    repairs: tuple[str, ...] = ()
    suspicions: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def record_of(
    found: Assessment, result: StudentResult, before: Mapping[str, Mapping[str, str]] | None = None
) -> Record:
    """
    Make a record of an assessment.

    Parameters
    ----------
    found : Assessment
        What a worker found.
    result : StudentResult
        What became of it.
    before : mapping of str to mapping of str to str, optional
        The texts of an earlier record, which stay for notebooks that are missing this time.

    Returns
    -------
    Record
        Without pictures and messages, which the autograded notebook has.
    """
    questions = []
    for notebook in (it for it in found.notebooks if it.marks is not None):
        for question in notebook.questions:
            note = notebook.notes.get(question.grade_id)
            words = {name: _line(note.get(name, "")) for name in NOTED} if note else {}
            words = words or {"title": _line(question.note)}
            questions.append(
                QuestionRecord(notebook.name, question.grade_id, question.verified, **words, answered=question.answered)
            )
    absent = tuple(it.name for it in found.notebooks if it.marks is None)
    texts = {**(before or {}), **{it.name: it.texts for it in found.notebooks if it.marks is not None}}
    more = (tuple(questions), found.troubles, found.repairs, found.suspicions, absent, texts)
    return Record(found.student, result.ending, result.reason, *more)


def without_new_texts(record: Record, before: Mapping[str, Mapping[str, str]]) -> Record:
    """
    Leave out the texts that are not as they were, for as long as the gradebook may still have marks of others.

    Parameters
    ----------
    record : Record
        With texts as they are.
    before : mapping of str to mapping of str to str
        Those of an earlier record.

    Returns
    -------
    Record
        Else the same.
    """
    known = {
        notebook: {name: digest for name, digest in own.items() if before.get(notebook, {}).get(name) == digest}
        for notebook, own in record.texts.items()
    }
    return replace(record, texts=known)


def _line(text: str) -> str:
    """The first line that says something."""
    return next((it.strip() for it in text.splitlines() if it.strip()), "")[:MOST_CHARACTERS]


def write_record(course: Course, assignment: str, record: Record) -> None:
    """
    Keep a record; its file appears whole or not at all.

    Parameters
    ----------
    course : Course
        The course.
    assignment : str
        Its name.
    record : Record
        Of one student; an earlier one is replaced.

    Raises
    ------
    GraderError
        The file cannot be written.
    """
    text = json.dumps({"version": VERSION, **asdict(record)})
    write_whole(_file(course, assignment, record.student), text.encode(errors="replace"))


def read_records(course: Course, assignment: str) -> dict[str, Record]:
    """
    Read the records of a class.

    Parameters
    ----------
    course : Course
        The course.
    assignment : str
        Its name.

    Returns
    -------
    dict of str to Record
        By student; whose file is missing or damaged is not in it.
    """
    folder = state_folder(course) / "results" / assignment
    paths = sorted(folder.glob("*.json")) if folder.is_dir() else ()
    return {it.student: it for path in paths if (it := _read(course, assignment, path))}


def texts_before(course: Course, assignment: str, student: str) -> Mapping[str, Mapping[str, str]]:
    """
    Read what a student's texts were when they were graded last.

    Parameters
    ----------
    course : Course
        The course.
    assignment, student : str
        Whose work of which assignment.

    Returns
    -------
    mapping of str to mapping of str to str
        Digests by notebook and name; empty where nothing is known.
    """
    record = _read(course, assignment, _file(course, assignment, student))
    return record.texts if record and record.student == student else {}


def _read(course: Course, assignment: str, path: Path) -> Record | None:
    """A record from its file, None where that is missing, damaged, or another student's."""
    with contextlib.suppress(Exception):  # whatever somebody has made of the file
        record = _record(json.loads(path.read_text(encoding="utf-8")))
        if path == _file(course, assignment, record.student):
            return record
    return None


def _file(course: Course, assignment: str, student: str) -> Path:
    long = len(student.encode(errors="replace")) > MOST_NAME_BYTES
    name = hashlib.sha256(student.encode(errors="replace")).hexdigest() if long else student
    return state_folder(course) / "results" / assignment / f"{name}.json"


def _record(facts: Any) -> Record:
    """A record from JSON; anything that is not as it was written raises."""
    if facts["version"] != VERSION:
        raise ValueError(f"version {facts['version']}")
    texts = {name: tuple(map(_text, facts[name])) for name in ("repairs", "suspicions", "absent")}
    questions = tuple(_question(it) for it in facts["questions"])
    troubles = tuple(Trouble(**{name: _text(value) for name, value in it.items()}) for it in facts["troubles"])
    ending = Ending(facts["ending"])
    marked = {
        _text(notebook): {_text(name): _text(digest) for name, digest in own.items()}
        for notebook, own in facts.get("texts", {}).items()  # an older proctor noted none
    }
    return Record(_text(facts["student"]), ending, _text(facts["reason"]), questions, troubles, **texts, texts=marked)


def _question(facts: dict[str, Any]) -> QuestionRecord:
    flags = {name: facts[name] for name in ("verified", "answered")}
    if not all(isinstance(it, bool) for it in flags.values()):
        raise TypeError(f"{flags} are neither true nor false")
    texts = {name: _text(value) for name, value in facts.items() if name not in flags}
    return QuestionRecord(**texts, **flags)  # type: ignore[arg-type] # a name too many or too few raises


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
