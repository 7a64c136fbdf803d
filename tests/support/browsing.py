"""Windows and servers for tests that look at pages as people do.

What you can do with this file:

- open a page in a window of some size: `window`, with `WIDE` or `NARROW`;
- serve a folder with JupyterLab: `served`;
- have axe-core examine a page, or parts of one: `severe`;
- wait for something outside of pages: `until`.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
import urllib.request

from axe_playwright_python.sync_playwright import Axe

from chainrule.lab import lab_command, write_settings

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
START_SECONDS, STEP_MILLISECONDS = 60, 60_000
PRIVATE = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "HOME")


@contextlib.contextmanager
def window(browser, size):
    """A page of its own, without cookies of others; it waits a minute for whatever is to appear."""
    context = browser.new_context(viewport=size)
    context.set_default_timeout(STEP_MILLISECONDS)
    try:
        yield context.new_page()
    finally:
        context.close()


@contextlib.contextmanager
def served(folder, own, *, instructor=False):
    """A server on a free port that keeps its files in a folder of its own; gives its address."""
    options = ["--no-browser", "--ServerApp.port=0", "--IdentityProvider.token=", "--allow-root"]
    write_settings(own / "settings")
    command, env = lab_command(folder, own / "settings", *options)
    for name in PRIVATE:
        (own / name).mkdir()
        env[name] = str(own / name)
    env |= {"JUPYTER_CONFIG_PATH": ""} if instructor else {}
    env.pop("NBGRADER_EXECUTION", None)
    with (own / "log.txt").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
    try:
        yield _address(process, own)
    finally:
        process.terminate()
        process.wait(20)


def severe(page, context=None):
    """What axe-core finds serious or critical, contrast and names of pictures and the rest of its rules."""
    found = Axe().run(page, context=context).response
    assert len(found["passes"]) > 5  # it did look
    return [
        f"{it['id']}: {it['nodes'][0]['html']:.300}"
        for it in found["violations"]
        if it["impact"] in ("serious", "critical")
    ]


def until(happened):
    """Wait until something happened that no page shows."""
    end = time.monotonic() + STEP_MILLISECONDS / 1000
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def _address(process, own):
    """The server's address, once it has written it down and answers there."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        for file in (own / "JUPYTER_RUNTIME_DIR").glob("jpserver-*.json"):
            with contextlib.suppress(json.JSONDecodeError, OSError):
                found = json.loads(file.read_text(encoding="utf-8"))["url"]
                with urllib.request.urlopen(f"{found}api", timeout=5):  # noqa: S310 - our own server
                    return found
        time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start:\n{(own / 'log.txt').read_text()[-3000:]}")
