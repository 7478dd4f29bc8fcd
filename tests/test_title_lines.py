"""The headline of a plain text among menus, standfirsts and captions."""

from pipeline.cleaning.headline import find_title
from pipeline.cleaning.text import page_from_text
from pipeline.cleaning.title_lines import printed_title
from pipeline.identity import sha256
from pipeline.model import Origin, RawDocument
from pipeline.settings import Cleaning

HEADLINE = "Harbour board closes old ferry pier for two years"
BODY = (
    "The harbour board voted on Tuesday to close the old ferry pier for two years at the least.",
    "Commuters who cross the bay each morning will be carried by bus instead, its operator said.",
    "Shopkeepers near the ferry terminal asked the board for a rent holiday, as piers stay shut.",
)
MENU = ("Home", "News", "Sport", "Weather")


def title_of(*lines):
    """Return the title that is found in a text with these lines."""
    data = "\n\n".join(lines).encode()
    raw = RawDocument("d", Origin("a", "", sha256(data)), "s", "text/plain", data)
    page = page_from_text(raw, Cleaning())
    found = find_title(page)
    return None if found is None else printed_title(page, found)


def test_the_headline_is_above_its_standfirst():
    """A standfirst repeats more of the body, but the byline and date stand near the headline."""
    standfirst = "Commuters, divers and shopkeepers near the old ferry terminal brace for the works"
    assert title_of(*MENU, HEADLINE, standfirst, "By Ann Roe", "2 May 2013", *BODY) == HEADLINE


def test_inflected_words_are_the_same():
    """Words count by their stems, as most languages inflect them."""
    headline = "Ferries replaced: harbours close piers"
    assert title_of(*MENU, headline, "2 May 2013", *BODY) == headline


def test_a_line_of_the_menu_is_no_headline():
    """A line that shares nothing with the body is no title, near as it may stand."""
    assert title_of(*MENU, "Find a new job near you today", *BODY) is None


def test_a_bare_story_has_no_headline():
    """A text of paragraphs alone gives no title."""
    assert title_of(*BODY) is None
