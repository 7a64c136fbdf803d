"""Chain Rule: reference implementations, exercises that name the mistake, and experiments.

In a notebook::

    import chainrule
    xp = chainrule.use("auto")
    chainrule.check("relu", relu)
"""

from chainrule.backend import get_array_module, to_device, to_host, use
from chainrule.checks import check, grade

__all__ = ["check", "get_array_module", "grade", "to_device", "to_host", "use"]
