"""Inputs made easier to learn from, with statistics of the training set alone.

- `scaling`: center and standardize every feature;
- `conditioning`: how unequal the curvatures of a linear fit are, and how many steps that costs;
- `directions`: principal components, and whitening along them.

Rows are examples, columns are features; a table holds at least one of each. float32 stays float32; integers, also
bytes, become float64 before anything is subtracted.
"""

from chainrule.nn.preprocessing.conditioning import condition_number, steps_needed
from chainrule.nn.preprocessing.directions import pca, reconstruct, whiten, zca
from chainrule.nn.preprocessing.scaling import center, standardize, standardize_split

__all__ = [
    "center",
    "condition_number",
    "pca",
    "reconstruct",
    "standardize",
    "standardize_split",
    "steps_needed",
    "whiten",
    "zca",
]
