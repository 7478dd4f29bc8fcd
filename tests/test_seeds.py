"""The five raw files of the project come out exactly as hand labels have them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.cleaning.clean import clean
from pipeline.identity import sha256
from pipeline.model import Origin, RawDocument, Ruling
from pipeline.settings import Cleaning

RAW = Path(__file__).parents[1] / "raw"
STORY_000 = {*range(3, 30, 2)}
STORY_001 = {1, 2, *range(4, 14)}
STORY_002 = {*range(3, 36, 2)}
STORY_003 = {12, 19, 21, 23, 25, 27, 29, 31}
STORY_004 = {*range(20, 45, 2)}

OFFER_001 = {*range(14, 34), *range(36, 40), *range(42, 46), *range(48, 52), 54, 55}

KEPT = {"000": STORY_000, "001": STORY_001, "002": STORY_002, "003": STORY_003, "004": STORY_004}
LABELS = {
    "000": {"caption": {1}, "credit": {31}},
    "001": {"related": {3}, "paywall": OFFER_001},
    "002": {"title": {1}},
    "003": {"title": {1}, "date": {9}, "caption": {15}},
    "004": {
        "title": {6}, "byline": {8}, "caption": {12, 14, 16}, "credit": {48}, "related": {50, 54},
        "advert": {58},
    },
}  # fmt: skip
EITHER_WAY = {"003": {11}, "004": {18}}
FACTS = {
    "000": {
        "title": None, "authors": ("Yoko Kubota",), "authors_source": "credit", "agency": "Reuters",
        "editors": ("Robert Birsel",),
        "agency_source": "credit", "dateline": "TOKYO", "published_precision": "day",
        "published_at": datetime(2013, 11, 2, tzinfo=UTC),
        "credits": ("(Reporting by Yoko Kubota; Editing by Robert Birsel)",),
    },
    "001": {
        "title": None, "authors": (), "agency": None, "dateline": None, "published_at": None,
        "paywall": "metered", "completeness": "partial", "captions": (), "credits": (),
    },
    "002": {
        "title": "Japan, Russia agree to cooperate over Asian security", "title_source": "text",
        "authors": (), "agency": None, "dateline": None, "published_at": None, "paywall": "unknown",
    },
    "003": {
        "authors": (), "agency": None, "dateline": None, "published_precision": "minute",
        "published_at": datetime(2013, 11, 2, 10, 3, tzinfo=UTC), "published_zone_known": False,
    },
    "004": {
        "title": "Japan And Russia Are Expanding Defense Ties With Eyes On China",
        "authors": ("Mari Yamaguchi",), "authors_source": "byline", "agency": "AP",
        "agency_source": "byline", "dateline": "TOKYO", "published_at": None,
    },
}  # fmt: skip
TITLE_003 = (
    "Japan Russia agreed to improve bilateral defense exchanges to boost fight against terrorism"
)


def cleaned(number):
    """Return the raw text of a seed, its name, and the clean document."""
    (path,) = RAW.glob(f"{number}_*.txt")
    data = path.read_bytes()
    raw = RawDocument("d", Origin(path.name, "", sha256(data)), "unknown", "text/plain", data)
    return data.decode(), path.name, clean(raw, Cleaning())


def by_line(text, document):
    """Return the verdict on each physical line that begins a block."""
    pairs = zip(document.page.blocks, document.verdicts, strict=True)
    return {text.count("\n", 0, block.start) + 1: verdict for block, verdict in pairs}


@pytest.mark.parametrize("number", KEPT)
def test_exactly_the_story_is_kept(number):
    """The kept lines are the story's, no more and no less."""
    text, _, document = cleaned(number)
    kept = {n for n, v in by_line(text, document).items() if v.ruling is Ruling.KEEP}
    if number == "003":
        assert len(kept & {12, 14}) == 1
        kept = {12 if n == 14 else n for n in kept}
    assert kept - EITHER_WAY.get(number, set()) == KEPT[number]


@pytest.mark.parametrize("number", LABELS)
def test_what_is_removed_is_called_what_it_is(number):
    """Each labelled line has its label."""
    text, _, document = cleaned(number)
    found = by_line(text, document)
    for label, lines in LABELS[number].items():
        assert {n: str(found[n].label) for n in lines} == dict.fromkeys(lines, label)


@pytest.mark.parametrize("number", FACTS)
def test_the_facts_are_those_of_the_page(number):
    """Facts are found where the page has them and None where it has not."""
    _, _, document = cleaned(number)
    assert {name: getattr(document.facts, name) for name in FACTS[number]} == FACTS[number]
    assert document.facts.language == "en"


def test_a_title_may_keep_its_trailing_code():
    """The title of the third file is its first line, with or without the number at its end."""
    _, _, document = cleaned("003")
    assert document.facts.title.removesuffix(" 0211131") == TITLE_003


@pytest.mark.parametrize("number", KEPT)
def test_only_the_credit_names_editors(number):
    """The first file's credit names its editor; the others name none."""
    _, _, document = cleaned(number)
    assert document.facts.editors == FACTS[number].get("editors", ())


@pytest.mark.parametrize("number", KEPT)
def test_spans_give_every_block_back(number):
    """The span of a block in the decoded text is the block, up to runs of white space."""
    text, _, document = cleaned(number)
    for block in document.page.blocks:
        assert " ".join(text[block.start : block.end].split()) == block.text
    outside = text
    for block in reversed(document.page.blocks):
        outside = outside[: block.start] + outside[block.end :]
    assert not outside.strip()


@pytest.mark.parametrize("number", KEPT)
def test_the_shared_hand_labels_agree(number, shared):
    """The labels that came with the five files are met as well."""
    text, name, document = cleaned(number)
    gold = json.loads((shared / "gold" / "seeds.json").read_text("utf-8"))
    file = gold["files"][name]
    editors = file.get("metadata", {}).get("editors", ())
    assert document.facts.editors == tuple(editors)
    found = by_line(text, document)
    free = {int(n) for key in file.get("either_way", {}) for n in key.split(",")}
    for label in gold["labels"]:
        for line in set(file.get(label, ())) - free:
            mine = "keep" if found[line].ruling is Ruling.KEEP else str(found[line].label)
            if label in {"keep", "paywall", "related", "credit", "caption"}:
                assert (line, mine) == (line, label)
            else:
                assert mine != "keep", line
