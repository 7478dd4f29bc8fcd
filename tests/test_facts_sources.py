"""Which of several statements about title, authors and language is believed."""

import pytest

from pipeline.cleaning.authors import authors
from pipeline.cleaning.bylines import dated_names, declared_names
from pipeline.cleaning.language import language
from pipeline.cleaning.titles import declared_title, without_site, without_tail
from pipeline.model import Claim, Origin, Page, RawDocument
from tests.bench.metadata_score import authors_right, date_right, title_right

RAW = RawDocument("x", Origin("p", "", "0"), "s", "text/html", b"")


def page(field, *claims):
    """Return a page with these claims of a field, of a site with a name."""
    found = tuple(Claim(field, value, source) for value, source in claims)
    return Page("html", (), (*found, Claim("site", "Harbour Post", "og:site_name")), (), "", "", 0)


TITLES = {
    "the printed headline": (
        [("Ferry pier to close for good", "og:title"), ("Old ferry pier to close", "h1")],
        ("Old ferry pier to close", "h1"),
    ),
    "a kicker that both declarations tell": (
        [
            ("Bay traffic: Ferry pier to close", "json-ld"),
            ("Bay traffic - Ferry pier to close", "og:title"),
            ("Ferry pier to close", "h1"),
        ],
        ("Bay traffic - Ferry pier to close", "og:title"),
    ),
    "no h1 that is the site's name": (
        [("Ferry pier to close - Harbour Post", "og:title"), ("Harbour Post", "h1")],
        ("Ferry pier to close", "og:title"),
    ),
}


@pytest.mark.parametrize("case", TITLES)
def test_the_title_that_is_believed(case):
    """Of several titles the printed one is taken, with its kicker, without the site."""
    claims, expected = TITLES[case]
    assert declared_title(page("title", *claims), RAW) == expected


def test_only_a_site_is_taken_off():
    """A known name or a host goes; a clause after a dash is part of the headline."""
    names = frozenset({"harbourpost"})
    assert without_site("Pier to close - Harbour Post", names) == "Pier to close"
    assert without_site("Pier to close - shops ask for help", names).endswith("for help")
    assert without_tail("Old pier to close - post.example", frozenset()) == "Old pier to close"
    assert without_tail("Old pier to close - at last", frozenset({"news"})).endswith("at last")


AUTHORS = {
    "a person before the house": (
        [("Harbour Post", "json-ld"), ("By Ann Roe", "byline-class")],
        (("Ann Roe",), "byline-class"),
    ),
    "the house if it signs": (
        [("Harbour Post", "json-ld:organization")],
        (("Harbour Post",), "json-ld:organization"),
    ),
    "no house beside an agency": (
        [("Harbour Post", "meta:author"), ("AFP", "itemprop")],
        ((), None),
    ),
    "no editor": (
        [("Eve Poe", "json-ld"), ("Editor: Eve Poe", "byline-class"), ("Ann Roe", "rel-author")],
        (("Ann Roe",), "rel-author"),
    ),
}


@pytest.mark.parametrize("case", AUTHORS)
def test_the_authors_that_are_believed(case):
    """People stand before the house, and neither editors nor agencies are authors."""
    claims, expected = AUTHORS[case]
    assert authors(page("author", *claims), (), (), frozenset({"harbourpost"})) == expected


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("May 3, 2017 By Ann Roe 4 Comments", ("Ann Roe",)),
        ("Posted by Ann Roe on 3 May 2017", ("Ann Roe",)),
        ("3 May 2017 was a day like any other", None),
    ],
)
def test_a_byline_beside_a_date(line, names):
    """Names are read from a line that tells the date as well, and from no sentence."""
    found = dated_names(line)
    assert (found[0] if found else None) == names


def test_no_office_is_an_author():
    """Degrees, offices and account names that stand for nobody are left out."""
    assert declared_names("Ann Roe, Director of Operations") == ("Ann Roe",)
    assert declared_names("Ann Roe, MD") == ("Ann Roe",)
    assert declared_names("undefined") == ()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The board said that the pier is to close and it was not clear for how long. " * 3),
        (
            "de",
            "Der Hafen wird für zwei Jahre nicht mehr von den Fähren und auch Booten genutzt. " * 3,
        ),
        (
            "da",
            "Havnen er lukket og det er ikke til at sige hvornår den bliver åbnet igen nu. " * 3,
        ),
        (
            "ja",
            "港の桟橋は二年間閉鎖されると委員会が火曜日に発表した。利用者はバスに乗り換える。" * 3,
        ),
    ],
)
def test_the_words_tell_the_language(code, text):
    """The language is read from the words, and a wrong declaration does not stand."""
    assert language(text, None) == (code, "text")
    assert language(text, ("tr", "html-lang")) == (code, "text")


def test_the_scorer():
    """Degrees, spellings of agencies and time zones make no answer wrong; a further name does."""
    assert title_right("Old pier to close", "Old pier to close!")
    assert authors_right(("Ann Roe", "AFP"), ("Ann Roe, MD",))
    assert authors_right(("AP",), ("Associated Press",))
    assert not authors_right(("Ann Roe", "Eve Poe"), ("Ann Roe",))
    assert date_right("2024-05-03", "2024-05-03 23:47:42+02:00")
    assert not date_right("2024-05-04", "2024-05-03 10:47:42+02:00")
