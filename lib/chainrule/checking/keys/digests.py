"""Hashes of answers: how a key knows a number without holding it.

What you can do with this file:

- write a number with the digits that count: `canonical`; with its neighbors in the last one: `neighbors`;
- write whatever counts as equal to it: `equals`;
- hash what was written: `digest_of`.
"""

from __future__ import annotations

import hashlib
from decimal import Context, Decimal
from typing import Any

__all__ = ["canonical", "digest_of", "equals", "neighbors"]

ALL_DIGITS = 12  # what remains of a whole number after a few products of floats


def canonical(number: Any, digits: int) -> str:
    """
    Write a number with the digits that count.

    Parameters
    ----------
    number : float
        Finite.
    digits : int
        How many significant digits count.

    Returns
    -------
    str
        One text for all numbers that round to the same.

    Examples
    --------
    >>> canonical(0.12345, 3)
    '1.23e-01'
    """
    return f"{float(number) + 0.0:.{digits - 1}e}"  # of -0.0 this makes 0.0


def neighbors(value: Any, digits: int) -> set[str]:
    """
    Write a number and its two neighbors in the last digit that counts.

    Parameters
    ----------
    value : float
        Finite.
    digits : int
        How many significant digits count.

    Returns
    -------
    set of str
        As `canonical` writes them.

    Examples
    --------
    >>> sorted(neighbors(1.5, 2))
    ['1.4e+00', '1.5e+00', '1.6e+00']
    """
    number = Decimal(canonical(value, digits))
    if not number:  # its neighbors would be the smallest numbers that there are
        return {canonical(0.0, digits)}
    of_so_many = Context(prec=digits)  # knows that the digits below 1.00 lie closer than those above
    return {canonical(it, digits) for it in (number.next_minus(of_so_many), number, number.next_plus(of_so_many))}


def equals(value: Any, digits: int, *, exact: bool) -> set[str]:
    """
    Write what a number may stand for: itself and its neighbors; only itself for a count or a single digit.

    Parameters
    ----------
    value : float
        Finite.
    digits : int
        How many significant digits count.
    exact : bool
        Whether the answer is a whole number all of whose digits count.

    Returns
    -------
    set of str
        As `canonical` writes them.

    Examples
    --------
    >>> equals(1074, 4, exact=True) & equals(1075, 4, exact=True)
    set()
    """
    if digits == 1:  # the neighbor of a single digit is another number: 7 is not 8
        return {canonical(value, digits)}
    return {canonical(value, ALL_DIGITS)} if exact else neighbors(value, digits)


def digest_of(salt: str, text: str) -> str:
    """
    Hash a text slowly.

    Parameters
    ----------
    salt : str
        What keeps equal answers of two questions apart.
    text : str
        As `canonical` writes it.

    Returns
    -------
    str
        32 hexadecimal digits.

    Examples
    --------
    >>> len(digest_of("salt", canonical(2, 3)))
    32
    """
    return hashlib.scrypt(text.encode(), salt=salt.encode(), n=2**13, r=8, p=1, dklen=16).hex()
