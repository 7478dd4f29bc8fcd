"""The pages of the report: whatever a text holds, it is text; and colours can be read."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from pipeline.report import labels, pages, search
from pipeline.report.courses import drift_lines
from pipeline.report.facts import (
    Block,
    Change,
    Copy,
    Course,
    Document,
    Edition,
    Entry,
    Fact,
    Figure,
    Label,
    Line,
    Outlet,
    Refusal,
    Story,
    Watched,
)
from pipeline.report.svg import COLOUR

ROOM = Path(pages.__file__).parent
CSS = (ROOM / "static" / "report.css").read_text("utf-8")
BAD = (
    "</p></script><script>alert(1)</script><img src=x onerror=alert(2)>\"' onfocus=alert(3) x='"
    " {{ 7*7 }} {% raw %} &lt; \x1b[31mred\x07 \u202eevil\u2066 \x00 ]]> -->"
)
AT = datetime(2024, 3, 4, 9, 5, tzinfo=UTC)
DOC, OTHER = "ab" * 16, "cd" * 16

EDITION = Edition(3, "2024-03-05T01:02:03Z", "0.1.0", 2, 1, 3, 4, 2, 1, 1, 900, 90, None, None, BAD)
ENTRY = Entry(DOC, BAD, BAD, AT, 2, BAD, 2, BAD)
CHANGE = Change(BAD, BAD, BAD, BAD, DOC, BAD)
OUTLET = Outlet(
    *(BAD, 4, 3, 1, 1, 1, 1, 1, 900, AT.date(), AT.date(), (Label("paywall", 2, 9),)),
    history=(drift_lines(Watched(BAD, (AT.date(),), (Course(BAD, "words", (1.0,)),)), 1),),
    alarms=(CHANGE,),
)
BLOCKS = (
    Block(0, "Menu", "menu", "navigation", False, 0.01, "characters 0 to 4"),
    Block(1, BAD, "menu", "navigation", False, 0.05, BAD),
    Block(2, BAD, None, None, False, 0.4, ""),
    Block(3, BAD, BAD, BAD, True, None, BAD),
)


def document(doc_id: str = DOC) -> Document:
    """Return a document of which every text is hostile."""
    facts = (Fact(BAD, BAD, BAD),)
    return Document(
        *(doc_id, DOC, BAD, BAD, f"{BAD}\n{BAD}", "javascript:alert(4)", AT, "day", BAD, BAD),
        *(BAD, "text", BAD, 90, 9, facts, BLOCKS, (BAD,)),
    )


def story(copies: int = 2) -> Story:
    """Return a story of which every text is hostile, with so many copies."""
    others = [
        Copy(f"{n:032x}", BAD, BAD, AT, False, "near", DOC, 0.9, 7) for n in range(copies - 1)
    ]
    canonical = Copy(DOC, BAD, BAD, AT, True)
    return Story(
        *(DOC, DOC, BAD, f"{BAD}\nline", BAD, BAD, BAD, (BAD,), AT, "day", "en", "gated"),
        *("partial", 9, (BAD,), (BAD,), BAD, (canonical, *others), (BAD, "b")),
    )


FIGURE = Figure("words", BAD, BAD, "<svg></svg>", (BAD, BAD), ((BAD, 7), (BAD, BAD)))
MAKE = {
    "overview": lambda: pages.overview(EDITION, [FIGURE], [ENTRY], [ENTRY], 9 * [CHANGE]),
    "list": lambda: pages.story_list(
        EDITION, pages.Paging("stories", 2, 9), [ENTRY], [(BAD, "stories.html#x", 1), (BAD, "y", 2)]
    ),
    "story": lambda: pages.story(EDITION, story(), 1, [document(), document(f"{0:032x}")]),
    "document": lambda: pages.document(EDITION, document(), "stories/ab/x.html#c-1"),
    "outlets": lambda: pages.outlet_list(EDITION, pages.Paging("outlets", 1, 1), [OUTLET]),
    "outlet": lambda: pages.outlet(EDITION, OUTLET, [ENTRY], [Line(BAD, 2)]),
    "left out": lambda: pages.left_out(
        EDITION, [(BAD, 1)], [Refusal(BAD, BAD, BAD, BAD)], [document()]
    ),
    "search": lambda: pages.search(EDITION, ["search/outlets.js"]),
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_nothing_in_a_text_is_markup(make: Callable[[], str]):
    """No script, handler, frame or style of a text's own is in the page, nor an address of it."""
    page = make()
    tree = html.document_fromstring(page)
    assert {s.get("src", "inline").split("/")[-2] for s in tree.iter("script")} <= {
        "assets",
        "search",
    }
    allowed = {"html", "head", "meta", "title", "link", "script", "body", "a", "header", "nav"}
    allowed |= {"form", "label", "input", "button", "main", "h1", "h2", "p", "dl", "div", "dt"}
    allowed |= {
        "h3",
        "text",
        "br",
        "dd",
        "small",
        "section",
        "figure",
        "svg",
        "path",
        "details",
        "summary",
        "table",
    }
    allowed |= {"caption", "thead", "tbody", "tr", "th", "td", "ol", "ul", "li", "span", "strong"}
    allowed |= {"footer", "code", "article", "ins", "del", "fieldset", "legend", "select", "b"}
    assert {e.tag for e in tree.iter()} <= allowed | {"option"}
    for element in tree.iter():
        names = {name.lower() for name in element.attrib}
        assert not {name for name in names if name.startswith("on") or name == "style"}
        for name in ("href", "src", "action"):
            assert not element.get(name, "").lower().startswith(("javascript:", "data:", "http"))


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_what_would_hide_is_spelled_out(make: Callable[[], str]):
    """No control character and no override of direction is in a page; all of the text is."""
    page = make()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)
    if "search" not in page.split("<title>")[1][:12].lower():
        shown = html.document_fromstring(page).text_content()
        assert "<script>alert(1)</script>" in shown
        assert "\\x1b[31mred\\x07 \\u202eevil" in shown
        assert "{{ 7*7 }}" in shown


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_a_page_allows_no_script_but_ours(make: Callable[[], str]):
    """The policy stands before anything that it rules, and nothing inline is allowed."""
    page = make()
    policy = page.index("Content-Security-Policy")
    assert policy < page.index("<title>")
    assert "default-src 'none'" in page
    assert "unsafe" not in page
    assert "'self'" in page


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_a_page_can_be_found_through_by_ear(make: Callable[[], str]):
    """One h1, one main, a skip link first, ids once, every reference to one answered."""
    tree = html.document_fromstring(make())
    assert len(tree.findall(".//h1")) == len(tree.findall(".//main")) == 1
    assert tree.find(".//a").get("href") == "#main"
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for name in ("for", "aria-describedby", "aria-labelledby"):
        assert set(tree.xpath(f"//@{name}")) <= set(ids)
    unnamed = [b for b in tree.iter("button") if not b.text_content().strip()]
    assert not unnamed


