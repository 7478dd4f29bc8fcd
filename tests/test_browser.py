"""The report in a browser, by clicks and keys: headless Chromium, pages opened as files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline import engine, reporting
from pipeline.report import pages
from pipeline.settings import Settings
from pipeline.store import browse
from tests.made_history import changed, past, replace_past

ROOT = Path(__file__).parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
QUIET = [
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("inline"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, make_story: Callable[..., str]) -> Path:
    """Write the report of the seeds and of 120 stories, one of them hostile."""
    desk = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "raw", desk / "raw")
    attack = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    feed = [
        {"text": make_story(n, 3), "title": f"Crème brûlée No {n}", "source": f"paper-{n % 3}.test"}
        for n in range(120)
    ]
    feed.append({"text": f"{attack}\n\n{make_story(200)}", "title": attack, "source": attack})
    (desk / "raw" / "feed.jsonl").write_text("\n".join(map(json.dumps, feed)))
    engine.ingest(desk / "raw", desk / "clean", Settings())
    rows, runs = past({f"paper-{n}.test": np.full(40, 20.0) for n in range(3)})
    replace_past(desk / "clean", changed(rows, "paper-1.test", 38, 40, with_title=0.0), runs)
    reporting.report(desk / "clean", desk / "report")
    return desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start Chromium once."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """Open a page that fails the test when the browser complains, or asks anything of a network."""
    context = browser.new_context(viewport={"width": 1100, "height": 800})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith("file:") else complaints.append(asked.url),
    )
    yield page
    context.close()
    assert not complaints


def address(desk: Path, path: str) -> str:
    """Return the address of a page of the report."""
    return (desk / "report" / path).as_uri()


def seed_story(desk: Path) -> str:
    """Return the path of the seeds' agency story, which has two copies."""
    query = "SELECT story_id FROM articles WHERE copy_count = 2 AND agency = 'Reuters'"
    (row,) = browse.open_shelf(desk / "clean").rows(query)
    return f"stories/{row['story_id'][:2]}/{row['story_id']}.html"


def cut_document(desk: Path) -> str:
    """Return the path of the seed with the subscription plans."""
    (row,) = browse.open_shelf(desk / "clean").rows(
        "SELECT doc_id FROM documents WHERE paywall = 'metered' AND raw_path LIKE '001%'"
    )
    return f"documents/{row['doc_id'][:2]}/{row['doc_id']}.html"


def test_from_a_search_to_a_story(desk: Path, page: Any):
    """The field on every page leads to the results; accents and case do not matter; Enter opens."""
    page.goto(address(desk, "outlets.html"))
    page.fill("header input[type=search]", "CREME no 77")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results li")
    assert page.inner_text("#found") == "1 story found."
    assert page.locator("#results mark").all_inner_texts() == ["Crème", "No", "77"]
    page.locator("#results a").press("Enter")
    page.wait_for_selector("#text")
    assert page.inner_text("h1") == "Crème brûlée No 77"


def test_search_by_outlet_in_portions(desk: Path, page: Any):
    """An outlet alone finds its stories, newest first, fifty at a time; the focus goes on."""
    page.goto(address(desk, "search.html"))
    page.select_option("#outlet", label="paper-1.test")
    assert page.inner_text("#found") == "40 stories found."
    page.select_option("#outlet", label="All outlets")
    page.fill("#q", "brulee")
    assert page.inner_text("#found") == "120 stories found."
    assert page.locator("#results li").count() == 50
    page.click("#more")
    assert page.locator("#results li").count() == 100
    assert page.evaluate("document.activeElement.closest('li') === results.children[50]")


def test_a_hostile_headline_is_text(desk: Path, page: Any):
    """In the search, in lists, on its own page: no script of it runs, no picture of it loads."""
    page.goto(address(desk, "search.html") + "?q=onerror")
    page.wait_for_selector("#results a")
    assert "<img src=x onerror=" in page.inner_text("#results a")
    assert page.title().startswith("Search")
    page.click("#results a")
    page.wait_for_selector("#text")
    assert page.title().startswith("<script>")
    assert page.locator("main img, main script").count() == 0


def test_no_script_but_ours_runs(desk: Path, page: Any, tmp_path: Path):
    """A script that got into a page all the same is stopped by its policy."""
    shutil.copytree(desk / "report", tmp_path / "report")
    index = tmp_path / "report" / "index.html"
    text = index.read_text("utf-8")
    evil = "<script>document.title = 'owned'</script><p style='color:red'>x</p></main>"
    index.write_text(text.replace("</main>", evil), "utf-8")
    context = page.context.browser.new_context()
    other = context.new_page()
    refused: list[str] = []
    other.on("console", lambda message: refused.append(message.text))
    other.goto(index.as_uri())
    assert other.title() != "owned"
    assert len([line for line in refused if "Content Security Policy" in line]) >= 2
    context.close()


def test_a_copy_opens_and_closes(desk: Path, page: Any):
    """Its difference shows on a click, goes on the next, and all open by one button."""
    page.goto(address(desk, seed_story(desk)))
    diff = page.locator("details.copy .diff")
    assert not diff.is_visible()
    page.click("details.copy > summary")
    assert diff.is_visible()
    assert "Two" in diff.locator("del").all_inner_texts()
    assert "II" in diff.locator("ins").all_inner_texts()
    page.click("details.copy > summary")
    assert not diff.is_visible()
    page.click("button[data-open]")
    assert diff.is_visible()
    assert page.inner_text("button[data-open]") == "Close all"


def test_a_link_to_a_copy_opens_it(desk: Path, page: Any):
    """From the raw document back to the place where the story has it."""
    page.goto(address(desk, cut_document(desk)))
    page.click(".eyebrow a")
    page.wait_for_selector("details.copy[open] .diff")
    assert page.locator("details.copy .diff").is_visible()


