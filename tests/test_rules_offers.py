"""Offers go and stories about offers stay, in text and in HTML, in seventeen languages."""

from html import escape
from pathlib import Path

import pytest

from pipeline.cleaning.clean import clean
from pipeline.cleaning.html import read_html
from pipeline.cleaning.judge import judge
from pipeline.cleaning.paywall import access
from pipeline.cleaning.rules import DECIDING
from pipeline.cleaning.text import page_from_text
from pipeline.identity import sha256
from pipeline.model import Label, Origin, RawDocument, Ruling
from pipeline.settings import Cleaning

GOLDEN = Path(__file__).parent / "golden"


def parts(name):
    """Return the entries of a golden file: name, language, half and lines of each."""
    for part in (GOLDEN / name).read_text("utf-8").split("== ")[1:]:
        head, text = part.split("\n", 1)
        entry, language, half = (word.strip() for word in head.split("|"))
        yield entry, language, half, text.strip().split("\n")


STORIES = {
    f"{language}: {name}": lines for name, language, _, lines in parts("subscription_stories.txt")
}
OFFERS = {f"{language}: {name}": lines for name, language, _, lines in parts("offers.txt")}
PLAIN = {
    "en": [
        "The harbour board voted on Tuesday to close the old ferry pier for two years.",
        "Divers will replace the timber piles that the storms of last winter have worn away.",
        "Commuters who cross the bay each morning will be carried by bus instead, the board said.",
        "Shopkeepers near the terminal asked for help with their rent until the pier opens again.",
        "The work will cost eleven million dollars, of which the city pays a third this year.",
        "A second pier, built in 1958, stays open and will be looked at by divers in the spring.",
    ]
}
"""A story of nothing to do with offers."""


def record(lines, separator="\n"):
    """Return the lines as a text record, or as a simple HTML page for the separator ``<p>``."""
    if separator == "<p>":
        body = "".join(f"<p>{escape(line)}</p>" for line in lines)
        data, media = f"<html><body><main>{body}</main></body></html>".encode(), "text/html"
    else:
        data, media = separator.join(lines).encode(), "text/plain"
    return RawDocument("d", Origin("a", "", sha256(data)), "s", media, data)


def ruled(lines, separator="\n"):
    """Return the page and its verdicts when the score would keep every block."""
    raw = record(lines, separator)
    is_html = separator == "<p>"
    page = read_html(raw, Cleaning())[0] if is_html else page_from_text(raw, Cleaning())
    return page, judge(page, (0.9,) * len(page.blocks), DECIDING)


def kept(lines, separator="\n"):
    """Return the lines that no rule takes."""
    page, verdicts = ruled(lines, separator)
    return [page.blocks[v.block].text for v in verdicts if v.ruling is Ruling.KEEP]


def story_for(language):
    """Return a story about offers in that language, or the plain one."""
    return next((s for k, s in STORIES.items() if k.startswith(f"{language}:")), PLAIN["en"])


@pytest.mark.parametrize("separator", ["\n", "\n\n", "<p>"])
@pytest.mark.parametrize("name", STORIES)
def test_rules_take_nothing_of_a_story_about_subscriptions(name, separator):
    """No rule takes a line that tells of plans, prices, walls, newsletters or cookies."""
    page, verdicts = ruled(STORIES[name], separator)
    assert [page.blocks[v.block].text for v in verdicts if v.ruling is not Ruling.KEEP] == []
    found = access(page, verdicts)
    assert (found.paywall, found.completeness) == ("unknown", "unknown")


@pytest.mark.parametrize("separator", ["\n", "<p>"])
@pytest.mark.parametrize("name", STORIES)
def test_a_story_about_subscriptions_loses_nothing(name, separator):
    """The whole cleaning keeps each line of such a story."""
    assert clean(record(STORIES[name], separator), Cleaning()).text.split("\n") == STORIES[name]


@pytest.mark.parametrize("where", ["before", "inside", "after"])
@pytest.mark.parametrize("name", OFFERS)
def test_an_offer_goes_from_a_story(name, where):
    """Each line of an offer goes, wherever it is glued to a story, and the story stays."""
    offer, story = OFFERS[name], PLAIN["en"]
    at = {"before": 0, "inside": 3, "after": len(story)}[where]
    for separator in ("\n", "<p>"):
        page, verdicts = ruled([*story[:at], *offer, *story[at:]], separator)
        found = {page.blocks[v.block].text: v for v in verdicts}
        assert {found[line].label for line in offer} <= {Label.PAYWALL, Label.NEWSLETTER}
        assert all(found[line].ruling is Ruling.KEEP for line in story)


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("name", OFFERS)
def test_an_offer_goes_from_a_story_about_offers(name, where):
    """An offer is told from a story about offers in the same language."""
    offer, story = OFFERS[name], story_for(name.split(":")[0])
    assert kept([*offer, *story] if where == "before" else [*story, *offer]) == story


