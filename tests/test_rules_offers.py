"""Stories about subscriptions, prices, newsletters and cookies lose nothing to the offer rules."""

from pathlib import Path

import pytest

from pipeline.cleaning.clean import clean
from pipeline.cleaning.offers import is_wall
from pipeline.identity import sha256
from pipeline.model import Origin, RawDocument
from pipeline.settings import Cleaning

FILE = Path(__file__).parent / "stories_about_offers.txt"
STORIES = {
    name: text.strip()
    for name, text in (part.split("\n", 1) for part in FILE.read_text("utf-8").split("== ")[1:])
}


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("separator", ["\n", "\n\n"])
def test_a_story_about_subscriptions_loses_nothing(name, separator):
    """No line of a story that tells of plans, prices, walls or cookies is cut."""
    data = STORIES[name].replace("\n", separator).encode()
    raw = RawDocument("d", Origin("a", "", sha256(data)), "s", "text/plain", data)
    document = clean(raw, Cleaning())
    assert document.text == STORIES[name]
    assert (document.facts.paywall, document.facts.completeness) == ("unknown", "unknown")


def test_an_offer_after_a_story_about_offers_still_goes():
    """The wall below such a story is cut, and the two are told apart."""
    story = STORIES["publisher raises prices"]
    wall = (
        "You've used all your free articles.",
        "Subscribe to read the full story",
        "$9",
        "1 Month",
    )
    data = "\n".join((story, *wall)).encode()
    raw = RawDocument("d", Origin("a", "", sha256(data)), "s", "text/plain", data)
    document = clean(raw, Cleaning())
    assert document.text == story
    assert (document.facts.paywall, document.facts.completeness) == ("metered", "partial")


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
    assert is_wall(line, size=len(line.split()), terminal=True, within=True)


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe to read on, the notice begins, and few who come from abroad ever do so.",
        "Renews automatically is what the small print of the ferry pass has stated since May.",
    ],
)
def test_a_statement_within_a_story_is_no_wall(line):
    """A sentence that tells of a wall is one at the end of a page at most."""
    assert not is_wall(line, size=len(line.split()), terminal=True, within=True)
    assert is_wall(line, size=len(line.split()), terminal=True)


def test_an_offer_stops_at_a_statement():
    """After a wall amid the story the plans go, and the story's next sentence stays."""
    story = STORIES["how a meter works"].split("\n")
    wall = ("Subscribe to read the full story", "Digital plan", "$9")
    after = "The premium plan of a paper costs more than its print edition."
    data = "\n".join((*story[:3], *wall, after, *story[3:])).encode()
    raw = RawDocument("d", Origin("a", "", sha256(data)), "s", "text/plain", data)
    assert clean(raw, Cleaning()).text.split("\n") == [*story[:3], after, *story[3:]]
