"""A stand-in for CuPy: what would fail or wait on a GPU fails or is counted here, without one.

What you can do with this package:

- let it be what `import cupy` gives: `pretending`;
- count operations, waits and copies: `counting`, which gives `Counts`;
- tell its refusals from other errors: `DeviceError`;
- tell which versions it follows: `VERSIONS`.

Its arrays hold NumPy's numbers. It refuses what CuPy refuses: arrays of the host beside those of the
device, conversions that nobody asked for, names and keywords that CuPy does not have. The list of names
and keywords was recorded from CuPy itself by tests/support/record_surface.py.
"""

from chainrule.stand_in.counts import Counts, counting
from chainrule.stand_in.modules import pretending
from chainrule.stand_in.refusals import DeviceError
from chainrule.stand_in.surface import VERSIONS

__all__ = ["VERSIONS", "Counts", "DeviceError", "counting", "pretending"]
