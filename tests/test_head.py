"""What a page claims of itself, and who in it made the claim."""

import json

from lxml import html

from pipeline.cleaning.head import capped, claims, paid_elements
from pipeline.model import Claim


def _claims(head="", body="", url=None):
    page = f"<html lang=en><head>{head}</head><body>{body}</body></html>"
    return claims(html.document_fromstring(page), url)


def _ld(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return f'<script type="application/ld+json">{text}</script>'


def _values(found, field, source):
    return [c.value for c in found if (c.field, c.source) == (field, source)]


def test_article_in_a_graph_with_references():
    """Authors that a graph gives by reference are resolved; organisations are told apart."""
    graph = {
        "@graph": [
            {"@type": "WebPage", "isAccessibleForFree": "False"},
            {
                "@type": ["NewsArticle"],
                "headline": "Ferry &amp; bridge",
                "author": [{"@id": "#ann"}, {"@type": "Organization", "name": "Island Wire"}],
                "datePublished": "2024-02-03T04:05:06Z",
                "articleSection": ["Transport", "Local"],
                "publisher": {"name": "The Harbour"},
            },
            {"@type": "Person", "@id": "#ann", "name": "Ann Roe"},
        ]
    }
    found = _claims(_ld(graph))
    assert _values(found, "title", "json-ld") == ["Ferry & bridge"]
    assert _values(found, "author", "json-ld") == ["Ann Roe"]
    assert _values(found, "author", "json-ld:organization") == ["Island Wire"]
    assert _values(found, "published", "json-ld") == ["2024-02-03T04:05:06Z"]
    assert _values(found, "section", "json-ld") == ["Transport"]
    assert _values(found, "publisher", "json-ld") == ["The Harbour"]
    assert _values(found, "free", "json-ld") == ["false"]


def test_the_article_of_the_page_is_taken():
    """Of several articles in JSON-LD the one with the page's own address speaks for the page."""
    nodes = [
        {"@type": "Article", "url": "https://a.example/other", "headline": "Other"},
        {"@type": "Article", "url": "https://a.example/this/", "headline": "This"},
    ]
    found = _claims(_ld(nodes), url="https://a.example/this#top")
    assert _values(found, "title", "json-ld") == ["This"]


def test_broken_json_is_mended_or_searched():
    """Trailing commas are mended; of what no repair reads, single fields are still found."""
    mended = _claims(_ld('{"@type": "NewsArticle", "headline": "Mended",}'))
    assert _values(mended, "title", "json-ld") == ["Mended"]
    searched = _claims(_ld('{"headline": "He said "no" \n", "datePublished": "2020-01-02", '))
    assert _values(searched, "published", "json-ld") == ["2020-01-02"]


def test_lone_surrogates_do_not_pass():
    """A surrogate that JSON spells becomes U+FFFD, so that every claim can be stored."""
    found = _claims(_ld('{"@type": "Article", "headline": "Broken \\ud800 half"}'))
    assert _values(found, "title", "json-ld") == ["Broken \ufffd half"]


def test_meta_elements_keep_their_name_as_source():
    """Each claim of a meta element tells which one made it."""
    found = _claims(
        '<title>Ferry | The Harbour</title><meta property="og:title" content="Ferry \n returns">'
        '<meta name="Author" content="Ann Roe"><meta property="article:published_time" '
        'content="2024-02-03"><meta property="og:site_name" content="The Harbour">'
        '<link rel="canonical" href="https://a.example/ferry">'
    )
    assert Claim("title", "Ferry returns", "og:title") in found
    assert Claim("title", "Ferry | The Harbour", "title-tag") in found
    assert Claim("author", "Ann Roe", "meta:author") in found
    assert Claim("published", "2024-02-03", "meta:article:published_time") in found
    assert Claim("site", "The Harbour", "og:site_name") in found
    assert Claim("canonical_url", "https://a.example/ferry", "link-canonical") in found
    assert Claim("language", "en", "html-lang") in found


def test_body_elements_speak_unless_they_stand_aside():
    """Headings, times and bylines of the story count, those in a column of other stories do not."""
    found = _claims(
        body="<h1>Ferry</h1><div class=byline>By <a rel=author>Ann Roe</a></div>"
        "<time datetime=2024-02-03>Saturday</time><span itemprop=author><b itemprop=name>Ann</b>"
        "</span><aside><time datetime=1999-09-09>then</time><p class=byline>By Bob Poe</p></aside>"
    )
    assert Claim("title", "Ferry", "h1") in found
    assert Claim("author", "By Ann Roe", "byline-class") in found
    assert Claim("author", "Ann Roe", "rel-author") in found
    assert Claim("author", "Ann", "itemprop") in found
    assert _values(found, "published", "time") == ["2024-02-03"]
    assert not any("Bob" in c.value for c in found)


def test_page_without_statements_claims_nothing():
    """Nothing is invented for a page that says nothing of itself."""
    assert claims(html.document_fromstring("<p>Only text, by nobody, of no day.</p>"), None) == ()


def test_absurd_claims_are_left_out_with_a_warning():
    """Claims past the limits of number and length go, and the warning counts them."""
    many = [Claim("author", f"Name {n}", "itemprop") for n in range(70)]
    kept, warnings = capped([*many, Claim("title", "x" * 9_000, "h1")])
    assert len(kept) == 50
    assert warnings == (
        "20 claims of author too long or too many",
        "1 claims of title too long or too many",
    )


def test_declared_paid_part_is_found():
    """Simple selectors of the paid part find their elements; others find none."""
    part = {"isAccessibleForFree": False, "cssSelector": ".paid.text, #rest"}
    found = _claims(_ld({"@type": "NewsArticle", "hasPart": part}))
    tree = html.document_fromstring(
        "<div class='text paid'>a</div><div class=paid>b</div><p id=rest>c</p>"
    )
    assert sorted(e.text for e in paid_elements(tree, found)) == ["a", "c"]
    assert (
        paid_elements(tree, [Claim("paywall_selector", "div > p:last-child", "json-ld")]) == set()
    )
