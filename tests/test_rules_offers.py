"""Stories about subscriptions, prices, newsletters and cookies lose nothing to the offer rules."""

from pathlib import Path

import pytest

from pipeline.cleaning.clean import clean
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
