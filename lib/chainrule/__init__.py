"""Chain Rule: reference implementations, exercises that name the mistake, and experiments.

In a notebook::

    import chainrule
    xp = chainrule.use("auto")
    chainrule.check("relu", relu)
    chainrule.hint("relu")
    chainrule.progress()
    chainrule.keep()
"""

from chainrule.aliases import install
from chainrule.backend import get_array_module, to_device, to_host, use
from chainrule.desk.checks import check, grade
from chainrule.desk.hinting import hint
from chainrule.desk.keeping import keep
from chainrule.desk.mine import mine
from chainrule.desk.standing import progress

__all__ = ["check", "get_array_module", "grade", "hint", "keep", "mine", "progress", "to_device", "to_host", "use"]

install()
