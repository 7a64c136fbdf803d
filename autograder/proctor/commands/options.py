"""What the commands take: arguments and options that several of them share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AsJson", "CourseDir", "Name"]

Name = Annotated[str, typer.Argument(help="The assignment's name, such as ps1.")]
CourseDir = Annotated[Path, typer.Option(help="The course's folder, where nbgrader_config.py lies.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the facts as JSON.")]
