"""Finding the programs that belong to this Python.

What you can do with this file:

- get an environment in which they come first: `environment`.

nbgrader starts `alembic` by its bare name, and a Jupyter server its kernels; both lie beside the Python
that runs now, which need not be on the PATH.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

__all__ = ["environment"]


def environment(**more: str) -> dict[str, str]:
    """
    Copy the environment with this Python's own folder first on the PATH.

    Parameters
    ----------
    **more : str
        Further variables.

    Returns
    -------
    dict of str to str
        For a child process, or to update `os.environ`.

    Examples
    --------
    >>> environment(MPLBACKEND="agg")["MPLBACKEND"]
    'agg'
    """
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, **more}
