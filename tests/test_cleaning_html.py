"""HTML to blocks: nothing of the visible text is lost, every piece has its place."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html

from pipeline.cleaning import evidence
from pipeline.cleaning.align import coverage
from pipeline.cleaning.classifier import scores
from pipeline.cleaning.clean import clean
from pipeline.cleaning.html import parse, read_html
from pipeline.cleaning.html_blocks import DECLARED_PAYWALL, SKIP, blocks_of
from pipeline.errors import DocumentError, RejectReason
from pipeline.model import Origin, RawDocument
from pipeline.settings import Cleaning

PROSE = tuple(
    """The council of the island voted on Tuesday to repair the old harbour wall, which is broken.
Work will start in May and last for eighteen months, said the mayor, who had asked for the money.
Fishermen who use the inner basin must move their boats to the quay until the stones are set.
""".splitlines()
)


def _raw(text, charset=None):
    data = text if isinstance(text, bytes) else text.encode()
    origin = Origin("page.html", "", hashlib.sha256(data).hexdigest())
    return RawDocument("id", origin, "unknown", "text/html", data, charset=charset)


def _page(body, **limits):
    return read_html(_raw(f"<html><body>{body}</body></html>"), Cleaning(**limits))[0]


def _blocks(body, paid=()):
    tree, _ = parse(f"<html><body>{body}</body></html>")
    return blocks_of(tree, 1_000, [e for e in tree.iter() if e.get("id") in paid])


def _visible(tree):
    """Count the text another way: each node, unless an ancestor is skipped."""
    skipped = " or ".join(f"ancestor::{tag}" for tag in sorted(SKIP))
    return "".join("".join(t.split()) for t in tree.xpath(f"//text()[not({skipped})]"))


def _joined(blocks):
    return "".join("".join(b.text.split()) for b in blocks)


TAGS = st.sampled_from(
    ["p", "div", "b", "a", "br", "li", "td", "h2", "pre", "script", "svg", "button", "x-tag"]
)
TREES = st.recursive(
    st.text("aé語 \n\u00a0<&.)(", max_size=8).map(lambda t: t.replace("<", "&lt;")),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>", TAGS, st.lists(inner, max_size=4)
    ),
    max_leaves=25,
)


@settings(max_examples=120, derandomize=True, deadline=None)
@given(TREES)
def test_blocks_account_for_all_visible_text(body):
    """The blocks hold each visible character once and in order, white space aside."""
    tree, _ = parse(f"<html><body>x{body}</body></html>")
    assert _joined(blocks_of(tree, 10_000)) == _visible(tree)


def test_blocks_account_for_the_text_of_real_pages(shared):
    """The same holds for pages as publishers write them."""
    import gzip

    for file in sorted((shared / "corpus" / "html").glob("*.html.gz"))[::60]:
        tree, _ = parse(gzip.decompress(file.read_bytes()).decode("utf-8", "replace"))
        assert _joined(blocks_of(tree, 50_000)) == _visible(tree), file.name


def test_blocks_end_at_block_elements_and_breaks():
    """Inline elements stay inside a block; block-level elements and br end it."""
    found = _blocks("<div>One <b>bold</b> word<br>next<p>para</p>tail</div>")
    assert [b.text for b in found] == ["One bold word", "next", "para", "tail"]
    assert [b.markup.tag for b in found] == ["div", "div", "p", "div"]
    assert [b.index for b in found] == [0, 1, 2, 3]


def test_markup_tells_the_place():
    """Path, ancestors, hints, links and bold are those of the element that holds the text."""
    block = _blocks(
        "<main id=M><div>a</div><div class='Story  Text'><p>Say <a href=x>link</a> "
        "<b itemprop=name>now</b></p></div></main>"
    )[1]
    assert block.markup.path == "/html/body/main[1]/div[2]/p[1]"
    assert block.markup.ancestors == ("div", "main", "body")
    assert block.markup.hints == ("", "story text", "m", "", "")
    assert (block.markup.link_chars, block.markup.bold_chars) == (4, 3)


def test_path_leads_back_to_the_element():
    """The path is an XPath to the element that the block came from."""
    tree, _ = parse("<html><body><div><p>a</p><ul><li>b<li>c</ul></div><p>d</body></html>")
    for block in blocks_of(tree, 10):
        (element,) = tree.xpath(block.markup.path)
        assert element.text == block.text


def test_hint_of_an_inline_wrapper_counts():
    """The names of an inline element that holds the whole block are names of the block."""
    whole, part = _blocks("<p><span class=credit>Photo: Roe</span></p><p>By <i class=x>A</i></p>")
    assert whole.markup.hints[0] == "credit"
    assert part.markup.hints[0] == ""


@pytest.mark.parametrize(
    "attribute",
    ["hidden", "aria-hidden=true", "style='display: none'", "style='visibility:hidden'"],
)
def test_hidden_text_stays_in_and_is_marked(attribute):
    """A hidden element keeps its text, marked, as do the elements below it."""
    found = _blocks(f"<div {attribute}><p>meter</p></div><p>shown</p>")
    assert [(b.text, b.markup.hidden) for b in found] == [("meter", True), ("shown", False)]


def test_blank_line_in_pre_ends_a_block():
    """Preformatted text has paragraphs as plain text has."""
    assert [b.text for b in _blocks("<pre>one\ntwo\n \nthree</pre>")] == ["one two", "three"]


def test_inline_credit_becomes_its_own_block():
    """A credit at the end of a paragraph is split off and shares the paragraph's path."""
    story, credit = _blocks("<p>The wall will stand, she said. (Reporting by Ann Roe)</p>")
    assert credit.text == "(Reporting by Ann Roe)"
    assert story.markup.path == credit.markup.path


