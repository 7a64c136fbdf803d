"""Starting a program in bubblewrap, as an unprivileged user whoever started us.

What you can do with this file:

- say whether and how bubblewrap can be used here: `refusal`;
- start a program under a policy: `started`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from typing import Any

from proctor.errors import GraderError
from proctor.sandbox.policy import Policy, bubblewrap_arguments
from proctor.sandbox.stage import place_of

__all__ = ["INSTALL", "UNPRIVILEGED", "refusal", "started"]

UNPRIVILEGED = 64_500
INSTALL = "On Debian and Ubuntu: apt-get install bubblewrap; on Fedora: dnf install bubblewrap."
TRY_SECONDS = 20


@cache
def refusal() -> str:
    """
    Say why bubblewrap cannot be used here.

    Returns
    -------
    str
        One sentence with what to do about it; empty when it can be used.
    """
    if sys.platform != "linux":
        return "Student code is fenced by bubblewrap, which exists on Linux only."
    if shutil.which("bwrap") is None:
        return f"Student code is fenced by bubblewrap, and there is none. {INSTALL}"
    words = [
        "bwrap",
        "--unshare-user",
        "--unshare-pid",
        "--unshare-net",
        "--disable-userns",
        "--ro-bind",
        "/",
        "/",
        "--proc",
        "/proc",
        "true",
    ]
    try:
        _tried(words)
    except (OSError, subprocess.SubprocessError) as error:
        reason = getattr(error, "stderr", b"") or str(error).encode()
        last = " ".join(reason.decode(errors="replace").strip().splitlines()[-1:])
        hint = "The kernel may forbid user namespaces: sysctl kernel.apparmor_restrict_unprivileged_userns=0."
        return f"bubblewrap cannot start here ({last}). {hint}"
    return ""


def _tried(words: list[str]) -> None:
    # Root may do what the kernel refuses to the user who will start the sandbox.
    user = {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": []} if os.geteuid() == 0 else {}
    subprocess.run(words, check=True, capture_output=True, timeout=TRY_SECONDS, **user)  # type: ignore[call-overload] # noqa: S603


def started(policy: Policy, words: list[str], control: int, errors: Any) -> subprocess.Popen[bytes]:
    """
    Start a program under a policy.

    Parameters
    ----------
    policy : Policy
        What it sees.
    words : list of str
        Further arguments of the program.
    control : int
        A descriptor that it inherits.
    errors : file
        Where its stderr goes.

    Returns
    -------
    subprocess.Popen
        Of bubblewrap, which ends with the program and with this process.

    Raises
    ------
    GraderError
        There is no bubblewrap, or it cannot be used.
    """
    if found := refusal():
        raise GraderError(found, slug="bubblewrap")
    as_root = os.geteuid() == 0  # then some of it may lie where that other user cannot look, and is staged
    sources = sorted({str(path) for path in policy.shown.values()}) if as_root else []
    staged = {source: place_of(number) for number, source in enumerate(sources)}
    with contextlib.ExitStack() as stack:
        contents = {place: _open(stack, data) for place, data in policy.files.items()}
        command = [*bubblewrap_arguments(policy, staged=staged, contents=contents), *words]
        if as_root:
            order = {"sources": sources, "user": UNPRIVILEGED, "command": command}
            command = [sys.executable, "-m", "proctor.sandbox.stage", json.dumps(order)]
        descriptors = [control, *contents.values()]
        # The child has its own copies of the descriptors, under the numbers that stand in its arguments.
        return subprocess.Popen(  # noqa: S603 - our own program
            command, pass_fds=descriptors, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors
        )


def _open(stack: contextlib.ExitStack, data: bytes) -> int:
    """A descriptor from which some data can be read."""
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    file.write(data)
    file.seek(0)
    return file.fileno()
