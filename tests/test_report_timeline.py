"""Dates on the pages: when each outlet printed a story, no more exact than that is known."""

from dataclasses import replace
from datetime import UTC, datetime

from lxml import html

from pipeline.report import pages, search
from pipeline.report.facts import Copy
from pipeline.report.timeline import timeline
from tests.test_report_pages import EDITION, ENTRY, MAKE, document, story


def test_a_story_that_no_page_dates_has_no_timeline():
    """Nor one of which one copy is dated."""
    undated = tuple(replace(c, published=None) for c in story().copies)
    page = pages.story(EDITION, replace(story(), copies=undated), 1, [document()])
    assert 'id="time"' not in page
    assert 'id="time"' in MAKE["story"]()


def test_a_copy_known_to_the_day_does_not_stand_before_the_hours_of_that_day():
    """It is a bar of the whole day; one known to the year has no place in time, and is counted."""
    day = datetime(2024, 3, 4, tzinfo=UTC)
    found = timeline(
        [
            Copy("a", "post", None, day, False, "near", precision="day"),
            Copy("b", "wire", None, day.replace(hour=6), True, precision="minute"),
            Copy("c", "old", None, datetime(2024, 1, 1, tzinfo=UTC), False, precision="year"),
            Copy(
                "d",
                "far",
                None,
                day.replace(hour=18),
                False,
                "near",
                None,
                None,
                1,
                "minute",
                False,
            ),
        ]
    )
    assert found
    assert [(t.outlet, t.dots[0].x, t.dots[0].wide) for t in found.tracks] == [
        ("wire", 25, 0),
        ("far", 75, 0),
        ("post", 0, 100),
    ]
    assert [t.dots[0].told for t in found.tracks] == [
        "4 Mar 2024, 06:00 UTC",
        "4 Mar 2024, 18:00",
        "4 Mar 2024",
    ]
    assert (found.coarse, found.zoneless, found.undated, found.days) == (1, 1, 0, True)


def test_one_wrong_date_does_not_draw_all_others_at_one_place():
    """It stands at the edge, with its date; two copies months apart are both drawn."""
    at = datetime(2024, 3, 4, 6, tzinfo=UTC)
    times = [at, at.replace(hour=12), at.replace(hour=18), at.replace(year=1995)]
    told = [
        Copy(f"{n}", f"o{n}", None, time, not n, precision="minute") for n, time in enumerate(times)
    ]
    found = timeline(told)
    assert found
    drawn = {t.outlet: (t.dots[0].x, t.dots[0].off) for t in found.tracks}
    assert drawn == {"o0": (0, ""), "o1": (50, ""), "o2": (100, ""), "o3": (0, "earlier")}
    assert (found.first, found.off) == ("4 Mar 2024, 06:00 UTC", 1)
    few = timeline([told[0], told[3]])
    assert few
    assert [t.dots[0].x for t in few.tracks] == [0, 100]
    assert few.off == 0


def test_the_colours_of_a_timeline_have_a_legend():
    """Of the kinds that are drawn, in words."""
    page = html.document_fromstring(MAKE["story"]())
    (legend,) = page.xpath("//section[@id='time']//*[contains(@class, 'kinds')]")
    assert legend.text_content().split() == ["canonical", "near"]


def test_a_page_tells_no_date_more_exact_than_it_is_known():
    """Neither a copy's, nor a story's in a list or in the index, nor a time's zone."""
    at = datetime(2024, 1, 1, 8, 30, tzinfo=UTC)
    told = story(3)
    known = [("year", True), ("minute", False), ("day", True)]
    copies = tuple(
        replace(c, published=at, precision=p, zone_known=z)
        for c, (p, z) in zip(told.copies, known, strict=True)
    )
    told = replace(told, copies=copies, published=at, precision="year")
    page = pages.story(EDITION, told, 1, [document(c.doc_id) for c in copies])
    shown = html.document_fromstring(page)
    rows = shown.xpath("//section[@id='copies']//*[@class='row']/span[@class='meta'][1]/text()")
    assert rows == ["2024", "1 Jan 2024, 08:30", "1 Jan 2024"]
    assert "1 copy known to the month or the year alone, not drawn" in page
    assert "08:30 UTC" not in page
    entry = replace(ENTRY, published=at, precision="year")
    assert "2024, day not known" in pages.story_list(
        EDITION, pages.Paging("stories", 1, 1), [entry], []
    )
    assert search.row(told, {})[2] == "2024"
