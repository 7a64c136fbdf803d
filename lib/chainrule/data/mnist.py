"""MNIST, 70,000 handwritten digits of 28 x 28 pixels, fetched once from OpenML and kept.

What you can do with this file:

- get the digits: `load_mnist`, which returns a `Mnist`;
- learn that they cannot be had: `DataUnavailableError`.

The download goes through scikit-learn's loader into a temporary folder. Only data whose checksum is right
is moved into the cache, in one step, so that a cut download or a killed process leaves nothing behind
that looks whole.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import tempfile
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DataUnavailableError", "Mnist", "load_mnist"]

OPENML_ID = 554  # mnist_784, version 1
OPENML_MD5 = "0298d579eb1b86163de7723944c7e495"  # of its ARFF file, as OpenML publishes it
RETRIES, DELAY_SECONDS, TIMEOUT_SECONDS = 2, 1.0, 30.0
BROKEN_FILE = (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error)


class DataUnavailableError(RuntimeError):
    """The data could not be fetched; the sentence says why, and what to use instead."""


@dataclass(frozen=True)
class Mnist:
    """Images as rows of 784 numbers from 0 to 1, and labels 0 to 9, in the usual two parts."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def load_mnist(*, folder: Path | str | None = None, checksum: str = OPENML_MD5) -> Mnist:
    """
    Load MNIST; the first call downloads about 15 MB and takes a minute or two, later calls read the cache.

    Parameters
    ----------
    folder : pathlib.Path or str, optional
        Where the cache lies; the folder "chainrule" in scikit-learn's data folder when left out.
    checksum : str
        MD5 sum that the downloaded file must have.

    Returns
    -------
    Mnist
        float32 images of shape (60000, 784) and (10000, 784), int64 labels.

    Raises
    ------
    DataUnavailableError
        There is no network, or what arrived is damaged.

    References
    ----------
    LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition (1998).

    Examples
    --------
    In a notebook with a network::

        mnist = load_mnist()
        first = mnist.x_train[0].reshape(28, 28)
    """
    home = Path(folder) if folder is not None else _usual_folder()
    kept = home / f"mnist-{checksum[:12]}.npz"
    found = _read(kept)
    if found is None:
        home.mkdir(parents=True, exist_ok=True)
        found = _download(kept, checksum)
    pixels, labels = found
    images = pixels.astype(np.float32) / np.float32(255)
    train = 6 * len(labels) // 7  # the first 60,000 of 70,000
    y = labels.astype(np.int64)
    return Mnist(images[:train], y[:train], images[train:], y[train:])


def _usual_folder() -> Path:
    from sklearn.datasets import get_data_home  # a second of import that most notebooks need not pay

    return Path(get_data_home()) / "chainrule"


def _read(kept: Path) -> tuple[np.ndarray, np.ndarray] | None:
    """What the cache holds; a damaged file counts as none, and its sums are checked while it is read."""
    try:
        with np.load(kept, allow_pickle=False) as arrays:
            return arrays["pixels"], arrays["labels"]
    except FileNotFoundError:
        return None
    except BROKEN_FILE:
        kept.unlink(missing_ok=True)
        return None


def _download(kept: Path, checksum: str) -> tuple[np.ndarray, np.ndarray]:
    print("MNIST is downloaded from openml.org, once. This takes a minute or two.")  # noqa: T201 - it looks stuck else
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix="download-") as part:
        pixels, labels = _fetched(part, checksum)
        whole = Path(part) / kept.name
        np.savez_compressed(whole, pixels=pixels, labels=labels)
        os.replace(whole, kept)  # noqa: PTH105 - one step, and it replaces on Windows too
    return pixels, labels


def _fetched(part: str, checksum: str) -> tuple[np.ndarray, np.ndarray]:
    """Pixels and labels as bytes, from a file with the right checksum."""
    from sklearn.datasets import fetch_openml

    instead = "use chainrule.data.load_digits(rng), which needs no network"
    try:
        with _patience(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of each retry; what counts is said below
            bunch = fetch_openml(
                data_id=OPENML_ID,
                data_home=part,
                as_frame=False,
                parser="liac-arff",  # the other one needs pandas
                n_retries=RETRIES,
                delay=DELAY_SECONDS,
            )
    except (OSError, http.client.HTTPException) as error:
        reason = f"{type(error).__name__}: {error}"
        raise DataUnavailableError(f"MNIST could not be fetched from openml.org ({reason}); {instead}.") from error
    except (ValueError, KeyError, TypeError, EOFError, zlib.error) as error:
        raise DataUnavailableError(f"MNIST arrived damaged from openml.org; try again later, or {instead}.") from error
    found = bunch.details.get("md5_checksum")  # scikit-learn has compared the file with this sum
    if found != checksum:
        raise DataUnavailableError(
            f"MNIST from openml.org is another file than expected (checksum {found}, not {checksum}); {instead}."
        )
    return bunch.data.astype(np.uint8), bunch.target.astype(np.uint8)


@contextlib.contextmanager
def _patience() -> Iterator[None]:
    """Give up on a silent server: scikit-learn sets no time limit of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT_SECONDS)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
