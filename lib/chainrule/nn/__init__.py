"""What the course teaches: functions, layers, networks and their training, for NumPy and CuPy arrays.

Notebooks import from here what earlier units have taught: `from chainrule.nn import layers, training`.

What every function takes, gives and refuses is written once, in course/notation.md under "Rules"; a docstring says
what is particular. So arrays hold real numbers: float32 stays float32, integers and booleans become float64, and
anything else is a TypeError.
"""
