"""Syndication in many languages: copies meet, the same event told by another desk does not.

``languages/CODE.txt`` holds for each language an agency story, what outlets make of it, and what
another outlet wrote of the event by itself; all of it was written for this test.
"""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline import engine
from pipeline.settings import load
from tests.comparing import matched, named

FILES = sorted((Path(__file__).parent / "languages").glob("*.txt"))

DIGRAPHS = "ä written as ae is another word"
SYLLABLES = "few syllables have the five letters of a term: a brief has too few to be judged by"


def parts(file):
    """Return the named parts of a language's file."""
    pieces = file.read_text("utf-8").removeprefix("== ").split("\n== ")
    split = (piece.partition("\n") for piece in pieces)
    return {"code": file.stem} | {name: content.strip("\n") for name, _, content in split}


def housed(text, rules):
    """Set a text in the style of another house: one replacement after the other, each of use."""
    for rule in rules.split("\n"):
        old, _, new = (part.strip().replace("␣", " ") for part in rule.partition("→"))
        assert old in text, f"{rule}: changes nothing"
        text = text.replace(old, new)
    return text


def cut(story):
    """Return the first paragraphs of a story, less than half of it."""
    kept = ""
    for paragraph in story.split("\n\n"):
        if 2 * len(kept + paragraph) > len(story):
            break
        kept += paragraph + "\n\n"
    return kept.strip()


COPIES = {"agency", "retitled", "cut", "house", "offered"}


def documents(family):
    """Return what eight outlets print: a page each by its name."""
    headline, retitled, story = family["headline"], family["retitled"], family["story"]
    first, *rest = housed(story, family["house"]).split("\n\n")
    local = "\n\n".join([first, family["local"], *rest])
    return {
        "agency": f"{headline}\n\n{story}",
        "retitled": f"{retitled}\n\n{story}",
        "cut": f"{retitled}\n\n{cut(story)}",
        "house": f"{headline}\n\n{local}",
        "offered": f"{headline}\n\n{story}\n\n{family['offer']}",
        "other": family["other"],
        "other-offered": f"{family['other']}\n\n{family['offer']}",
        "brief-offered": "\n\n".join([*family["other"].split("\n")[:2], family["offer"]]),
    }


@pytest.fixture(scope="module")
def told(inline, tmp_path_factory):
    """Send all pages through the whole line; return the row of ``copies`` by language and name."""
    folder = tmp_path_factory.mktemp("languages")
    (folder / "raw").mkdir()
    pages = {(f.stem, name): text for f in FILES for name, text in documents(parts(f)).items()}
    feed = (
        {"text": text, "date": "2024-05-14", "url": f"https://{name}.{code}/"}
        for (code, name), text in pages.items()
    )
    (folder / "raw" / "feed.jsonl").write_text("".join(json.dumps(x) + "\n" for x in feed))
    engine.ingest(folder / "raw", folder / "clean", load(environ={})[0])
    files = (folder / "clean" / "copies").rglob("*.parquet")
    rows = [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]
    found = {tuple(row["source"].split(".")[::-1]): row for row in rows}
    assert found.keys() == pages.keys()
    return found


def languages(**failing):
    """Parametrise a test by language; those known to fail carry the reason."""
    marks = {code: [pytest.mark.xfail(reason=reason)] for code, reason in failing.items()}
    return pytest.mark.parametrize(
        "family",
        [pytest.param(parts(file), id=file.stem, marks=marks.get(file.stem, [])) for file in FILES],
    )


def compared(one, other):
    """Return the match of two texts, if they have one, candidates or not."""
    matches = matched(one, other)
    return matches[0] if matches else None


@languages()
def test_copies_meet_and_another_telling_stays_apart(family, told):
    """Five copies are one story and three pages another, whatever offer stands below them."""
    code = family["code"]
    rows = {name: told[code, name] for name in documents(family)}
    for names in (COPIES, {*rows} - COPIES):
        (story,) = {rows[name]["story_id"] for name in names}
        members = {key for key, row in told.items() if row["story_id"] == story}
        assert members == {(code, name) for name in names}
    assert rows["cut"]["match_kind"] == "contained"
    assert rows["cut"]["containment"] > 0.9
    kinds = {rows[name]["match_kind"] for name in ("agency", "retitled", "offered", "house")}
    assert kinds <= {None, "exact", "near"}


@languages(vi=SYLLABLES)
def test_an_offer_alone_joins_nothing(family):
    """Raw pages that share but the offer below them are no copies, short as they may be."""
    offer = family["offer"]
    brief = "\n\n".join([*family["other"].split("\n")[:2], offer])
    assert compared(f"{family['story']}\n\n{offer}", brief) is None
    assert compared(f"{cut(family['story'])}\n\n{offer}", brief) is None


@languages(de=DIGRAPHS)
def test_the_style_of_the_house_costs_little(family):
    """Accents left out, other quotes and figures: most of a copy is still found in the story."""
    story, house = family["story"], housed(family["story"], family["house"])
    if named(story) != named(house):
        match = compared(story, house)
        assert match
        assert match.containment > 0.75