def test_neighbouring_blocks_of_one_rule_are_one_group():
    """Its label is said once, with the span of scores."""
    found = pages.groups(BLOCKS)
    assert [(g.label, len(g.blocks)) for g in found] == [("menu", 2), (None, 1), (BAD, 1)]
    assert found[0].scores == "0.01–0.05"
    assert "menu ×2" in pages.document(EDITION, document())


def test_a_guard_of_a_low_score_shows():
    """A block that stays though its score is low is marked."""
    assert 'class="doubt"' in pages.document(EDITION, document())


def test_many_copies_are_shown_in_pages():
    """The second page has no text again, and says where it is."""
    told = story(60)
    page = pages.story(EDITION, told, 2, [document(c.doc_id) for c in told.copies[25:50]])
    assert "26 to 50 of 60" in page
    assert 'aria-label="Canonical text"' not in page
    assert f"{DOC}-3.html" in page
    assert f'href="{DOC}.html"' in page


@pytest.mark.parametrize(
    ("kind", "told"),
    [("contained", "contained in another copy"), ("exact", "exact to another copy")],
)
def test_a_copy_of_another_copy_is_told_in_words(kind: str, told: str):
    """A text is contained in another, and the same as it."""
    known = story(3)
    copies = (*known.copies[:2], replace(known.copies[2], kind=kind, matched=f"{0:032x}"))
    page = pages.story(
        EDITION, replace(known, copies=copies), 1, [document(c.doc_id) for c in copies]
    )
    chips = html.document_fromstring(page).xpath(f"//*[@class='chip k-{kind}']")
    assert [" ".join(c.text_content().split()) for c in chips] == [told]


