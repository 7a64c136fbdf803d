"""Data that the course learns from.

What you can do with this package:

- get small handwritten digits without a network: `load_digits`.
"""

from chainrule.data.digits import Digits, load_digits

__all__ = ["Digits", "load_digits"]
