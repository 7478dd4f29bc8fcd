"""Facts: a choice among claims, delivery and text, each with its source, none invented."""

from datetime import UTC, datetime

import pytest

from pipeline.cleaning.clean import clean
from pipeline.cleaning.facts import facts
from pipeline.cleaning.judge import judge
from pipeline.cleaning.language import language
from pipeline.cleaning.paywall import access
from pipeline.cleaning.rules import DECIDING
from pipeline.identity import sha256
from pipeline.model import (
    Block,
    Claim,
    Facts,
    Label,
    Markup,
    Origin,
    Page,
    RawDocument,
    Ruling,
    Verdict,
)
from pipeline.settings import Cleaning

BODY = (
    (
        "The harbour board voted on Tuesday to close the old ferry pier for two years while divers "
        "replace the timber piles that storms have worn away."
    ),
    (
        "Commuters who cross the bay each morning will be carried by bus instead, a journey the "
        "ferry "
        "operator expects to take forty minutes longer at busy hours."
    ),
    (
        "Shopkeepers near the ferry terminal asked for a rent holiday, which the harbour board "
        "will "
        "discuss when it meets again in May."
    ),
)


def record(data=b"x", **more):
    """Return a text record."""
    return RawDocument("d", Origin("a", "", sha256(data)), "s", "text/plain", data, **more)


def of_text(*lines, **more):
    """Return the facts of a text with these lines."""
    return clean(record("\n\n".join(lines).encode(), **more), Cleaning()).facts


def of_claims(*claims, **more):
    """Return the facts of a page of prose that makes these claims (field, value, source)."""
    markup = Markup("/html/body/p", "p", ("body",), (), 0, 0, hidden=False)
    blocks = tuple(Block(i, text, markup=markup) for i, text in enumerate(BODY))
    made = tuple(Claim(*claim) for claim in claims)
    page = Page("html", blocks, made, (), "utf-8", "utf-8", 0)
    return facts(page, judge(page, (0.9,) * len(blocks), ()), record(**more))


def test_a_bare_story_has_no_facts_but_its_language():
    """Nothing is invented: what a text does not say is None."""
    found = of_text(*BODY)
    assert found == Facts(language="en", language_source="text")


OLD = "Old pier closes"
TITLES = {
    "h1 most like the declared": (
        [("Pier closes", "og:title"), ("Harbour Times", "h1"), ("Pier closes!", "h1")],
        ("Pier closes!", "h1"),
    ),
    "json-ld": ([(OLD, "json-ld"), (f"{OLD} | Times", "og:title")], (OLD, "json-ld")),
    "og without the site after a bar": ([(f"{OLD} | Times", "og:title")], (OLD, "og:title")),
    "a dash may belong to it": (
        [(f"{OLD} - a loss", "title-tag")],
        (f"{OLD} - a loss", "title-tag"),
    ),
    "a single h1": ([(OLD, "h1")], (OLD, "h1")),
    "several h1 and nothing else": ([("Menu", "h1"), (OLD, "h1")], (None, None)),
}


@pytest.mark.parametrize("name", TITLES)
def test_the_title_of_a_page(name):
    """The h1 most like the declared title, else JSON-LD, else the title without the site's name."""
    claims, expected = TITLES[name]
    found = of_claims(*(("title", value, source) for value, source in claims))
    assert (found.title, found.title_source) == expected


def test_a_title_ends_before_the_name_of_its_site():
    """After a dash only the site's own name is taken off."""
    site = ("site", "Harbour Times", "og:site_name")
    assert of_claims(("title", f"{OLD} - Harbour Times", "title-tag"), site).title == OLD


def test_the_delivery_gives_a_title_where_the_page_claims_none():
    """A title beside the text counts before a guess from the text."""
    found = of_text("Old ferry pier to close, harbour board says", *BODY, title="Pier closes")
    assert (found.title, found.title_source) == ("Pier closes", "delivery")
    found = of_text("Old ferry pier to close, harbour board says", *BODY)
    assert (found.title, found.title_source) == (
        "Old ferry pier to close, harbour board says",
        "text",
    )


