"""Pictures that a slider changes.

What you can do with this file:

- put sliders above a picture: `interact`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["interact"]


def interact(draw: Callable[..., Any], **sliders: Any) -> None:
    """
    Draw a picture, and draw it anew whenever somebody moves a slider.

    Where nbgrader runs the notebook, for Validate or to grade it, nobody can: then the picture is drawn once, as the
    sliders stand, and no widget is made. Without a browser, the process that runs a notebook may miss the kernel's
    answer to a cell with such a widget, and waits for nothing until the time for the cell is over.

    Parameters
    ----------
    draw : callable
        Takes the values of the sliders by name.
    **sliders : ipywidgets widgets
        One for each parameter, or `ipywidgets.fixed`.

    References
    ----------
    ipywidgets, Using Interact, https://ipywidgets.readthedocs.io.

    Examples
    --------
    >>> from unittest import mock
    >>> from ipywidgets import FloatSlider
    >>> with mock.patch.dict(os.environ, NBGRADER_EXECUTION="validate"):
    ...     interact(lambda rate: print("drawn at", rate), rate=FloatSlider(value=0.5))
    drawn at 0.5
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        draw(**{name: slider.value for name, slider in sliders.items()})
        return
    import ipywidgets

    ipywidgets.interact(draw, **sliders)
