"""What a check needs of a question: its answer as a salted hash.

What you can do with this file:

- turn a question into a key that hides its answer: `question_key`, which gives a `QuestionKey`;
- write a number with the digits that count: `canonical`; with its neighbors in the last one: `neighbors`;
- hash what was written: `digest_of`.

The key holds a salted scrypt hash of the rounded answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chainrule.checking.declaring.question import Question

__all__ = ["QuestionKey", "canonical", "digest_of", "neighbors", "question_key"]


@dataclass(frozen=True)
class QuestionKey:
    """A question without its answer. `digest` is empty for a choice, which any hash would give away."""

    name: str
    unit: str
    section: str
    points: int
    digits: int
    choices: tuple[str, ...]
    salt: str
    digest: str


def question_key(question: Question) -> QuestionKey:
    """
    Hide the answer of a question.

    Parameters
    ----------
    question : Question
        A declaration.

    Returns
    -------
    QuestionKey
        Data for a student edition. The salt follows from the name, so that builds repeat.
    """
    salt = hashlib.sha256(f"{question.unit}/{question.name}".encode()).hexdigest()[:16]
    digest = "" if question.choices else digest_of(salt, canonical(question.answer, question.digits))
    return QuestionKey(
        question.name,
        question.unit,
        question.section,
        question.points,
        question.digits,
        question.choices,
        salt,
        digest,
    )


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
    return f"{float(number):.{digits - 1}e}"


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
