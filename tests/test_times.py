"""Which ``time`` elements of a page date its story, and of what they tell."""

import pytest

from pipeline.cleaning.head import claims
from pipeline.cleaning.html import parse

DAY, NEXT, THIRD = "2024-03-05T08:00:00Z", "2024-03-06T09:30:00Z", "2024-03-07T07:00:00Z"
WORDS = "The council met on Tuesday and voted for the new bridge after a long debate. " * 12


def page(body: str, title: str = "Council votes for bridge") -> list[tuple[str, str]]:
    """Return the claims that the elements ``time`` of a page make, as field and value."""
    source = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    found = claims(parse(source)[0], None)
    return [(c.field, c.value) for c in found if c.source == "time"]


def dated(day: str, inside: str = "some day", name: str = "") -> str:
    """Return an element ``time``."""
    return f'<time class="{name}" datetime="{day}">{inside}</time>'


HEADING = "<h1>Council votes for bridge</h1>"


@pytest.mark.parametrize(
    "body",
    [
        f"<article>{HEADING}<p>By Ann Roe {dated(DAY)}</p><p>{WORDS}</p></article>",
        f"<article>{HEADING}<div>Published: {dated(DAY)}</div><p>{WORDS}</p></article>",
        f'<div class="has-sidebar"><main>{HEADING}{dated(DAY)}<p>{WORDS}</p></main></div>',
        f'<div class="elementor-widget"><div>{dated(DAY)}</div></div><p>{WORDS}</p>{HEADING}',
        f'<div class="event-page">{HEADING}<p>{dated(DAY)}</p><p>{WORDS}</p></div>',
        f'<article><h1><a href="/">{dated(DAY)} Council votes for bridge</a></h1></article>',
        f'<header>{HEADING}</header><p><a href="/2024">{dated(DAY)} {dated(DAY)}</a></p>',
        f"<article>{HEADING}<p>{dated(DAY, name='entry-date published updated')}</p></article>",
    ],
)
def test_the_date_in_the_head_of_a_story_is_its_date(body: str) -> None:
    """Also under a class that elsewhere names a side column or an event."""
    assert ("published", DAY) in page(body)
    assert "modified" not in dict(page(body))


@pytest.mark.parametrize(
    "body",
    [
        f"<p>Last updated: {dated(DAY)}. If you buy something we may earn.</p>",
        f"<p>Zuletzt aktualisiert am {dated(DAY)}</p>",
        f"<p><span>Mis à jour le</span> {dated(DAY)}</p>",
        f"<p>{dated(DAY, name='post-updated')}</p>",
        f'<div class="field--name-changed"><div>{dated(DAY)}</div></div>',
        f'<div class="wp-block-post-date__modified-date">{dated(DAY)}</div>',
    ],
)
def test_an_update_is_no_publication(body: str) -> None:
    """By its label or by the class around it."""
    assert page(HEADING + body + f"<p>{WORDS}</p>") == [("modified", DAY)]


def test_a_label_of_an_update_in_a_box_of_the_publication_tells_of_both() -> None:
    """Such a page shows one date until its story is changed."""
    body = f'{HEADING}<p class="time-of-publication">Aktualisiert am {dated(DAY)}</p><p>{WORDS}</p>'
    assert page(body) == [("modified", DAY), ("published", DAY)]


def teaser(day: str) -> str:
    """Return the box of another story."""
    return f'<div><h3><a href="/other">Bridge of Ash closes for a year</a></h3>{dated(day)}</div>'


@pytest.mark.parametrize(
    "body",
    [
        f"<aside>{dated(DAY)}</aside>",
        f'<div class="sidebar"><p>{dated(DAY)}</p></div>',
        f'<div class="comment-list"><p>Good. {dated(DAY)}</p></div>',
        teaser(DAY),
        f'<a href="/x"><span>Bridge of Ash closes for a year</span> {dated(DAY)}</a>',
        f'<a href="/x"><h3>Bridge of Ash closes</h3><div>{dated(DAY)}</div></a>',
        f'<div class="event-box"><p>Concert</p>{dated(DAY)}</div>',
        f'<div class="opening-hours">{dated(DAY)}</div>',
        "".join(f"<li><b>{day}</b>{dated(day)}</li>" for day in (DAY, NEXT, THIRD)),
        f"<p>The bridge a duke gave to the city as a present was opened on {dated(DAY)}.</p>",
    ],
)
def test_a_date_of_something_else_is_not_the_storys(body: str) -> None:
    """Side columns, comments, teasers, events, lists and sentences have dates of their own."""
    assert page(f"<article>{HEADING}<p>{WORDS}</p></article>{body}") == []


def test_a_teaser_with_an_h1_of_its_own_is_a_teaser() -> None:
    """Only the heading that the page declares makes a head."""
    other = f'<article class="teaser"><h1>Bridge of Ash closes</h1>{dated(NEXT)}</article>'
    body = f"<article>{HEADING}{dated(DAY)}<p>{WORDS}</p></article>{other}"
    assert page(body) == [("published", DAY)]


def test_one_date_in_the_shape_of_a_list_is_told_twice_and_still_counts() -> None:
    """Pages show their date for narrow and for wide screens."""
    body = HEADING + "".join(f"<p>{dated(DAY)}</p>" for _ in range(3)) + f"<p>{WORDS}</p>"
    assert page(body) == [("published", DAY)]
