"""`python -m chainrule.doctor`: the findings as plain lines, with the packages of a student alone."""

from __future__ import annotations

import sys
from pathlib import Path

from chainrule.doctor.examination import examine

__all__ = ()

if __name__ == "__main__":
    found = examine(Path.cwd())
    for condition in found:
        line = f"{condition.state:8} {condition.part}: {condition.sentence}"
        print(line.encode(sys.stdout.encoding, "replace").decode(sys.stdout.encoding))  # noqa: T201 - the report
    sys.exit(any(it.state == "missing" for it in found))
