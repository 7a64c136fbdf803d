"""Slopes without calculus: of one output, of many outputs, and the test of a gradient by them."""

from chainrule.nn.numeric.checks import gradient_check
from chainrule.nn.numeric.gradients import numeric_gradient
from chainrule.nn.numeric.jacobians import jacobian

__all__ = ["gradient_check", "jacobian", "numeric_gradient"]
