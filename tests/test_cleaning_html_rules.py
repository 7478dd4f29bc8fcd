"""Rules of HTML: each takes what its element or class names say, and nothing of the story."""

import hashlib

import pytest

from pipeline.cleaning import html_rules as rules
from pipeline.cleaning.html import read_html
from pipeline.model import Label, Origin, RawDocument, Ruling
from pipeline.settings import Cleaning

STORY = """
<p>The council of the island voted on Tuesday to repair the old harbour wall, which a storm had
broken in two places during the night.</p>
<p>Work will start in May and last for eighteen months, said the mayor, who had asked for the money
since the spring of last year.</p>
<p>Fishermen who use the inner basin must move their boats to the northern quay until the stones
have been set again.</p>"""


def _ruled(rule, body, head=""):
    text = f"<html><head>{head}</head><body>{body}</body></html>"
    origin = Origin("page.html", "", hashlib.sha256(text.encode()).hexdigest())
    raw = RawDocument("id", origin, "unknown", "text/html", text.encode())
    page, _ = read_html(raw, Cleaning())
    return [(page.blocks[v.block].text, v.ruling, v.label) for v in rule(page)]


FIGURE = "<figure><img><figcaption>The wall, seen from the quay</figcaption></figure>"
TITLE = "<meta property=og:title content='Island repairs its wall - The Harbour'>"

CASES = [
    (rules.caption, FIGURE + STORY, "The wall, seen from the quay", Label.CAPTION),
    (
        rules.caption,
        "<div class=photo-credit>Ann Roe for The Harbour</div>" + STORY,
        "Ann Roe for The Harbour",
        Label.CAPTION,
    ),
    (rules.byline, "<div class='entry byline'>Ann Roe</div>" + STORY, "Ann Roe", Label.BYLINE),
    (rules.date, "<p class=pub-date>3 May 2024</p>" + STORY, "3 May 2024", Label.DATE),
    (rules.navigation, "<nav><a href=/>World</a></nav>" + STORY, "World", Label.MENU),
    (
        rules.navigation,
        "<p class=breadcrumbs>World / Isles</p>" + STORY,
        "World / Isles",
        Label.MENU,
    ),
    (
        rules.share,
        STORY + "<div class=social-share>Send to a friend</div>",
        "Send to a friend",
        Label.SHARE,
    ),
    (
        rules.related,
        STORY + "<section class='related-posts'><ul><li>Storm hits the north</ul></section>",
        "Storm hits the north",
        Label.RELATED,
    ),
    (
        rules.newsletter,
        STORY + "<div class='c newsletter-signup'><p>Our week by mail</p></div>",
        "Our week by mail",
        Label.NEWSLETTER,
    ),
    (
        rules.comments,
        STORY + "<div id=comments><ol><li><p>About time, too</p></ol></div>",
        "About time, too",
        Label.COMMENTS,
    ),
    (
        rules.bio,
        STORY + "<div class=author-bio><p>Ann Roe sails</p></div>",
        "Ann Roe sails",
        Label.BIO,
    ),
    (rules.advert, "<div class=ad-slot>Buy boats</div>" + STORY, "Buy boats", Label.ADVERT),
    (
        rules.footer,
        STORY + "<footer><p>The Harbour Press</p></footer>",
        "The Harbour Press",
        Label.LEGAL,
    ),
]


@pytest.mark.parametrize(("rule", "body", "text", "label"), CASES)
def test_rule_takes_what_is_named(rule, body, text, label):
    """The named block is ruled with its label, and no block beside it."""
    ((found, ruling, found_label),) = _ruled(rule, f"<main>{body}</main>")
    is_field = label in {Label.CAPTION, Label.BYLINE, Label.DATE}
    assert (found, found_label) == (text, label)
    assert ruling is (Ruling.FIELD if is_field else Ruling.CUT)


LIARS = [
    (rules.navigation, "<nav>{}</nav>"),
    (rules.share, "<div class=share>{}</div>"),
    (rules.related, "<div class=related><div>{}</div></div>"),
    (rules.newsletter, "<div class=newsletter>{}</div>"),
    (rules.comments, "<div class=comments><div class=comment>{}</div></div>"),
    (rules.bio, "<div class=bio>{}</div>"),
    (rules.advert, "<div class=ads>{}</div>"),
    (rules.footer, "<footer>{}</footer>"),
    (rules.caption, "<div class=caption>{}</div>"),
    (rules.byline, "<div class=author>{}</div>"),
    (rules.date, "<div class=date>{}</div>"),
    (rules.headline, "<div class=headline>{}</div>"),
]


@pytest.mark.parametrize(("rule", "wrapper"), LIARS)
def test_names_around_the_whole_story_are_not_believed(rule, wrapper):
    """A name on an element that holds the body of the story takes nothing of it."""
    assert _ruled(rule, wrapper.format(STORY)) == []


NEAR_MISSES = [
    (rules.share, "<p class=shareholders>The shareholders agreed</p>"),
    (rules.related, "<p class=correlated>Two lines that rise as one</p>"),
    (rules.advert, "<p class='shadow loaded'>The shadow of the wall</p>"),
    (rules.comments, "<p class=commentary>What the vote means</p>"),
    (rules.byline, "<p class=authority>The port authority agreed</p>"),
    (rules.date, "<p class=date>On Tuesday</p>"),
    (rules.caption, "<p class=captions-off>Silence on the quay</p>"),
    (rules.bio, "<p class=biology>Life below the wall</p>"),
    (rules.newsletter, "<p class=news>News of the week</p>"),
    (rules.navigation, "<p class=navigator>The navigator slept</p>"),
    (rules.footer, "<p class=footnote>As the chart of 1910 has it</p>"),
]


@pytest.mark.parametrize(("rule", "line"), NEAR_MISSES)
def test_names_that_only_look_alike_take_nothing(rule, line):
    """A class name that holds the word inside another word is no name."""
    assert _ruled(rule, line + STORY) == []


def test_h1_with_the_claimed_title_fills_the_title():
    """The h1 that og:title repeats, site name aside, leaves the text; any other h1 stays."""
    page = f"<h1>Island repairs its wall</h1>{STORY}<h1>What the engineers say</h1>"
    assert _ruled(rules.headline, page, TITLE) == [
        ("Island repairs its wall", Ruling.FIELD, Label.TITLE)
    ]
    assert _ruled(rules.headline, page) == []


def test_byline_below_the_body_is_left_to_others():
    """An author named after the story is no byline of it."""
    assert _ruled(rules.byline, STORY + "<div class=author>Bob Poe</div>") == []


def test_every_rule_has_a_fixture_on_both_sides():
    """No rule of the list goes untested, neither what it takes nor what it must leave."""
    taking = {case[0] for case in CASES} | {rules.headline}
    assert taking == set(rules.HTML_RULES)
    assert {case[0] for case in LIARS} == set(rules.HTML_RULES)
