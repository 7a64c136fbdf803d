"""What student code needs to compute on a GPU.

What you can do with this file:

- let it see the GPU of this machine: `with_gpu`.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

from proctor.errors import GraderError

if TYPE_CHECKING:
    from proctor.sandbox.policy import Fence

__all__ = ["with_gpu"]

DEVICES = Path("/dev")
CONTROL = "nvidiactl"
PATTERN = "nvidia*"


def with_gpu(fence: Fence, folder: Path = DEVICES) -> Fence:
    """
    Add the device files of the GPU and CuPy to what student code sees.

    The limit of addresses is lifted, since CUDA reserves more of them than any machine has memory.

    Parameters
    ----------
    fence : Fence
        What it sees without.
    folder : pathlib.Path
        Where the device files lie.

    Returns
    -------
    Fence
        With the GPU. What is set for the course stays.

    Raises
    ------
    GraderError
        There is no GPU, or CuPy is not installed.
    """
    if not (folder / CONTROL).exists():
        found = f"Expected the device file {folder / CONTROL} of an NVIDIA GPU for --device gpu, found none."
        raise GraderError(f"{found} Grade on the CPU: leave --device out.", slug="no-gpu")
    packages = sorted({it.name for it in distributions() if it.name.lower().startswith("cupy")})
    if not packages:
        raise GraderError(
            "Expected CuPy for --device gpu, found none installed. Install the environment of environment-gpu.yml, "
            "or grade on the CPU: leave --device out.",
            slug="no-gpu",
        )
    devices = sorted(str(path) for path in folder.glob(PATTERN) if not path.is_dir())
    return replace(
        fence,
        use=replace(fence.use, address_bytes=0),
        more=(*fence.more, *packages),
        devices=(*fence.devices, *devices),
    )