def test_each_picture_says_whether_it_is_of_all_stories():
    """The graph of a day is of those with a page; where all have one, nothing is said."""
    figures = [FIGURE, replace(FIGURE, name="graph", of_chosen=True)]
    page = html.document_fromstring(pages.overview(EDITION, figures, [ENTRY], [ENTRY]))
    notes = [note.text_content() for note in page.xpath("//*[@class='note']")]
    assert notes[0].endswith("Of the whole edition.")
    assert notes[1].endswith("Of the stories that have a page alone.")
    assert "lists below are of the stories that have a page alone" in notes[2]
    whole = replace(EDITION, chosen=EDITION.stories)
    assert "a page alone" not in pages.overview(whole, figures, [ENTRY], [ENTRY])


def test_pages_of_a_long_list():
    """The first, the last and those around are offered."""
    assert pages.Paging("stories", 50, 100).near() == [1, 48, 49, 50, 51, 52, 100]
    assert pages.Paging("stories", 1, 2).near() == [1, 2]


def test_the_place_for_what_changed_of_late():
    """Alarms and a picture of an outlet's history show when there are any."""
    lasting = Change("a", "lasting", "more cut than ever", "copydesk show raw/a", None)
    page = pages.outlet(EDITION, replace(OUTLET, history=(FIGURE,), alarms=(lasting,)), [], [])
    assert "more cut than ever" in page
    assert "<code>copydesk show raw/a</code>" in page
    assert "a document of it" not in page
    assert FIGURE.svg in page
    bare = replace(OUTLET, history=(), alarms=())
    assert "changed of late" not in pages.outlet(EDITION, bare, [], [])


def test_the_index_is_plain_data():
    """A script of the index is ASCII, and ends no element."""
    outlets: dict[str, int] = {}
    script = search.names(outlets) + search.shard([search.row(story(), outlets)])
    assert script.isascii()
    assert "</" not in script
    assert not re.search("[\x00-\x08\x0b-\x1f]", script)
    assert list(outlets.values()) == [0]


def test_the_index_has_the_headlines_that_others_gave():
    """Each once, whatever its case, and not the story's own."""
    told = story(4)
    titles = (BAD, BAD.upper(), "Another", "another")
    copies = tuple(replace(c, title=t) for c, t in zip(told.copies, titles, strict=True))
    assert search.row(replace(told, copies=copies), {})[-1] == ["Another"]


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", block))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * d for d in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


THEMES = {
    "light": _colours(CSS.split("@media")[0]),
    "dark": _colours(CSS.split("@media (prefers-color-scheme: dark)")[1].split("* {")[0]),
    "print": _colours(CSS.split("@media print")[1]),
}
FAMILIES = sorted({name for name, _ in labels.LABELS.values()})
ON = [("ink", "paper"), ("ink", "card"), ("soft", "paper"), ("soft", "card"), ("accent", "paper")]
ON += [("paper", "accent"), ("accent", "card"), ("ink", "mark"), ("paper", "ink")]
ON += [("soft", "pattern-tint"), ("new", "new-tint"), ("cut", "cut-tint")]
ON += [(name, f"{name}-tint") for name in FAMILIES] + [(name, "paper") for name in FAMILIES]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), ON)
def test_contrast(theme: str, text: str, ground: str):
    """Every text has the contrast of WCAG AA, 4.5 to 1, on what it stands on."""
    colours = {**THEMES["light"], **THEMES[theme]}
    dark, light = sorted((_luminance(colours[text]), _luminance(colours[ground])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


MARKS = ["edge", "accent", "pattern", "fact", "house", "link", "cut", "new"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("mark", MARKS)
def test_contrast_of_marks(theme: str, mark: str):
    """What a picture tells by a mark, a line or an edge has 3 to 1 on the paper."""
    colours = {**THEMES["light"], **THEMES[theme]}
    dark, light = sorted((_luminance(colours[mark]), _luminance(colours["paper"])))
    assert (light + 0.05) / (dark + 0.05) >= 3


@pytest.mark.parametrize("name", COLOUR)
def test_every_colour_of_a_picture_has_a_class(name: str):
    """Else a part of it would be black on black."""
    assert re.search(rf"\.fill-{name}\b", CSS) or name.startswith("label-")


@pytest.mark.parametrize("label", labels.LABELS)
def test_every_label_has_a_family(label: str):
    """And each family its colours."""
    assert f".f-{labels.family(label)} " in CSS


def test_every_text_of_a_fact_is_tried():
    """The hostile story leaves out no text that a story has."""
    told = story()
    harmless = {"language", "paywall", "completeness", "precision", "story_id", "doc_id"}
    for field in fields(told):
        value = getattr(told, field.name)
        if isinstance(value, str) and field.name not in harmless:
            assert BAD in value, field.name