def test_declared_paid_part_is_marked():
    """Blocks below an element that is declared paid carry the hint."""
    free, paid = _blocks("<p>a</p><div id=wall><p>b</p></div>", paid=["wall"])
    assert not any(DECLARED_PAYWALL in h for h in free.markup.hints)
    assert any(DECLARED_PAYWALL in h for h in paid.markup.hints)


def test_too_many_blocks_are_refused():
    """A page over the limit of blocks is rejected, not cut."""
    with pytest.raises(DocumentError) as refused:
        _page("<p>word</p>" * 11, max_blocks=10)
    assert refused.value.reason is RejectReason.TOO_LARGE


@pytest.mark.parametrize("text", ["", " \n", "<script>var a</script>", "<!-- only this -->"])
def test_page_without_text_is_empty(text):
    """A page with nothing to read is rejected with its reason."""
    with pytest.raises(DocumentError) as refused:
        read_html(_raw(text), Cleaning())
    assert refused.value.reason in {RejectReason.EMPTY, RejectReason.UNPARSABLE}


def test_deep_nesting_is_read_whole():
    """What lies deeper than the parser's first limit is read on a second try, with no warning."""
    page = _page(f"<p>start</p>{'<div>' * 600}deep{'</div>' * 600}<p>after</p>")
    assert [b.text for b in page.blocks] == ["start", "deep", "after"]
    assert not page.warnings


def test_what_the_parser_drops_is_told():
    """Nesting past every limit leaves a warning, and a rejection if no text is left."""
    page = _page(f"<p>start</p>{'<div>' * 4_000}deep")
    assert [b.text for b in page.blocks] == ["start"]
    assert page.warnings
    with pytest.raises(DocumentError) as refused:
        _page(f"{'<div>' * 4_000}deep")
    assert refused.value.reason is RejectReason.TOO_DEEP


def test_declared_encoding_does_not_confuse_the_parser():
    """A page in another encoding with an XML declaration is decoded once, not twice."""
    text = '<?xml version="1.0" encoding="iso-8859-2"?><html><body><p>Łódź</p></body></html>'
    page, _ = read_html(_raw(text.encode("iso8859-2")), Cleaning())
    assert page.blocks[0].text == "Łódź"
    assert (page.encoding, page.encoding_source) == ("iso8859-2", "meta")


STORY = "".join(f"<p>{p}</p>" for p in PROSE)
MENU = "<ul class=menu><li><a href=/>Home</a><li><a href=/harbour>Harbour</a></ul>"


def _read(body):
    return read_html(_raw(f"<html><body>{body}</body></html>"), Cleaning())


