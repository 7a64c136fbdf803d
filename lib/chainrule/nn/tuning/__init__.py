"""Tuning: from the first loss to one look at the test set.

What you can do with this package:

- check a network before it trains: `initial_loss_check`, `overfit_small_sample`, `find_learning_rate`;
- compare settings with short runs, and the best of them with longer ones: `coarse_grid`, `refine`;
- read loss curves: `diagnose_curves`;
- search: `sample_log_uniform`, `grid_search`, `random_search`; count what a search has tried: `distinct_per_axis`;
- pay for runs, and count the looks at the test set: `training_budget`, `sealed_test`.

A training run enters as a function: settings go in, a loss or an accuracy comes out. So everything here works
with any network, any trainer, and with saved results. Settings and scores are ordinary numbers on the host.
"""

from chainrule.nn.tuning.accounts import sealed_test, training_budget
from chainrule.nn.tuning.checks import find_learning_rate, initial_loss_check, overfit_small_sample
from chainrule.nn.tuning.curves import diagnose_curves
from chainrule.nn.tuning.grids import coarse_grid, refine
from chainrule.nn.tuning.search import distinct_per_axis, grid_search, random_search, sample_log_uniform

__all__ = [
    "coarse_grid",
    "diagnose_curves",
    "distinct_per_axis",
    "find_learning_rate",
    "grid_search",
    "initial_loss_check",
    "overfit_small_sample",
    "random_search",
    "refine",
    "sample_log_uniform",
    "sealed_test",
    "training_budget",
]