@pytest.mark.parametrize("separator", ["\n", "<p>"])
@pytest.mark.parametrize("name", OFFERS)
def test_the_whole_cleaning_removes_an_offer_and_says_so(name, separator):
    """An offer after a story leaves the text; the record names the wall and what shows it."""
    document = clean(record([*PLAIN["en"], *OFFERS[name]], separator), Cleaning())
    assert not {*document.text.split("\n")} & {*OFFERS[name]}
    if document.facts.paywall == "unknown":
        assert document.facts.paywall_evidence is None
    else:
        assert document.facts.paywall_evidence.startswith("block ")


def test_most_offers_are_seen_by_the_facts():
    """A wall or meter after the text makes a page gated or metered in four of five offers."""
    found = [access(*ruled([*PLAIN["en"], *offer])).paywall for offer in OFFERS.values()]
    assert sum(answer != "unknown" for answer in found) >= 0.8 * len(found)


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to read the full text, which your neighbours have read this morning already.",
        "Subscribe now to read all of it tomorrow.",
        "This article is only available to our paying subscribers.",
    ],
)
def test_a_wall_within_a_story_speaks_to_the_reader(line):
    """A sentence amid the story is a wall when it is nothing else or addresses the reader."""
    story = PLAIN["en"]
    assert kept([*story[:3], line, *story[3:]]) == story


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to read on, the notice begins, and few who come from abroad ever do so.",
        "Renews automatically is what the small print of the ferry pass has stated since May.",
        "To continue reading without paying, many readers delete the cookies of their browser.",
    ],
)
@pytest.mark.parametrize("at", [3, 6])
def test_a_statement_is_no_wall(line, at):
    """A sentence that tells of a wall asks nobody for anything, wherever on the page it stands."""
    lines = [*PLAIN["en"][:at], line, *PLAIN["en"][at:]]
    assert kept(lines) == lines


def test_an_offer_stops_at_a_statement():
    """After a wall amid the story the plans go, and the story's next sentence stays."""
    story = STORIES["en: why readers hit the wall and leave"]
    wall = ("Subscribe to read the full story", "Digital plan", "$9")
    after = "The premium plan of a paper costs more than its print edition."
    assert kept([*story[:3], *wall, after, *story[3:]]) == [*story[:3], after, *story[3:]]


def test_an_offer_ends_with_the_door_for_those_who_have_paid():
    """A list of prices in the story that goes on after "Already a subscriber?" stays."""
    story = STORIES["en: streaming raises prices"]
    wall = ("This story is for subscribers only", "$9 a month", "Already a subscriber? Log in")
    assert kept([*story[:3], *wall, *story[3:]]) == story


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("The board will meet again in May and then decide on the second pier as well.", "unknown"),
        (
            "The board will meet again in May and then decide on the second pier, which the",
            "partial",
        ),
        ("The board will meet again in May and then...", "partial"),
        ("Ferries and buses", "unknown"),
    ],
)
def test_a_text_that_breaks_off_before_an_offer_is_partial(last, expected):
    """Dots or a sentence without an end before an offer tell that the rest is missing."""
    lines = [*PLAIN["en"], last, "You have 2 free articles remaining this month."]
    found = access(*ruled(lines))
    assert (found.paywall, found.completeness) == ("metered", expected)
    assert ("breaks off" in (found.completeness_evidence or "")) is (expected == "partial")


def test_breaking_off_without_an_offer_proves_nothing():
    """A text that ends in dots of its own is of unknown completeness."""
    found = access(*ruled([*PLAIN["en"], "The board will meet again in May and then..."]))
    assert (found.paywall, found.completeness) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        (["The board will meet again in May and then… [+2417 chars]"], "partial"),
        (["The board will meet again in May.", "[+2417 chars]"], "partial"),
        (["The board counted 2417 chars [sic] in its letter."], "unknown"),
        (
            ["A feed ends in [+2417 chars] when it is cut, the board heard.", "It laughed."],
            "unknown",
        ),
    ],
)
def test_a_feeds_count_of_what_it_cut_is_proof(tail, expected):
    """Without any offer; a text about such counts is none."""
    found = access(*ruled([*PLAIN["en"], *tail]))
    assert found.completeness == expected
    assert ("chars" in (found.completeness_evidence or "")) == (expected == "partial")


def test_a_wall_above_the_text_names_it():
    """Above a story only a line that keeps this very text for subscribers makes it gated."""
    badge = "This article is for subscribers only."
    found = access(*ruled([badge, *PLAIN["en"]]))
    assert (found.paywall, found.paywall_evidence) == ("gated", f"block 0: {badge}")
    assert found.completeness == "unknown"
    assert access(*ruled(["Subscribe to continue reading", *PLAIN["en"]])).paywall == "unknown"