AUTHORS = {
    "persons of JSON-LD": (
        [("Ann Roe", "json-ld"), ("Bo Lind", "json-ld"), ("Eve Poe", "meta:author")],
        (("Ann Roe", "Bo Lind"), "json-ld"),
    ),
    "an organisation is no person": (
        [("Harbour Times", "json-ld:organization"), ("By Ann Roe and Bo Lind", "byline-class")],
        (("Ann Roe", "Bo Lind"), "byline-class"),
    ),
    "an agency is no person": ([("Associated Press", "json-ld")], ((), None)),
    "an address is no name": (
        [("https://social.example/annroe", "meta:article:author")],
        ((), None),
    ),
    "other scripts": ([("佐藤 花子", "json-ld")], (("佐藤 花子",), "json-ld")),
    "without role": (
        [("Von Ann Roe, Redakteurin", "byline-class")],
        (("Ann Roe",), "byline-class"),
    ),
}


@pytest.mark.parametrize("name", AUTHORS)
def test_the_authors_of_a_page(name):
    """Persons from JSON-LD, else from the next best source; no addresses, no agencies."""
    claims, expected = AUTHORS[name]
    found = of_claims(*(("author", value, source) for value, source in claims))
    assert (found.authors, found.authors_source) == expected


def test_an_agency_that_is_declared_as_author():
    """An agency among the authors is the agency, not a person."""
    found = of_claims(
        ("author", "Ann Roe", "json-ld"), ("author", "Reuters", "json-ld:organization")
    )
    assert (found.authors, found.agency) == (("Ann Roe",), "Reuters")


def test_a_credit_gives_authors_and_house_style_only_without_a_byline():
    """With a byline the credit adds no author; the sign-off still tells the agency."""
    credit = "(Reporting by Ann Roe; Editing by Eve Poe)"
    assert of_text(*BODY, credit).authors == ("Ann Roe",)
    found = of_text("Old ferry pier to close, harbour board says", "By Bo Lind", *BODY, credit)
    assert (found.authors, found.agency, found.agency_source) == (("Bo Lind",), "Reuters", "credit")
    assert found.credits == (credit,)


def test_a_photo_credit_names_no_agency():
    """The agency of a picture is not the agency of the text."""
    found = of_text("Divers below the pier. REUTERS/Ann Roe", *BODY, "(AP Photo/Bo Lind)")
    assert (found.agency, len(found.captions)) == (None, 2)


def test_a_lost_dateline_needs_an_agency():
    """Without an agency a first word in capitals stays a word."""
    first = (
        "OSLO The harbour board voted on Tuesday to close the old ferry pier for two whole years."
    )
    assert of_text(first, *BODY[1:]).dateline is None
    assert (
        of_text(first, *BODY[1:], "(Reporting by Ann Roe; Editing by Eve Poe)").dateline == "OSLO"
    )


def test_a_headline_may_carry_the_dateline():
    """Place and agency are read from the title as well, but no place without an agency."""
    line = "Oslo ({}) - Harbour board to close old ferry pier for two years"
    found = of_text(line.format("dpa"), *BODY)
    assert (found.agency, found.agency_source, found.dateline) == ("dpa", "dateline", "Oslo")
    found = of_text("OSLO - Harbour board to close old ferry pier for two years", *BODY)
    assert (found.agency, found.dateline) == (None, None)


DATES = {
    "JSON-LD first": (
        [("2012-01-01", "time"), ("2013-11-02T10:03:05+09:00", "json-ld")],
        (datetime(2013, 11, 2, 1, 3, 5, tzinfo=UTC), "json-ld", "second", True),
    ),
    "the article's own meta before others": (
        [("2013-11-02", "meta:date"), ("2013-11-02T10:03", "meta:article:published_time")],
        (datetime(2013, 11, 2, 10, 3, tzinfo=UTC), "meta:article:published_time", "minute", False),
    ),
    "what cannot be read is passed over": (
        [("soon", "json-ld"), ("2013-11", "meta:date")],
        (datetime(2013, 11, 1, tzinfo=UTC), "meta:date", "month", False),
    ),
    "the epoch is no date": ([("1970-01-01T00:00:00Z", "json-ld")], (None, None, None, False)),
}


@pytest.mark.parametrize("name", DATES)
def test_the_date_of_a_page(name):
    """The most formal source that can be read counts; the epoch stands for no date."""
    claims, expected = DATES[name]
    found = of_claims(*(("published", value, source) for value, source in claims))
    when = (found.published_at, found.published_source, found.published_precision)
    assert (*when, found.published_zone_known) == expected


