"""The activations on a GPU give what they give on the host, and stay there."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from chainrule import activations
from chainrule.backend import get_array_module, to_device, to_host

pytestmark = pytest.mark.needs("gpu")
OF_ONE_ARRAY = [name for name in activations.__all__ if not name.endswith("backward") and "maxout" not in name]
OF_ONE_ARRAY = [name for name in OF_ONE_ARRAY if not name.startswith("prelu")]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OF_ONE_ARRAY)
def test_device_agrees_with_host(name, dtype, rng):
    cupy = importlib.import_module("cupy")
    function, z = getattr(activations, name), rng.standard_normal((64, 32)).astype(dtype)
    found = function(to_device(z, cupy))

    assert get_array_module(found) is cupy
    assert dtype == found.dtype
    assert np.allclose(function(z), to_host(found), rtol=0, atol=20 * np.finfo(dtype).eps)
