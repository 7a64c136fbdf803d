"""Data that the course learns from.

What you can do with this package:

- get small handwritten digits without a network: `load_digits`;
- get the truth tables of logic gates: `load_gate`, `load_parity`.
"""

from chainrule.data.digits import Digits, load_digits
from chainrule.data.gates import load_gate, load_parity

__all__ = ["Digits", "load_digits", "load_gate", "load_parity"]
