"""Where this code runs: in a notebook, in IPython, or in plain Python.

What you can do with this file:

- get IPython's shell, if there is one: `current_shell`;
- ask whether a notebook shows the output: `in_notebook`;
- get the names that it has defined: `notebook_names`.

IPython is asked only where somebody has imported it already: its import costs more than a check.
"""

from __future__ import annotations

import sys
from typing import Any

__all__ = ["current_shell", "in_notebook", "notebook_names"]


def current_shell() -> Any:
    """
    Get the IPython shell that runs this code.

    Returns
    -------
    IPython.core.interactiveshell.InteractiveShell or None
        None in plain Python.

    Examples
    --------
    >>> current_shell() is None
    True
    """
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None


def in_notebook() -> bool:
    """
    Tell whether the output is shown by a notebook, which can show HTML.

    Returns
    -------
    bool
        False in a terminal, also in IPython's.

    Examples
    --------
    >>> in_notebook()
    False
    """
    return hasattr(current_shell(), "kernel")


def notebook_names() -> dict[str, Any]:
    """
    Give what the notebook, or else the main script, has defined.

    Returns
    -------
    dict of str to object
        A copy; changing it changes nothing.

    Examples
    --------
    >>> "sys" in notebook_names() or "sys" not in vars(sys.modules["__main__"])
    True
    """
    shell = current_shell()
    return dict(shell.user_ns) if shell else dict(vars(sys.modules["__main__"]))
