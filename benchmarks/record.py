"""What every benchmark writes down: its figures, when, and on which machine.

What you can do with this file:

- write figures to benchmarks/results/NAME.json: `record`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["record"]

RESULTS = Path(__file__).resolve().parent / "results"


def record(name: str, figures: Mapping[str, object]) -> None:
    """
    Write figures with the date and the machine.

    Parameters
    ----------
    name : str
        The benchmark.
    figures : mapping
        JSON values, units in their names.
    """
    facts = {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        **figures,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
