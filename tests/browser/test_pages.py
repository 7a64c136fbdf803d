"""Feedback and class report in a browser: nothing that students wrote acts, and everybody can read them."""

from __future__ import annotations

import pytest

from support.browsing import NARROW, WIDE, severe, window
from support.hostile_class import CLASS, EVIL_NAME, graded_class

pytestmark = [pytest.mark.needs("bwrap"), pytest.mark.timeout(600)]
UNREADABLE = "gus"  # handed in what is no notebook


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages of the hostile class, by what they are."""
    root = graded_class(tmp_path_factory.mktemp("class"))
    found = {name: root / "feedback" / name / "hw1" / "one.html" for name in CLASS if name != UNREADABLE}
    return found | {"report": next((root / "reports").rglob("*.html"))}


NAMES = ["report", *(name for name in CLASS if name != UNREADABLE)]


class Watched:
    """A page and what it does on its own."""

    def __init__(self, page, path):
        self.page, self.dialogs, self.requests, self.errors = page, [], [], []
        page.on("dialog", lambda it: (self.dialogs.append(it.message), it.dismiss()))
        page.on("request", lambda it: self.requests.append(it.url))
        page.on("pageerror", lambda it: self.errors.append(str(it)))
        page.goto(path.as_uri())


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def opened(request, browser, pages):
    """Open a page in a window of either size."""
    with window(browser, request.param) as page:
        yield lambda name: Watched(page, pages[name])


@pytest.mark.parametrize("name", NAMES, ids=lambda it: "evil" if it == EVIL_NAME else it)
class TestEveryPage:
    """Of every student, and of the class."""

    def test_nothing_acts_and_nothing_is_fetched(self, opened, pages, name):
        watched = opened(name)
        for place in watched.page.locator("a, summary, img, svg, pre").all():
            place.dispatch_event("mouseover")

        assert (watched.dialogs, watched.errors) == ([], [])
        assert watched.requests == [pages[name].as_uri()]
        assert watched.page.locator("script").count() == 0

    def test_it_fits_the_window(self, opened, name):
        page = opened(name).page

        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    def test_axe_finds_nothing_serious(self, opened, name):
        assert severe(opened(name).page) == []


def test_a_page_tells_score_and_diagnosis(page, pages):
    page.goto(pages["bob"].as_uri())

    assert "half of what it should be" in page.inner_text("body")
    assert page.title()


def test_the_keyboard_reaches_what_can_be_opened(page, pages):
    """Tab goes through links and foldings in the order of the page."""
    page.goto(pages["report"].as_uri())
    wanted = page.locator("a[href]:visible, summary:visible").count()
    seen = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.getBoundingClientRect().top + window.scrollY"))

    assert wanted > 0
    assert seen == sorted(seen)
