"""Data that the course learns from.

What you can do with this package:

- get small handwritten digits without a network: `load_digits`;
- get the 70,000 digits of MNIST, from a network once: `load_mnist`;
- throw a thumbtack: `throw_thumbtack`.
"""

from chainrule.data.digits import Digits, load_digits
from chainrule.data.mnist import DataUnavailableError, Mnist, load_mnist
from chainrule.data.thumbtack import throw_thumbtack

__all__ = ["DataUnavailableError", "Digits", "Mnist", "load_digits", "load_mnist", "throw_thumbtack"]
