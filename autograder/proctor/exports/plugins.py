"""The same files as plugins of `nbgrader export`.

What you can do with this file: name one of its classes to nbgrader, as in
`nbgrader export --exporter=proctor.exports.plugins.CanvasExportPlugin --to=canvas.csv --assignment='["ps1"]'`.
Without `--assignment` all assignments are in the file.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Unicode

from proctor.course.nbgrader import find_course
from proctor.course.roster import read_roster
from proctor.errors import ProctorError
from proctor.exports.formats import Choice, exported
from proctor.exports.notes import notes_of
from proctor.gradebook import read_roll

if TYPE_CHECKING:
    from typing import ClassVar

    import sqlalchemy as sa

    from proctor.exports.formats import Notes

__all__ = ["BrightspaceExportPlugin", "CanvasExportPlugin", "CsvExportPlugin", "MoodleExportPlugin"]


class _Plugin(ExportPlugin):  # type: ignore[misc] # nbgrader has no types
    """What the plugins share; `format` is one of `proctor.exports.FORMATS`."""

    format: ClassVar[str]
    roster = Unicode("", help="a roster file, for what the gradebook has no place for").tag(config=True)
    zeros = Bool(default_value=False, help="give 0 to who handed nothing in").tag(config=True)
    unfinished = Bool(default_value=False, help="also scores to which a person has still to add").tag(config=True)

    def export(self, gradebook: Any) -> None:
        """Write the file; nbgrader calls this with its own gradebook."""
        names = [str(it) for it in self.assignment] or [it.name for it in gradebook.assignments]
        connection: sa.Connection = gradebook.db.connection()
        rolls = [read_roll(connection, it) for it in names]
        roster = read_roster(Path(self.roster)).by_id if self.roster else {}
        choice = Choice(tuple(str(it) for it in self.student), zeros=self.zeros, unfinished=self.unfinished)
        notes: Notes = {}
        unknown: dict[str, str] = {}
        with contextlib.suppress(ProctorError):  # started elsewhere than in the course
            notes, unknown = notes_of(find_course(Path.cwd()), rolls)
        found = exported(self.format, rolls, roster, choice, notes, failed=unknown)
        target = Path(self.to or f"{self.format}.csv")
        target.write_text(found.text, encoding="utf-8", newline="")
        self.log.info("Exported %d students to %s", found.count, target)
        for student, words in found.failed.items():
            self.log.error("%s is not in the file. %s", student, words)
        for words, students in (("unfinished", found.unfinished), ("absent", found.absent), ("odd", found.odd)):
            if students:
                self.log.warning("%d students are %s: %s", len(students), words, ", ".join(students[:10]))


class CanvasExportPlugin(_Plugin):
    """For Canvas's gradebook."""

    format = "canvas"


class MoodleExportPlugin(_Plugin):
    """For Moodle's grade import."""

    format = "moodle"


class BrightspaceExportPlugin(_Plugin):
    """For Brightspace's grade import."""

    format = "brightspace"


class CsvExportPlugin(_Plugin):
    """The columns of nbgrader's own export, with no formula in any cell."""

    format = "csv"