def test_the_date_of_a_text():
    """Date lines and labelled places count, dates in prose do not; delivery counts before them."""
    head = "Old ferry pier to close, harbour board says"
    prose = "The pier was last closed on November 2, 2013, when a storm had torn away its roof."
    assert of_text(head, prose, *BODY).published_at is None
    found = of_text(head, "November 2, 2013", *BODY)
    assert (found.published_at, found.published_source) == (
        datetime(2013, 11, 2, tzinfo=UTC),
        "date-line",
    )
    found = of_text(head, "November 2, 2013", *BODY, published="2014-05-06")
    assert (found.published_at, found.published_source) == (
        datetime(2014, 5, 6, tzinfo=UTC),
        "delivery",
    )


def test_an_update_is_not_the_publication():
    """A line that says "updated" fills the column of the modification alone."""
    found = of_text("Old ferry pier to close, harbour board says", "Updated: 3 Nov 2013", *BODY)
    assert (found.published_at, found.modified_at) == (None, datetime(2013, 11, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    "line",
    [
        "Publié le 2 mars 2013 à 19h05, mis à jour le 3 mars 2013 à 8h10",
        "March 2, 2013 7:05 pm | Updated March 3, 2013 8:10 am IST",
    ],
)
def test_publication_and_update_in_one_line(line):
    """A line with two dates fills both columns; a sentence with two dates fills none."""
    found = of_text("Old ferry pier to close, harbour board says", line, *BODY)
    assert (found.published_at, found.published_source) == (
        datetime(2013, 3, 2, 19, 5, tzinfo=UTC),
        "date-line",
    )
    assert found.modified_at == datetime(2013, 3, 3, 8, 10, tzinfo=UTC)
    prose = "The plan was published on 2 March 2013, updated on 3 March 2013 and dropped in May."
    found = of_text("Old ferry pier to close, harbour board says", prose, *BODY)
    assert (found.published_at, found.modified_at) == (None, None)


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        (" ".join(BODY), None, ("en", "text")),
        (" ".join(BODY), ("en-US", "html-lang"), ("en", "html-lang")),
        (" ".join(BODY), ("de", "html-lang"), ("en", "text")),
        ("Pier closed.", ("fr_FR", "og:locale"), ("fr", "og:locale")),
        ("Pier closed.", None, (None, None)),
        ("Pier closed.", ("english please", "html-lang"), (None, None)),
    ],
)
def test_the_language_is_declared_and_checked(text, declared, expected):
    """A declaration stands unless the words clearly speak another language."""
    assert language(text, declared) == expected


def test_site_canonical_url_and_section_come_from_claims():
    """A page's name, address and section are what it says of itself; a text has none."""
    found = of_claims(
        ("site", "Harbour Times", "og:site_name"),
        ("canonical_url", "/pier", "link-canonical"),
        ("section", "Local", "json-ld"),
        url="https://www.harbour.example/a?b=c",
    )
    assert (found.site, found.section) == ("Harbour Times", "Local")
    assert found.canonical_url == "https://www.harbour.example/pier"
    host = of_claims(("canonical_url", "https://www.harbour.example/pier", "og:url"))
    assert host.site == "harbour.example"
    assert of_text(*BODY, url="https://www.harbour.example/pier").site is None


def test_a_headline_is_no_name_of_a_site():
    """Some pages give theirs as the name of the site; a short title may be it all the same."""
    title = ("title", "Old ferry pier closes for two years", "og:title")
    wrong = ("site", "Old ferry pier closes for two years | Post", "og:site_name")
    named = ("site", "Harbour Post", "meta:application-name")
    assert of_claims(title, wrong, named).site == "Harbour Post"
    assert of_claims(title, wrong).site is None
    assert of_claims(("title", "Harbour Post", "og:title"), named).site == "Harbour Post"


def access_of(*claims, offers=(), after=True):
    """Return paywall and completeness of a page with these claims and paywall blocks."""
    texts = [*BODY, *offers] if after else [*offers, *BODY]
    page = Page("text", tuple(Block(i, t, 0, 0) for i, t in enumerate(texts)),
                tuple(Claim(*c) for c in claims), (), "utf-8", "utf-8", 0)  # fmt: skip
    verdicts = tuple(
        Verdict(i, Ruling.CUT, Label.PAYWALL, "offer", 0.0) if t in offers else
        Verdict(i, Ruling.KEEP, None, "score", 0.9)
        for i, t in enumerate(texts)
    )  # fmt: skip
    found = facts(page, verdicts, record())
    return found.paywall, found.completeness


