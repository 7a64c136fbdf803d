"""A student's way through a release notebook in JupyterLab, as a person sees it."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import expect

from chainrule.authoring.building.notebook import notebook_text, read_notebook
from support.browsing import NARROW, WIDE, severe, until, window
from support.courses import cells_of

UNIT = "00_warmup"
MISTAKEN = "bernoulli_score"
# What the slider's picture needs, a mistake, and what the mistake makes wrong; all other answers are still stubs.
ANSWERED = ("bernoulli_log_likelihood", "vanishing_throws", MISTAKEN, "gradient_ascent", "ascent_error")
RUN_ALL_MILLISECONDS = 240_000  # seconds on a machine with nothing else to do
RIGHT_LINE = "return heads / theta - (flips - heads) / (1 - theta)"
WRONG_LINE = "return heads / theta + (flips - heads) / (1 - theta)"


@pytest.fixture(scope="module")
def desk(course, tmp_path_factory):
    """The unpacked release, a little of it answered, with one mistake."""
    folder = tmp_path_factory.mktemp("desk")
    home = shutil.copytree(course.release(UNIT), folder / UNIT)
    solved = cells_of(course.source(UNIT))
    notebook = read_notebook(home / f"{UNIT}.ipynb")
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in ANSWERED:
            cell["source"] = re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", solved[name]["source"])
            cell["source"] = cell["source"].replace(RIGHT_LINE, WRONG_LINE)
    (home / f"{UNIT}.ipynb").write_text(notebook_text(notebook), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def lab(jupyter, desk):
    """The address of JupyterLab on the desk."""
    return jupyter(desk)


@pytest.fixture(scope="module")
def notebook(browser, lab):
    """The notebook in JupyterLab, after Run All."""
    with window(browser, WIDE) as page:
        page.goto(f"{lab}lab/tree/{UNIT}/{UNIT}.ipynb?reset")
        expect(page.locator(".jp-StatusBar-Widget")).to_contain_text("(ipykernel) | Idle")  # connected, not only opened
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        expect(progress(page).locator("table")).to_be_visible(timeout=RUN_ALL_MILLISECONDS)
        expect(cell_with(page, "chainrule.keep()").locator(".jp-OutputArea")).to_contain_text("are kept in")
        yield page


def cell_with(page, words):
    """The first code cell whose input holds these words."""
    return page.locator(".jp-CodeCell").filter(has=page.locator(".jp-InputArea", has_text=words)).first


def progress(page):
    """The cell with the table of progress."""
    return cell_with(page, "chainrule.progress()")


def states(page):
    """From the name of an exercise to its state, as the table shows it."""
    rows = (
        progress(page).locator("tbody tr").evaluate_all("rows => rows.map(it => [...it.cells].map(c => c.textContent))")
    )
    return {name.strip(): told.strip().lstrip("✓✗•○ ") for _, name, _, told in rows}


@pytest.mark.timeout(200)
class TestStart:
    """JupyterLab's first page."""

    def test_no_news_and_nothing_for_instructors(self, page, lab):
        page.goto(f"{lab}lab?reset")
        expect(page.locator(".jp-Launcher")).to_be_visible()
        page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
        entries = page.locator(".lm-Menu .lm-Menu-itemLabel").all_inner_texts()

        assert [] == [it for it in entries if re.search("form|course|create", it, re.IGNORECASE)]
        assert "Assignment List" in entries
        expect(page.locator(".Toastify__toast")).to_have_count(0)

    def test_the_way_without_our_settings_shows_them(self, page, jupyter, desk):
        """What is switched off is there to be switched off."""
        page.goto(f"{jupyter(desk, instructor=True)}lab?reset")
        expect(page.locator(".jp-Launcher")).to_be_visible()
        page.get_by_role("menuitem", name="Nbgrader", exact=True).click()

        assert "Formgrader" in page.locator(".lm-Menu .lm-Menu-itemLabel").all_inner_texts()
        expect(page.locator(".Toastify__toast").first).to_be_visible()


