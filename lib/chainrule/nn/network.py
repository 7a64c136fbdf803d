"""A network: layers in a row, a loss on top, and all their numbers in one array.

What you can do with this file:

- put layers and a loss together, and use them: `Network`;
- see what a layer has to offer: `Layer`, and a loss: `Loss`;
- let a layer offer more, if that saves work: `StopsHere`, `Infers`.

The interface of a layer: a layer is any class with two methods and, if it learns, two dictionaries::

    class Scale:
        def __init__(self, size):
            self.params = {"s": np.ones(size)}        # what it learns
            self.grads = {}                           # filled by backward, under the same names

        def forward(self, x):
            self.x = x                                # keep what backward needs, and no more
            return x * self.params["s"]

        def backward(self, upstream):                 # upstream is dL/d(output)
            self.grads["s"] = (upstream * self.x).sum(axis=0)
            return upstream * self.params["s"]        # dL/dx

`forward` reads the parameters from `params` each time: a network moves their numbers into one long array, and
puts views of that array into `params` (and into every attribute that held the same array). Gradients that `backward`
puts into `grads` are copied to their place; a layer that has arrays in `grads` from the start gets views there, and
may fill these instead of making new arrays. `backward` is called after `forward`, and changes neither `upstream` nor
what `forward` kept. A layer without parameters, such as ReLU, needs no dictionaries. A loss has `forward(output, y)`,
which gives one number, and `backward()`, which gives dL/d(output).

One long array for all parameters, and one for all gradients, make an update of the whole network one operation
instead of one for each parameter. On a GPU, where starting an operation costs more than doing it, this saves a
third of the operations of a step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from chainrule.backend import Array, get_array_module

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Infers", "Layer", "Loss", "Network", "StopsHere"]


class Layer(Protocol):
    """What every layer can do. One that learns also has the dictionaries `params` and `grads`."""

    def forward(self, x: Array) -> Array:
        """Give the output for a batch, and keep what `backward` needs."""

    def backward(self, upstream: Array) -> Array:
        """Fill `grads`, and give the gradient with respect to the input of the last `forward`."""


class Loss(Protocol):
    """What is on top of a network."""

    def forward(self, output: Array, y: Array) -> Array:
        """Give the mean loss of a batch as one number, and keep what `backward` needs."""

    def backward(self) -> Array:
        """Give the gradient of that number with respect to `output`."""


@runtime_checkable
class StopsHere(Protocol):
    """A layer that can leave out the gradient of its input: nobody asks the first layer for it."""

    def parameter_gradients(self, upstream: Array) -> None:
        """Fill `grads`, as `backward` does, and nothing else."""


@runtime_checkable
class Infers(Protocol):
    """A layer that can give its output without keeping anything, or that works differently after training."""

    def infer(self, x: Array) -> Array:
        """Give the output for a batch."""


class Network:
    """
    Layers in a row and a loss on top.

    Attributes
    ----------
    layers : list of Layer
        From the input to the output.
    loss : Loss
        Compares the output with the labels.
    parameters : array of shape (P,)
        All parameters, one layer after the other. Each `layer.params[name]` is a view of a part of it.
    gradients : array of shape (P,)
        All gradients in the same order, filled by `backward`.

    Parameters
    ----------
    layers : sequence of Layer
        Each object once. Their parameters are copied in.
    loss : Loss
        What to minimize.
    dtype : dtype, optional
        Of all parameters; that of the first parameter when left out.

    Raises
    ------
    TypeError
        A layer has no `forward` or no `backward`, or its `params` is no dictionary that keeps what is put in.
    ValueError
        A layer is there twice.

    Notes
    -----
    To keep the best parameters, copy `parameters`; to go back to them, write `network.parameters[...] = best`.
    A deep copy of a network and one that was pickled share no memory with the original.
    """

    def __init__(self, layers: Sequence[Layer], loss: Loss, *, dtype: Any = None) -> None:
        self.layers = list(layers)
        self.loss = loss
        for number, layer in enumerate(self.layers):
            _examine(layer, number)
        if len({id(layer) for layer in self.layers}) < len(self.layers):
            raise ValueError("Expected each layer once, found one layer object twice; try to make another one.")
        held = [array for layer in self.layers for array in _dictionary(layer, "params").values()]
        xp = get_array_module(*held)
        dtype = xp.dtype(dtype or (held[0].dtype if held else xp.float32))
        size = sum(array.size for array in held)
        self.parameters = xp.empty(size, dtype=dtype)
        self.gradients = xp.zeros(size, dtype=dtype)
        self._slots = list(self._adopt())
        learning = [layer for layer in self.layers if _dictionary(layer, "params")]
        lowest = self.layers.index(learning[0]) if learning else len(self.layers)
        self._upper = self.layers[:lowest:-1]  # those above the lowest layer that learns, from the top
        self._lowest = [
            layer.parameter_gradients if isinstance(layer, StopsHere) else layer.backward for layer in learning[:1]
        ]

    def forward(self, x: Array) -> Array:
        """Give the output for a batch of shape (N, D), and keep what `backward` needs."""
        x = self._of_my_dtype(x)
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def infer(self, x: Array) -> Array:
        """Give the output for a batch as after training; layers that can keep nothing for `backward`."""
        x = self._of_my_dtype(x)
        for layer in self.layers:
            x = layer.infer(x) if isinstance(layer, Infers) else layer.forward(x)
        return x

    def predict(self, x: Array) -> Array:
        """Give the label with the largest output for each example, an array of shape (N,)."""
        return self.infer(x).argmax(axis=1)

    def evaluate(self, x: Array, y: Array) -> Array:
        """Give the mean loss over a batch as after training; `backward` needs a new `learn` or `forward` after it."""
        return self.loss.forward(self.infer(x), y)

    def backward(self) -> None:
        """
        Fill `gradients` with the gradient of the loss of the last batch.

        The way down ends at the lowest layer that learns: its input gradient is not computed where the layer
        can leave it out, which is a fifth to a third of the work of a step.
        """
        upstream = self.loss.backward()
        for layer in self._upper:
            upstream = layer.backward(upstream)
        for finish in self._lowest:
            finish(upstream)
        for layer, name, slot in self._slots:
            grads = layer.grads
            if type(grads) is not dict or grads.get(name) is not slot:  # a layer that makes new arrays
                slot[...] = _found_gradient(layer, name, slot)

    def learn(self, x: Array, y: Array) -> Array:
        """Run one batch forward and backward: gives the loss, and fills `gradients`."""
        value = self.loss.forward(self.forward(x), y)
        self.backward()
        return value

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle by putting the layers together again: copied views would belong to nobody."""
        return Network, (self.layers, self.loss)

    def _of_my_dtype(self, x: Array) -> Array:
        return x if x.dtype == self.parameters.dtype else x.astype(self.parameters.dtype)

    def _adopt(self) -> Iterator[tuple[Any, str, Array]]:
        """Copy every parameter into the long array, and give each layer views in its place."""
        start = 0
        for layer in self.layers:
            params, grads = list(_dictionary(layer, "params").items()), _dictionary(layer, "grads")
            if params and not hasattr(layer, "grads"):
                layer.grads = grads  # type: ignore[attr-defined]  # it may come to have gradients in backward
            for name, array in params:
                part = slice(start, start + array.size)
                view = self.parameters[part].reshape(array.shape)
                view[...] = array
                _put(layer, "params", name, view)
                slot = self.gradients[part].reshape(array.shape)
                if name in grads:
                    _put(layer, "grads", name, slot)
                yield layer, name, slot
                start += array.size


