"""Data that the course learns from.

What you can do with this package:

- get small handwritten digits without a network: `load_digits`;
- get labelled points in the plane: `moons`, `spirals`.
"""

from chainrule.data.digits import Digits, load_digits
from chainrule.data.planar import moons, spirals

__all__ = ["Digits", "load_digits", "moons", "spirals"]
