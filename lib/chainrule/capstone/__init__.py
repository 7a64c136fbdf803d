"""The network that a student hands in: its file, its forward pass, and the digits to train it on.

- `form`: what a capstone is, `read_capstone` and `Capstone`, the limits `BUDGETS` and `ACTIVATIONS`, and `VARIATIONS`;
- `file`: `save_capstone`, `load_capstone` and `hand_in`;
- `digits`: `capstone_digits`, `capstone_mnist`;
- `turning`: `turn_images`.
"""

from chainrule.capstone.digits import CapstoneDigits, capstone_digits, capstone_mnist
from chainrule.capstone.file import hand_in, load_capstone, save_capstone
from chainrule.capstone.form import ACTIVATIONS, BUDGETS, VARIATIONS, Capstone, CapstoneError, read_capstone
from chainrule.capstone.turning import turn_images

__all__ = [
    "ACTIVATIONS",
    "BUDGETS",
    "VARIATIONS",
    "Capstone",
    "CapstoneDigits",
    "CapstoneError",
    "capstone_digits",
    "capstone_mnist",
    "hand_in",
    "load_capstone",
    "read_capstone",
    "save_capstone",
    "turn_images",
]
