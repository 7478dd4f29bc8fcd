"""The pictures of the report: the same bytes each time, colours by class, numbers behind them."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import pytest

from pipeline.report import day_graph, over_time, plots
from pipeline.report.courses import drift_lines
from pipeline.report.facts import Copy, Course, Entry, Figure, Outlet, Watched

HOSTILE = '<script>alert("$x^2$")</script>\x1b[31m\u202e & $\\alpha$'


def outlet(name: str, documents: int, marked: int, unmarked: int) -> Outlet:
    """Return an outlet with so many documents."""
    return Outlet(name, documents, documents, marked, unmarked, 0, 0, 0, 100, None, None, ())


def copies(*matched: tuple[str, str | None]) -> list[Copy]:
    """Return copies by id and the id of the copy that each was matched with."""
    return [
        Copy(doc_id, "x", "t", None, other is None, other and "near", other)
        for doc_id, other in matched
    ]


def words() -> Figure:
    """Draw three days, one undated, one label that nobody knows."""
    return over_time.words_over_time(
        [
            (date(2024, 3, 4), None, 900),
            (date(2024, 3, 4), "paywall", 30),
            (date(2024, 3, 6), "menu", 7),
            (date(2024, 3, 6), HOSTILE, 5),
            (None, None, 40),
        ]
    )


def travels() -> Figure:
    """Draw two agencies, one with a hostile name."""
    return plots.travels([("Reuters", 1, 6), ("Reuters", 70, 2), (HOSTILE, 3, 1), (None, 1, 9)])


def agency() -> Figure:
    """Draw two outlets."""
    return plots.agency_share([outlet(HOSTILE, 9, 3, 2), outlet("b", 4, 0, 0)])


def of_day() -> Figure:
    """Draw two stories of a day."""
    stories = {
        "aa1": copies(("aa1", None), ("b", "aa1"), ("c", "b"), ("d", "aa1")),
        "bb2": copies(("bb2", None), ("e", "bb2")),
    }
    at = datetime(2024, 3, 4, tzinfo=UTC)
    entries = {name: Entry(name, HOSTILE, "text", at, len(own)) for name, own in stories.items()}
    return day_graph.day_graph("4 Mar 2024", stories, entries)


def of_source() -> Figure:
    """Draw a source of which a number broke on the second of four days; one day brought nothing."""
    days = tuple(date(2024, 3, day) for day in (4, 5, 6, 7))
    courses = (
        Course("documents", "documents", (9.0, 8.0, 0.0, 7.0)),
        Course("words kept", "words", (400.4, 20.0, None, 30.0), ((1, 3),)),
        Course(HOSTILE, "share", (0.5, 1.0, None, 0.994)),
        Course("garbled text", "share", (0.0, 0.0, None, 0.0)),
        Course("score", "score", (0.93, 0.9, None, 0.92)),
    )
    return drift_lines(Watched(HOSTILE, days, courses), 1)


FIGURES = [words, travels, agency, of_day, of_source]


@pytest.mark.parametrize("make", FIGURES)
def test_a_picture_is_the_same_each_time(make: Callable[[], Figure]):
    """No clock, no random number."""
    assert make() == make()


@pytest.mark.parametrize("make", FIGURES)
def test_a_picture_is_safe_and_bears_both_themes(make: Callable[[], Figure]):
    """It has no script and no inline style; its colours are classes; hostile names are text."""
    svg = make().svg
    root = ET.fromstring(svg)
    assert {e.tag.split("}")[1] for e in root.iter()} <= {
        *("svg", "g", "path", "use", "text", "tspan", "defs", "clipPath", "rect", "a"),
    }
    assert "style=" not in svg.replace("&", "")
    painted = {
        value
        for e in root.iter()
        for key, value in e.attrib.items()
        if key in {"fill", "stroke"} and value != "none"
    }
    assert not painted
    assert all(e.get("class") for e in root.iter() if e.tag.endswith("}text"))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", svg)
    addresses = [v for e in root.iter() for k, v in e.attrib.items() if k.endswith("href")]
    assert all(v.startswith(("#", "stories/")) for v in addresses)


@pytest.mark.parametrize("make", [words, travels, agency])
def test_every_part_of_a_bar_has_an_edge(make: Callable[[], Figure]):
    """Light parts are seen on the paper, neighbours told apart; one of nothing is none."""
    parts = [
        (e.get("class") or "", e.get("d") or "")
        for e in ET.fromstring(make().svg).iter()
        if re.search(r"\bfill-(step|label|kept|agency|unmarked|own)", e.get("class") or "")
    ]
    assert parts
    assert all("stroke-edge" in kind for kind, _ in parts)
    for _, path in parts:
        places = re.findall(r"([\d.]+) ([\d.]+)", path)
        assert len({x for x, _ in places}) == len({y for _, y in places}) == 2


def test_pictures_of_one_page_share_no_ids():
    """Each id has the name of its picture before it."""
    ids = [re.findall(r'\bid="([^"]+)"', make().svg) for make in FIGURES]
    every = [one for some in ids for one in some]
    assert len(every) == len(set(every))


def test_a_dollar_sign_is_no_formula():
    """Names of outlets are text, whatever stands in them."""
    assert "$x^2$" in "".join(ET.fromstring(agency().svg).itertext())


def test_the_numbers_behind_the_words():
    """A row a day, days without a word included; the undated last; labels in their order."""
    figure = words()
    assert figure.head == ("day", "kept", "paywall", "menu", HOSTILE)
    assert figure.rows == (
        ("4 Mar 2024", 900, 30, 0, 0),
        ("5 Mar 2024", 0, 0, 0, 0),
        ("6 Mar 2024", 0, 0, 7, 5),
        ("no date", 40, 0, 0, 0),
    )


def test_the_numbers_behind_drift_lines():
    """A row a day; shares in percent; what was nought all the time is left out."""
    figure = of_source()
    assert figure.head == ("day", "documents", "words kept", f"{HOSTILE}, %", "score")
    assert figure.rows == (
        ("4 Mar 2024", 9, 400, 50, "0.93"),
        ("5 Mar 2024", 8, 20, 100, "0.90"),
        ("6 Mar 2024", 0, "", "", ""),
        ("7 Mar 2024", 7, 30, 99, "0.92"),
    )


def test_a_break_is_drawn_where_it_is():
    """From the last sound day to where it ends, in dashes; the other lines have none."""
    root = ET.fromstring(of_source().svg)
    paths = [e for e in root.iter() if e.tag.endswith("}path")]
    (broken,) = [e for e in paths if e.get("stroke-dasharray")]
    assert broken.get("class") == "stroke-cut"
    places = re.findall(r"[ML]([\d.]+)", broken.get("d", ""))
    assert places == ["150.0", "288.7", "566.0"]
    sound = [e for e in paths if e.get("class") == "stroke-course"]
    assert len(sound) == 4


def test_a_source_of_one_day_has_a_dot():
    """No line can be drawn through one point, and nothing is divided by nothing."""
    figure = drift_lines(Watched("a", (date(2024, 3, 4),), (Course("x", "share", (0.5,)),)), 1)
    assert 'd="M150.0' in figure.svg
    assert 'h0"' in figure.svg


@pytest.mark.parametrize(
    ("last", "unit", "bars"),
    [
        (date(2024, 2, 20), "day", 51),
        (date(2024, 12, 31), "week", 53),
        (date(2027, 12, 31), "month", 48),
        (date(9999, 12, 31), "year", 2),
    ],
)
def test_long_times_are_drawn_by_week_month_or_year(last: date, unit: str, bars: int):
    """A page that declares the year 9999 makes no million bars."""
    figure = over_time.words_over_time([(date(2024, 1, 1), None, 10), (last, None, 20)])
    assert (figure.head[0], len(figure.rows)) == (unit, bars)


@pytest.mark.parametrize("others", [1, 40])
def test_one_wrong_date_does_not_make_all_others_one_bar(others: int):
    """It has a bar of its own, however many documents a day has; no word is lost."""
    days = [(date(2024, 3, day), None, 100 * others) for day in range(1, 29)]
    figure = over_time.words_over_time(
        [*days, (date(1995, 1, 1), None, 100), (date.max, "menu", 7)]
    )
    assert figure.head[0] == "day"
    assert [row[0] for row in figure.rows][:2] == ["earlier", "1 Mar 2024"]
    assert figure.rows[-1] == ("later", 0, 7)
    assert len(figure.rows) == 30
    assert "before 1 Mar 2024 or after 28 Mar 2024" in figure.note
    assert "earlier" in "".join(ET.fromstring(figure.svg).itertext())


def test_days_of_few_words_that_the_time_has_room_for_are_drawn():
    """Being few makes no stray."""
    rows = [
        (date(2024, 3, 1), None, 1),
        (date(2024, 3, 9), None, 9000),
        (date(2024, 4, 2), None, 1),
    ]
    figure = over_time.words_over_time(rows)
    assert len(figure.rows) == 33
    assert "Little is dated" not in figure.note


def test_nothing_can_be_drawn():
    """An edition without a document has pictures without bars."""
    assert over_time.words_over_time([]).rows == ()
    assert plots.travels([]).rows == ()
    assert plots.agency_share([]).rows == ()


def test_a_picture_says_what_it_leaves_out():
    """Of thirty agencies and of 201 outlets some are drawn; where all are, nothing is said."""
    many = plots.travels([(f"agency {n}", 1, 30 - n) for n in range(30)] + [(None, 1, 1)])
    assert "Drawn are 19 of 30 agencies, those with most stories." in many.note
    assert len(many.rows) == 31
    outlets = plots.agency_share([outlet(f"o{n}", 1, 0, 0) for n in range(201)])
    assert "Drawn are 20 of 201 outlets, those with most documents." in outlets.note
    assert "The table ends at 200 outlets." in outlets.note
    assert len(outlets.rows) == 200
    assert "Drawn are" not in travels().note + agency().note


def test_how_far_an_agency_travels():
    """Its stories by steps of copies, the agency with most stories first, the nameless last."""
    assert next(row[:2] for row in travels().rows) == ("Reuters", 8)
    assert travels().rows[0][2:] == (6, 0, 0, 0, 0, 0, 2)
    assert travels().rows[-1][0] == "no agency named"


def test_each_story_of_a_day_is_one_link_with_a_name():
    """Whoever goes by keyboard or ear meets its headline once, and no copy without a name."""
    links = [e for e in ET.fromstring(of_day().svg).iter() if e.tag.endswith("}a")]
    named = [e for e in links if e.get("tabindex") != "-1"]
    assert len(named) == 2
    assert all(e.get("aria-label", "").startswith("<script>") for e in named)
    assert all(e.get("aria-hidden") == "true" for e in links if e not in named)
    assert len(links) == 4


def test_each_kind_of_copy_has_a_marker_and_a_column():
    """Colour alone tells nothing."""
    kinds = ("exact", "near", "contained", "update")
    own = [Copy("a", "x", "t", None, True)]
    own += [Copy(kind, "x", "t", None, False, kind, "a") for kind in kinds]
    at = datetime(2024, 3, 4, tzinfo=UTC)
    figure = day_graph.day_graph("4 Mar 2024", {"a": own}, {"a": Entry("a", "t", "", at, 5)})
    root = ET.fromstring(figure.svg)
    defined = {f"#{e.get('id')}": e.get("d") for e in root.iter() if e.get("id")}
    shapes = set()
    for kind in ("canonical", *kinds):
        used = [
            e for e in root.iter() if e.tag.endswith("}use") and e.get("class") == f"fill-{kind}"
        ]
        href = used[0].get("{http://www.w3.org/1999/xlink}href", "")
        shapes.add(defined[href])
    assert len(shapes) == 5
    assert figure.head[4:] == (
        "same words",
        "nearly all the same",
        "cut down",
        "with new paragraphs",
    )
    assert figure.rows[0][4:] == (1, 1, 1, 1)


def test_a_picture_of_a_giant_says_how_many_are_drawn():
    """Else its note, each mark is a copy, would not be true."""
    own = copies(("a", None), *((f"c{n}", "a") for n in range(299)))
    at = datetime(2024, 3, 4, tzinfo=UTC)
    figure = day_graph.day_graph("4 Mar 2024", {"a": own}, {"a": Entry("a", "t", "", at, 300)})
    assert "not all copies are drawn: 90 of 300." in figure.note
    assert "not all copies" not in of_day().note
