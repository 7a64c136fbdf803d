"""Regularization: ways to train less well and to do better on new data.

- `penalties`: L2, L1 and elastic net, each with its gradient, and weight decay in the update;
- `sparsity`: the soft threshold, which makes exact zeros;
- `stopping`: early stopping with a copy of the best parameters;
- `ensembles`: the mean prediction of several models, and the twin of a network;
- `dropout`: random masks, dropout as it was first and as it is used, DropConnect;
- `normalization`: batch normalization for training and for testing;
- `paths`: stochastic depth, which leaves out whole layers;
- `pooling`: fractional max pooling.

Where a method is random, the function takes the mask or the increments, and `draw_mask` or
`pool_increments` draws them from a passed generator. All take NumPy or CuPy arrays, keep float32, promote
integers to float64, and leave their arguments as they were.
"""

from chainrule.nn.regularization.dropout import (
    classic_dropout,
    draw_mask,
    dropconnect_forward,
    dropout_backward,
    dropout_forward,
)
from chainrule.nn.regularization.ensembles import ensemble_predict, permute_hidden
from chainrule.nn.regularization.normalization import batchnorm_backward, batchnorm_forward, batchnorm_infer
from chainrule.nn.regularization.paths import stochastic_depth
from chainrule.nn.regularization.penalties import decay_step, elastic_net_penalty, l1_penalty, l2_penalty
from chainrule.nn.regularization.pooling import fractional_max_pool, pool_increments
from chainrule.nn.regularization.sparsity import soft_threshold
from chainrule.nn.regularization.stopping import EarlyStopping

__all__ = [
    "EarlyStopping",
    "batchnorm_backward",
    "batchnorm_forward",
    "batchnorm_infer",
    "classic_dropout",
    "decay_step",
    "draw_mask",
    "dropconnect_forward",
    "dropout_backward",
    "dropout_forward",
    "elastic_net_penalty",
    "ensemble_predict",
    "fractional_max_pool",
    "l1_penalty",
    "l2_penalty",
    "permute_hidden",
    "pool_increments",
    "soft_threshold",
    "stochastic_depth",
]