def _examine(layer: Layer, number: int) -> None:
    missing = [name for name in ("forward", "backward") if not callable(getattr(layer, name, None))]
    if missing:
        raise TypeError(
            f"Expected every layer to have forward and backward, found a {type(layer).__name__} as layer {number} "
            f"without {' and '.join(missing)}; is it an object of the class, not the class itself?"
        )


def _dictionary(layer: Layer, kind: str) -> dict[str, Array]:
    """`params` or `grads`; a layer that does not learn may go without."""
    found = getattr(layer, kind, {})
    if not isinstance(found, dict):
        raise TypeError(
            f"Expected {kind} of {type(layer).__name__} to be a dictionary such as {{'W': W}}, "
            f"found {type(found).__name__}."
        )
    return found


def _put(layer: Any, kind: str, name: str, view: Array) -> None:
    """Let a layer use a view from now on, under its name and in every attribute that held the same array."""
    before = _dictionary(layer, kind).get(name)
    _dictionary(layer, kind)[name] = view
    for attribute, value in list(getattr(layer, "__dict__", {}).items()):
        if value is before and before is not None:
            setattr(layer, attribute, view)
    if _dictionary(layer, kind).get(name) is not view:
        raise TypeError(
            f"Expected {kind} of {type(layer).__name__} to keep what is put in, found a dictionary made anew on "
            f"each look; try self.{kind} = {{...}} in __init__."
        )


def _found_gradient(layer: Any, name: str, slot: Array) -> Array:
    """What a layer's backward has put into its `grads`."""
    found = _dictionary(layer, "grads").get(name)
    if found is None or getattr(found, "shape", None) != slot.shape:
        what = "nothing" if found is None else f"shape {getattr(found, 'shape', ())}"
        raise ValueError(
            f"Expected backward of {type(layer).__name__} to put dL/d{name} of shape {slot.shape} into "
            f"grads[{name!r}], found {what}."
        )
    return found
