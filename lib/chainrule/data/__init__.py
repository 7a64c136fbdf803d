"""Data that the course learns from.

What you can do with this package:

- get small handwritten digits without a network: `load_digits`;
- get the 70,000 digits of MNIST, from a network once: `load_mnist`;
- throw a thumbtack: `throw_thumbtack`;
- get the truth tables of logic gates: `load_gate`, `load_parity`;
- get the records of seven training runs that went wrong: `load_clinic`;
- get labeled points in the plane: `moons`, `spirals`.
"""

from chainrule.data.clinic import Record, load_clinic
from chainrule.data.digits import Digits, load_digits
from chainrule.data.gates import load_gate, load_parity
from chainrule.data.mnist import DataUnavailableError, Mnist, load_mnist
from chainrule.data.planar import moons, spirals
from chainrule.data.thumbtack import throw_thumbtack

__all__ = [
    "DataUnavailableError",
    "Digits",
    "Mnist",
    "Record",
    "load_clinic",
    "load_digits",
    "load_gate",
    "load_mnist",
    "load_parity",
    "moons",
    "spirals",
    "throw_thumbtack",
]
