"""`python -m proctor` is the command `proctor`."""

from __future__ import annotations

from proctor.commands.cli import app

__all__ = ["app"]

if __name__ == "__main__":
    app()
