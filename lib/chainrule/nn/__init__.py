"""What the course teaches: functions, layers, networks and their training, for NumPy and CuPy arrays.

Notebooks import from here what earlier units have taught: `from chainrule.nn import layers, training`.
"""