def test_a_rule_shows_on_hover_and_focus(desk: Path, page: Any):
    """And goes with the pointer, the focus or Escape; the label always shows."""
    page.goto(address(desk, cut_document(desk)))
    group = page.locator(".cut.f-offer").first
    tip = group.locator(".tip")
    assert group.locator("button").inner_text().endswith("paywall ×34")
    assert not tip.is_visible()
    group.locator("p").first.hover()
    assert tip.is_visible()
    assert "offer" in tip.inner_text()
    page.mouse.move(0, 0)
    assert not tip.is_visible()
    group.locator("button").focus()
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    group.locator("button").blur()
    group.locator("p").first.hover()
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_what_is_shown_of_a_raw_document(desk: Path, page: Any):
    """All of it, the story alone, what was taken out alone; rules at once or not."""
    page.goto(address(desk, cut_document(desk)))
    kept, cut = page.locator(".kept").first, page.locator(".cut").first
    assert kept.is_visible()
    assert cut.is_visible()
    page.click("label[for=view-kept]")
    assert kept.is_visible()
    assert not cut.is_visible()
    page.click("label[for=view-cut]")
    assert not kept.is_visible()
    assert cut.is_visible()
    page.click("label[for=view-rules]")
    assert page.locator(".cut .tip").first.is_visible()


def test_by_keyboard_alone(desk: Path, page: Any):
    """The first key reaches the link past the head, the focus always shows, Enter opens a copy."""
    page.goto(address(desk, seed_story(desk)))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
        if page.evaluate("document.activeElement.matches('details.copy > summary')"):
            break
    page.keyboard.press("Enter")
    assert page.locator("details.copy .diff").is_visible()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_views_are_chosen_by_arrow_keys(desk: Path, page: Any):
    """As radio buttons are."""
    page.goto(address(desk, cut_document(desk)))
    page.focus("#view-all")
    page.keyboard.press("ArrowRight")
    assert page.is_checked("#view-kept")
    assert not page.locator(".cut").first.is_visible()


@pytest.mark.parametrize("path", ["index.html", pages.outlet_address("paper-1.test")])
def test_light_and_dark(desk: Path, page: Any, path: str):
    """The page and the pictures follow the system's wish."""
    ground = "getComputedStyle(document.body).backgroundColor"
    ink = "getComputedStyle(document.querySelector('.plot text')).fill"
    page.goto(address(desk, path))
    light = page.evaluate(ground), page.evaluate(ink)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground), page.evaluate(ink)
    assert light[0] != dark[0]
    assert light[1] != dark[1]
    unpainted = page.evaluate(
        """[...document.querySelectorAll('.plot path, .plot use')].filter(e =>
        [getComputedStyle(e).fill, getComputedStyle(e).stroke].includes('rgb(0, 0, 0)')
        && !e.closest('defs, clipPath')).length"""
    )
    assert unpainted == 0


def test_from_an_alarm_to_a_document(desk: Path, page: Any):
    """The overview tells it, the page of the outlet draws it, the document shows it."""
    page.goto(address(desk, "index.html"))
    assert "paper-1.test: title found fell from" in page.inner_text("#changes .alarm")
    page.click("#changes a >> text=paper-1.test")
    page.wait_for_selector("#alarms .plot .stroke-cut")
    numbers = page.locator("#alarms .numbers")
    assert not numbers.locator("table").is_visible()
    numbers.locator("summary").click()
    assert "8 Feb 2024" in numbers.locator("table").inner_text()
    page.click("#alarms .alarm a")
    page.wait_for_selector(".blocks")


PATHS = ["index.html", "stories.html", "outlets.html", "search.html"]


@pytest.mark.parametrize("path", [*PATHS, pages.outlet_address("paper-1.test")])
def test_a_narrow_window_is_no_wider_than_it_is(desk: Path, page: Any, path: str):
    """Nothing sticks out at 320 pixels; what is wide scrolls by itself."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address(desk, path))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    for own in (seed_story(desk), cut_document(desk)):
        page.goto(address(desk, own))
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_long_name_of_an_outlet_stays_in_its_row(desk: Path, page: Any):
    """It is cut where it would push the rest of the row apart, and whole in its title."""
    page.goto(address(desk, seed_story(desk)))
    row = page.locator(".copy summary .row").first
    height = row.bounding_box()["height"]
    assert row.locator(".who").get_attribute("title") == row.locator(".who").inner_text()
    page.evaluate(
        "document.querySelector('.copy summary .who').textContent = 'Gazette '.repeat(40)"
    )
    assert row.bounding_box()["height"] <= 2 * height


def test_printed(desk: Path, page: Any):
    """Paper is white in the dark too, shows every rule, and has no buttons of the screen."""
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(address(desk, cut_document(desk)))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator(".cut .tip").first.is_visible()
    assert not page.locator(".view").is_visible()
    assert not page.locator("header form").is_visible()
    page.emulate_media(media=None)
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_story_of_the_picture_leads_to_its_page(desk: Path, page: Any):
    """The dot of a canonical copy is a link."""
    page.goto(address(desk, "index.html"))
    page.locator("#t-graph").scroll_into_view_if_needed()
    page.locator(".plot a .fill-canonical").first.click()
    page.wait_for_selector("#copies")


def test_without_scripts(desk: Path, browser: Any):
    """Everything but the search works; it says so and names the list."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(desk, seed_story(desk)))
    page.click("details.copy > summary")
    assert page.locator("details.copy .diff").is_visible()
    page.goto(address(desk, "search.html"))
    assert "needs JavaScript" in page.inner_text("#found")
    context.close()
