"""Whether a test starts processes, as the interpreter itself tells.

What you can do with this file:

- see every start of a process from Python code so far: `SEEN`.
"""

from __future__ import annotations

import sys

EVENTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "os.exec"})
SEEN: list[str] = []


def _listen(event, args):
    if event in EVENTS:
        SEEN.append(f"{event} {args[0] if args else ''}".strip()[:80])


sys.addaudithook(_listen)
