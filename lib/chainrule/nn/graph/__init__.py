"""A computational graph that takes its own derivatives.

- `gates`: `Gate`, a forward rule with its local derivatives, and the table `GATES`;
- `node`: `Node`, a value that remembers where it came from, with `topological_order` and `backward`;
- `functions`: what nodes can go through besides + - * / @, such as `exp`, `maximum` or `sigmoid`;
- `collecting`: `total`, `mean` and `take`.

A graph costs little more than the layers of `chainrule.nn.layers`, and needs no derivative by hand: combine gates in
any way, and `backward` multiplies and adds their local derivatives in the right order.
"""

from chainrule.nn.graph.collecting import mean, take, total
from chainrule.nn.graph.functions import cross_entropy, exp, log, maximum, reciprocal, relu, sigmoid, tanh
from chainrule.nn.graph.gates import GATES, Gate
from chainrule.nn.graph.node import Node, apply_gate, topological_order

__all__ = [
    "GATES",
    "Gate",
    "Node",
    "apply_gate",
    "cross_entropy",
    "exp",
    "log",
    "maximum",
    "mean",
    "reciprocal",
    "relu",
    "sigmoid",
    "take",
    "tanh",
    "topological_order",
    "total",
]