@pytest.mark.timeout(600)
class TestNotebook:
    """Run All, a mistake, its mending, the slider, Validate; the tests follow a student's order."""

    def test_run_all_reaches_every_exercise(self, notebook, course):
        cells = cells_of(course.source(UNIT))
        checks = [name.removesuffix("-check") for name in cells if name.endswith("-check")]
        prompts = notebook.locator(".jp-CodeCell .jp-InputPrompt").all_inner_texts()

        assert set(checks) == set(states(notebook))
        assert "not yet tried" == states(notebook)[checks[-1]]
        assert [] == [it for it in prompts if it.strip() in ("[ ]:", "[*]:")]

    def test_what_passes_is_kept_above_the_notebook(self, notebook, desk):
        told = cell_with(notebook, "chainrule.keep()").locator(".jp-OutputArea").inner_text()
        kept = {it.stem for it in (desk / "mynn").glob("[a-z]*.py")}

        assert {"bernoulli_log_likelihood", "gradient_ascent"} == kept
        assert f"{MISTAKEN}: sign of the inner derivative." in told
        assert f"from {UNIT}.ipynb" in (desk / "mynn" / "gradient_ascent.py").read_text(encoding="utf-8")

    def test_axe_finds_nothing_serious_in_the_outputs(self, notebook):
        """
        What checks, pictures and the table of progress put on the page.

        Not ipywidgets' handles, and not the half pictures of cells that stopped, which matplotlib shows by itself.
        """
        ours = {"include": [".jp-OutputArea-output"], "exclude": [".noUi-handle", ".jp-RenderedImage img"]}

        assert [] == severe(notebook, ours)

    def test_a_mistake_is_named_and_mended(self, notebook):
        check = cell_with(notebook, f'chainrule.check("{MISTAKEN}"')
        expect(check.locator(".jp-OutputArea")).to_contain_text("sign of the inner derivative")
        expect(check.locator(".jp-OutputArea svg").first).to_be_attached()
        assert "wrong - sign of the inner derivative" == states(notebook)[MISTAKEN]

        answer = cell_with(notebook, f"def {MISTAKEN}")
        text = answer.locator(".cm-content")
        text.click()
        expect(text).to_be_focused()
        notebook.keyboard.press("Control+A")
        notebook.keyboard.insert_text(f"def {MISTAKEN}(theta, heads, flips):\n    {RIGHT_LINE}")
        expect(text).to_contain_text(RIGHT_LINE)
        notebook.keyboard.press("Shift+Enter")
        expect(check).to_have_class(re.compile("jp-mod-active"))
        notebook.keyboard.press("Shift+Enter")

        expect(check.locator(".jp-OutputArea")).to_contain_text(f"{MISTAKEN}: right on all")
        expect(progress(notebook).locator("tr", has_text=MISTAKEN)).to_contain_text("right")

    def test_the_slider_draws_anew(self, notebook):
        cell = cell_with(notebook, "interact(draw_climb")
        picture, before = cell.locator("img").first, cell.locator("img").first.get_attribute("src")
        cell.locator(".noUi-handle").first.focus()
        notebook.keyboard.press("ArrowRight")

        expect(cell.locator(".widget-readout")).to_have_text("0.00625")
        expect(picture).not_to_have_attribute("src", before)
        expect(cell.locator(".jp-OutputArea").last).to_contain_text("rate 0.00625")

    def test_validate_agrees_with_the_checks(self, notebook):
        left = {name for name, told in states(notebook).items() if told.startswith(("wrong", "not yet tried"))}
        notebook.get_by_text("Validate", exact=True).first.click()
        results = notebook.locator(".jp-Dialog", has_text="Validation Results")
        expect(results).to_be_visible()
        failed = set(re.findall(r'^chainrule\.check\("(\w+)"', results.inner_text(), re.MULTILINE))
        results.get_by_role("button").last.click()

        assert left == failed
        assert MISTAKEN not in failed


@pytest.mark.timeout(200)
def test_the_table_fits_a_narrow_window(notebook, browser, lab, desk):
    """In the page of a single notebook, which is what a telephone shows best."""
    notebook.get_by_role("menuitem", name="File", exact=True).click()
    notebook.get_by_text("Save Notebook", exact=True).click()
    until(lambda: "Your progress: " in (desk / UNIT / f"{UNIT}.ipynb").read_text(encoding="utf-8"))
    with window(browser, NARROW) as page:
        page.goto(f"{lab}notebooks/{UNIT}/{UNIT}.ipynb")
        panel = progress(page).locator(".jp-RenderedHTMLCommon > div").first
        expect(panel).to_be_visible()
        panel.scroll_into_view_if_needed()
        box = panel.bounding_box()

        assert box["x"] + box["width"] <= NARROW["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
