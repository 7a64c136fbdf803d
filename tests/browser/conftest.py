"""A browser and a Jupyter server for tests that look at pages as people do.

What you can do with this file:

- open a page: `page` in a wide window, `narrow_page` in a telephone's; `browser` opens more of them;
- start JupyterLab on a folder as students see it, on a free port: `jupyter(folder)`, which gives the server's address;
- start it as instructors do: `jupyter(folder, instructor=True)`;
- have a course with one unit built: `course`.

Debian's Chromium is used; Playwright downloads nothing. Tests wait for what they need to see, never for a time.
"""

from __future__ import annotations

import contextlib
import os
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from support.browsing import NARROW, STEP_MILLISECONDS, WIDE, served, window
from support.courses import built_copy

UNIT = "00_warmup"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items):
    """One worker runs all of them, so that only one browser runs at once."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.xdist_group("browser"))
            item.add_marker(pytest.mark.needs("chromium"))
            item.add_marker(pytest.mark.slow(group="browser"))


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium; started by root it takes no sandbox."""
    expect.set_options(timeout=STEP_MILLISECONDS)
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        yield launched
        launched.close()


@pytest.fixture
def page(browser):
    """A page in a wide window."""
    with window(browser, WIDE) as opened:
        yield opened


@pytest.fixture
def narrow_page(browser):
    """A page in a narrow window."""
    with window(browser, NARROW) as opened:
        yield opened


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A copy of the course with one unit built."""
    return built_copy(tmp_path_factory.mktemp("browser") / "course", (UNIT,))


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory):
    """Start JupyterLab on a folder; the server ends with the tests."""
    with contextlib.ExitStack() as running:
        yield lambda folder, **how: running.enter_context(served(folder, tmp_path_factory.mktemp("jupyter"), **how))
