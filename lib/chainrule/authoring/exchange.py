"""nbgrader's exchange for a course whose notebooks need a package beside them.

What you can do with this file:

- let nbgrader release the student edition too: `ReleaseWithEdition`, named in nbgrader_config.py.

`CourseDirectory.ignore` names the edition, so that a submitted copy is never collected or graded. The same setting
would leave it out of the release. The class takes it back for that one step, in the terminal and in formgrader alike.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeReleaseAssignment

__all__ = ["ReleaseWithEdition"]

EDITION = "chainrule"


class ReleaseWithEdition(ExchangeReleaseAssignment):
    """nbgrader's release of an assignment, with the student edition that lies beside the notebook."""

    def do_copy(self, src: str, dest: str, **options: Any) -> None:
        """Copy the release; without an edition there is nothing to release."""
        if not Path(src, EDITION, "__init__.py").is_file():
            self.fail(f"There is no student edition in {src}; build the unit first: chainrule build")
        ignored = self.coursedir.ignore
        self.coursedir.ignore = [it for it in ignored if it != EDITION]
        try:
            super().do_copy(src, dest, **options)
        finally:
            self.coursedir.ignore = ignored
