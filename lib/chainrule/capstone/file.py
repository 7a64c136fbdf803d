"""A capstone as a file: plain arrays, no pickle.

What you can do with this file:

- write a network that is within the rules: `save_capstone`;
- read it back: `load_capstone`;
- read it for the check, which tells what is wrong with it: `hand_in`.

Reading never runs anything that the file holds, and looks at the sizes before it takes memory.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np

from chainrule.capstone.form import CapstoneError, read_capstone

__all__ = ["hand_in", "load_capstone", "save_capstone"]

MOST_BYTES = 2_000_000
MOST_ENTRIES = 64
SUFFIX = ".npz"


def save_capstone(path: Path | str, packed: dict[str, Any]) -> None:
    """
    Write a network into a file, if it is within the rules.

    Parameters
    ----------
    path : pathlib.Path or str
        Such as "capstone.npz"; an older file is replaced.
    packed : dict
        What `pack_capstone` of Unit 07 returns.

    Raises
    ------
    CapstoneError
        The network breaks a rule; nothing is written.

    References
    ----------
    Harris et al., Array programming with NumPy, Nature 585 (2020).

    Examples
    --------
    >>> import tempfile
    >>> data = {"sizes": [64, 10], "activations": [], "W1": np.zeros((64, 10)), "b1": np.ones(10)}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_capstone(f"{folder}/capstone.npz", data)
    ...     sorted(load_capstone(f"{folder}/capstone.npz"))
    ['W1', 'activations', 'b1', 'sizes']
    """
    if Path(path).suffix != SUFFIX:
        raise CapstoneError(f"Expected a file name that ends with {SUFFIX}, found {Path(path).name!r}.")
    read_capstone(packed)
    with Path(path).open("wb") as file:
        np.savez(file, **packed)


def load_capstone(path: Path | str | IO[bytes]) -> dict[str, Any]:
    """
    Read a file into plain lists and arrays; whether they make a network is for `read_capstone` to say.

    Parameters
    ----------
    path : pathlib.Path, str or binary file
        Such as "capstone.npz".

    Returns
    -------
    dict
        "sizes", a list of int; "activations", a list of str; arrays under the names of the file.

    Raises
    ------
    CapstoneError
        There is no such file, it is no archive of plain arrays, or it is too large.

    References
    ----------
    Harris et al., Array programming with NumPy, Nature 585 (2020).

    Examples
    --------
    >>> load_capstone("nowhere.npz")
    Traceback (most recent call last):
    chainrule.capstone.form.CapstoneError: There is no file nowhere.npz here; run the cell that saves it.
    """
    name = Path(path).name if isinstance(path, (str, Path)) else "the file"
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_large(archive, name)
        if not isinstance(path, (str, Path)):  # an open file has been read to its list of entries
            path.seek(0)
        with np.load(path, allow_pickle=False) as arrays:
            found = {key: _plain(arrays[key]) for key in arrays.files}
    except FileNotFoundError as error:
        raise CapstoneError(f"There is no file {name} here; run the cell that saves it.") from error
    except CapstoneError:
        raise
    except Exception as error:  # a damaged archive fails in many ways, and all mean the same
        told = f"{type(error).__name__}: {error}"
        raise CapstoneError(
            f"Expected plain arrays written by save_capstone in {name}, found none ({told})."
        ) from error
    return found


def hand_in(path: Path | str | IO[bytes]) -> dict[str, Any]:
    """
    Read a file for the check: what is wrong with it becomes part of the data.

    Parameters
    ----------
    path : pathlib.Path, str or binary file
        Such as "capstone.npz".

    Returns
    -------
    dict
        What `load_capstone` returns, or the one entry "problem" with a sentence.

    References
    ----------
    Harris et al., Array programming with NumPy, Nature 585 (2020).

    Examples
    --------
    >>> hand_in("nowhere.npz")
    {'problem': 'There is no file nowhere.npz here; run the cell that saves it.'}
    """
    try:
        return load_capstone(path)
    except CapstoneError as error:
        return {"problem": str(error)}


def _refuse_large(archive: zipfile.ZipFile, name: str) -> None:
    """Look at the sizes that the archive declares; reading stops there, whatever is packed in."""
    entries = archive.infolist()
    total = sum(it.file_size for it in entries)
    if total > MOST_BYTES or len(entries) > MOST_ENTRIES:
        raise CapstoneError(
            f"Expected at most {MOST_BYTES:,} bytes in {MOST_ENTRIES} arrays in {name}, "
            f"found {total:,} in {len(entries)}."
        )


def _plain(array: Any) -> Any:
    """Lists for the short entries, so that texts and whole numbers are plain data."""
    if not isinstance(array, np.ndarray):  # NumPy gives the bytes of a file in the archive that is no array
        raise TypeError("an entry is no array")  # told as all other damage
    short = array.ndim == 1 and (array.dtype.kind in "Uiu" or array.size == 0)
    return array.tolist() if short else array
