"""The course's figures: one look, colors that the color-blind can tell apart, a text for each figure.

What you can do with this package:

- switch the look on: `use_style`;
- draw curves: `curves`, `with_slope`, and a student's curve over the right one: `yours_over_right`;
- draw a table of shares as colors: `heatmap`, and numbers as bars: `bars`;
- draw points with two features by their labels: `scatter`;
- draw the steps of a search over two weights: `path`;
- draw gates with values and gradients on their wires: `circuit`; rows of small images: `image_rows`;
- give a figure its text alternative and show it: `describe`;
- put sliders above a picture: `interact`.

Helpers draw into an `Axes`, make one where none is passed, return it and show nothing; only `describe`
shows, since the text must travel with the picture. Arrays on a device are moved to the host first.
"""

from chainrule.plotting.circuits import circuit
from chainrule.plotting.lines import curves, with_slope, yours_over_right
from chainrule.plotting.pictures import image_rows
from chainrule.plotting.points import scatter
from chainrule.plotting.search import path
from chainrule.plotting.sliders import interact
from chainrule.plotting.style import describe, use_style
from chainrule.plotting.tables import bars, heatmap

__all__ = [
    "bars",
    "circuit",
    "curves",
    "describe",
    "heatmap",
    "image_rows",
    "interact",
    "path",
    "scatter",
    "use_style",
    "with_slope",
    "yours_over_right",
]