def test_the_score_tells_story_from_menu():
    """Prose scores high and a menu of links low, with the evidence of a helper and without."""
    page, tree = _read(f"{MENU}<article><h1>Wall</h1>{STORY}</article>")
    found, _ = evidence.gather(tree, page.blocks)
    assert found[0].helper == evidence.TRAFILATURA
    for read in (page, replace(page, evidence=found)):
        score = dict(zip((b.text for b in read.blocks), scores(read), strict=True))
        assert all(score[p] > 0.9 for p in PROSE)
        assert max(score["Home"], score["Harbour"]) < 0.5


def test_failing_helpers_leave_a_warning(monkeypatch):
    """A helper that raises costs its evidence and leaves a warning."""

    def fail(*_, **__):
        raise RecursionError

    monkeypatch.setattr(evidence.trafilatura, "extract", fail)
    monkeypatch.setattr(evidence, "Document", fail)
    page, tree = _read(f"{MENU}<article>{STORY * 3}</article>")
    assert evidence.gather(tree, page.blocks) == (
        (),
        ("trafilatura failed: RecursionError", "readability failed: RecursionError"),
    )


def test_readability_is_asked_where_trafilatura_keeps_too_little(monkeypatch):
    """An empty answer of trafilatura brings in the second helper, a good one does not."""
    page, tree = _read(f"<article>{STORY}</article>")
    first, _ = evidence.gather(tree, page.blocks)
    assert [e.helper for e in first] == [evidence.TRAFILATURA]
    monkeypatch.setattr(evidence.trafilatura, "extract", lambda *_, **__: None)
    both, _ = evidence.gather(tree, page.blocks)
    assert [e.helper for e in both] == [evidence.TRAFILATURA, evidence.READABILITY]
    assert min(both[1].coverage) == 1.0


def test_helpers_are_asked_only_where_the_model_is_unsure(make_story):
    """A plain story is judged alone; where all is doubtful a helper gives evidence."""
    prose = "".join(f"<p>{p}</p>" for p in make_story(1, 8).split("\n\n"))
    sure = _raw(f"<html><body>{MENU}<article><h1>Wall</h1>{prose}</article></body></html>")
    assert clean(sure, Cleaning()).page.evidence == ()
    odd = "".join(f"<td>{word}<td>Read {word} now" for word in ["Roof", "Gate", "Pier", "Lock"])
    doubtful = _raw(f"<html><body><table><tr>{odd}</table></body></html>")
    assert clean(doubtful, Cleaning()).page.evidence


def test_helpers_leave_the_tree_and_no_state():
    """A page gives the same evidence after any other page, and its tree is not edited."""
    tree, _ = parse(f"<html><body>{MENU}<article>{STORY}</article></body></html>")
    blocks, before = blocks_of(tree, 100), etree.tostring(tree)
    first = evidence.gather(tree, blocks)
    for _ in range(4):
        other = html.document_fromstring(f"<body><div>{STORY}</div>{STORY}</body>")
        evidence.gather(other, blocks_of(other, 100))
    assert evidence.gather(tree, blocks) == first
    assert etree.tostring(tree) == before


def test_coverage_finds_the_right_one_of_equal_blocks():
    """A subhead is found between its paragraphs, not in the menu that has the same words."""
    blocks = ["Economy", "Sport", PROSE[0], "Economy", PROSE[1], "Sport"]
    output = f"{PROSE[0]}\nEconomy\n{PROSE[1]}"
    assert coverage(blocks, output) == (0, 0, 1, 1, 1, 0)


def test_coverage_of_altered_and_joined_blocks():
    """Blocks joined to one line count whole, half a block counts half, list marks do not matter."""
    blocks = [PROSE[0], PROSE[1], "An item of the list"]
    output = f"{PROSE[0]} {PROSE[1][: len(PROSE[1]) // 2]}\n- An item of the list"
    first, second, item = coverage(blocks, output)
    assert (first, item) == (1, 1)
    assert 0.4 < second < 0.6
    changed = PROSE[2].replace("inner basin", "")
    assert 0.5 < coverage([PROSE[2]], changed)[0] < 1


def test_coverage_of_a_page_printed_twice_takes_the_first_copy():
    """When every line stands twice, the copy in front is the one that was kept."""
    assert coverage([*PROSE, *PROSE], "\n".join(PROSE)) == (1, 1, 1, 0, 0, 0)