def test_a_record_cut_before_delivery_is_partial():
    """What the delivery says of a cut goes before what the page declares."""
    free = Claim("free", "true", "json-ld")
    cut = access(Page("html", (), (free,), (), "utf-8", "utf-8", 0), (), "WARC-Truncated: length")
    assert (cut.paywall, cut.completeness) == ("free", "partial")
    assert cut.completeness_evidence == "WARC-Truncated: length"


def test_paywall_and_completeness_are_two_answers():
    """Declarations, meters and walls give each answer on its own; their absence proves nothing."""
    free, paid = ("free", "true", "json-ld"), ("free", "false", "json-ld")
    meter, wall = "You have 2 free articles remaining.", "Subscribe to continue reading"
    assert access_of() == ("unknown", "unknown")
    assert access_of(free) == ("free", "full")
    assert access_of(paid) == ("gated", "unknown")
    assert access_of(offers=[meter]) == ("metered", "unknown")
    assert access_of(paid, offers=[meter]) == ("metered", "unknown")
    assert access_of(offers=[wall]) == ("gated", "partial")
    assert access_of(offers=[wall], after=False) == ("unknown", "unknown")
    assert access_of(offers=["Subscribe now for $1"]) == ("unknown", "unknown")


RESERVED = [
    "Il vous reste 40 % de cet article à lire. La suite est réservée aux abonnés.",
    "You have 40% of this article left to read.",
    "The rest of this story is only available to subscribers.",
    "Dieser Artikel ist nur für Abonnenten zugänglich.",
    "El resto del artículo es exclusivo para suscriptores.",
    "Il resto dell'articolo è riservato agli abbonati.",
    "O resto do artigo é exclusivo para assinantes.",
    "De rest van dit artikel is alleen voor abonnees.",
    "この記事は有料会員限定です。残り 40%",
    "余下内容仅限会员阅读。",
    "Продолжение доступно только по подписке.",
    "بقية المقال متاحة للمشتركين فقط.",
    "बाकी लेख केवल सदस्यों के लिए है।",
]


@pytest.mark.parametrize("wall", RESERVED)
def test_what_is_reserved_for_subscribers_is_missing(wall):
    """A line that keeps the rest of this text for subscribers makes it gated and partial."""
    found = of_text(*BODY, wall)
    assert (found.paywall, found.completeness) == ("gated", "partial")
    found = of_text("Old ferry pier to close", wall)
    assert (found.paywall, found.completeness) == ("gated", "partial")


@pytest.mark.parametrize("badge", ["Subscribers only", "Réservé aux abonnés", "Nur für Abonnenten"])
def test_a_badge_says_nothing_of_this_story(badge):
    """The mark of a teaser for subscribers does not make the story above it partial."""
    found = of_text(*BODY, badge)
    assert (found.paywall, found.completeness) == ("unknown", "unknown")


def test_rules_are_what_facts_rest_on():
    """A block that no rule takes for a byline gives no author."""
    page = Page("text", (Block(0, "By Ann Roe", 0, 10),), (), (), "utf-8", "utf-8", 10)
    kept = (Verdict(0, Ruling.KEEP, None, "score", 0.9),)
    assert facts(page, kept, record()).authors == ()
    assert judge(page, (0.1,), DECIDING)[0].block == 0


def test_a_sentence_with_a_date_is_no_date_line():
    """A first sentence that tells of a day stays in the text, and dates nothing."""
    for sentence in ("It was 11 November 1918.", "On 4 May 1999 the harbour burned."):
        made = clean(record("\n\n".join((sentence, *BODY)).encode()), Cleaning())
        assert made.text.startswith(sentence)
        assert made.facts.published_at is None


def test_an_offer_below_the_end_of_a_story_says_nothing_of_it():
    """A wall under the credit of a whole story is the outlet's, not this text's."""
    wall = "Subscribe to continue reading."
    whole = of_text(*BODY, "(Reporting by Ann Roe; Editing by Eve Poe)", wall)
    assert (whole.paywall, whole.completeness) == ("unknown", "unknown")
    cut = of_text(*BODY, wall)
    assert (cut.paywall, cut.completeness) == ("gated", "partial")
