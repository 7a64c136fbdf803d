"""What goes along with a call, and what comes back from one: objects that are there twice, functions of the test.

What you can do with this file:

- let an object that is among the arguments twice go out once: `shared_once`;
- put the test's own functions where their numbers came back: `with_functions`.

Theory of operation. Both sides number the mutable arguments in the order of `aliases.mutables`. What stands there
a second time goes out as a `Reference` to the first, so that the numbers agree and `a is b` stays true inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from proctor.inside.aliases import ATOMS, rebuilt
from proctor.inside.wire import Callback, Reference

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["shared_once", "with_functions"]


def shared_once(
    args: tuple[Any, ...], kwargs: dict[str, Any], originals: list[Any]
) -> tuple[list[Any], dict[str, Any]]:
    """
    Let an object that is among the arguments twice go out once.

    Parameters
    ----------
    args, kwargs : tuple and dict
        Of a call.
    originals : list
        What `aliases.mutables` found in them.

    Returns
    -------
    tuple of (list, dict)
        The same arguments with references; containers are copied where they hold any.
    """
    numbers = {id(it): number for number, it in enumerate(originals)}
    seen: set[int] = set()

    def once(value: Any) -> Any:
        if type(value) in ATOMS:
            return value
        if id(value) in seen:
            return Reference(numbers[id(value)])
        if id(value) in numbers:
            seen.add(id(value))  # before its entries: a list that holds itself would be walked without end
        return rebuilt(value, once)

    if not originals:  # of what cannot be changed nobody can tell whether it is there twice
        return list(args), kwargs
    return [once(it) for it in args], {name: once(it) for name, it in kwargs.items()}


def with_functions(value: Any, functions: Mapping[int, Callable[..., Any]]) -> Any:
    """
    Put the test's own functions where their numbers came back.

    Parameters
    ----------
    value : object
        What arrived.
    functions : mapping of int to callable
        What was sent and can still be called.

    Returns
    -------
    object
        The same; containers are copied where they hold any. Unknown numbers stay what they are.
    """
    if not functions or type(value) in ATOMS:
        return value
    if type(value) is Callback:
        return functions.get(value.number, value)
    return rebuilt(value, lambda entry: with_functions(entry, functions))
