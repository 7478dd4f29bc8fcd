"""Sources that change, in the report: lines and alarms on the pages of their outlets."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from lxml import html

from pipeline import drifting, engine, reported_drift, reporting
from pipeline.drift.grid import Rows
from pipeline.report import pages
from pipeline.reported_drift import Drifted
from pipeline.settings import Drift, Settings
from tests.made_history import changed, past, publish, replace_past

pytestmark = pytest.mark.usefixtures("inline")
DAYS = 40
NAMES = ("gazette", "herald", "<b>bold")


def broken(seed: int = 0) -> tuple[Rows, np.ndarray]:
    """Return a past in which one source lost its words, and another fell silent."""
    sources = {name: np.full(DAYS, 20.0) for name in NAMES}
    sources["<b>bold"][36:] = 0
    rows, runs = past(sources, seed)
    return changed(rows, "gazette", 38, DAYS, words_log=np.log(40)), runs


def of(clean: Path, **settings: bool) -> Drifted:
    """Return what the report is told of a store; no document has a page."""
    return reported_drift.drifted(drifting.known(clean, Drift(**settings)), "?", lambda _: False)


@pytest.fixture
def clean(tmp_path: Path, make_story: Callable[..., str]) -> Path:
    """Publish that past for documents of the three sources."""
    (tmp_path / "raw").mkdir()
    feed = [
        {"text": make_story(n, 3), "title": f"News {n}", "source": NAMES[n % 3]} for n in range(9)
    ]
    (tmp_path / "raw" / "feed.jsonl").write_text("\n".join(map(json.dumps, feed)))
    engine.ingest(tmp_path / "raw", tmp_path / "clean", Settings())
    replace_past(tmp_path / "clean", *broken())
    return tmp_path / "clean"


def test_lines_and_alarms_of_each_outlet(clean: Path, tmp_path: Path):
    """Told in words, with the document to look at; drawn; a table behind; the list counts them."""
    reporting.report(clean, tmp_path / "report")

    def page(name: str) -> html.HtmlElement:
        return html.parse(str(tmp_path / "report" / name)).getroot()

    gazette = page(pages.outlet_address("gazette"))
    (alarm,) = gazette.xpath("//p[starts-with(@class, 'alarm')]")
    assert alarm.text_content().startswith("new gazette: words kept fell from ")
    assert "copydesk show raw/feed.jsonl --at line:" in alarm.text_content()
    (target,) = alarm.xpath(".//a/@href")
    assert (tmp_path / "report" / "outlets" / target).resolve().is_file()
    (picture,) = gazette.xpath("//*[local-name() = 'svg'][@class = 'plot']")
    shown = [text.text for text in picture.iter("{*}text", "text")]
    assert {"documents", "words kept", "title found", "words of furniture"} <= set(shown)
    rows = gazette.xpath("//section[@id = 'alarms']//details//tbody/tr")
    assert len(rows) == DAYS
    assert rows[0].xpath("./th")[0].text == "1 Jan 2024"
    silent = page(pages.outlet_address("<b>bold"))
    assert (
        "documents fell from 20 to 0 a day" in silent.xpath("//p[@class='alarm']")[0].text_content()
    )
    herald = page(pages.outlet_address("herald"))
    assert (
        "Nothing that is told as a break"
        in herald.xpath("//section[@id = 'alarms']")[0].text_content()
    )
    counted = page("outlets.html").xpath("//a[contains(@href, '#alarms')]")
    assert [a.text for a in counted] == ["1 alarm", "1 alarm"]
    told = page("index.html").xpath("//section[@id = 'changes']")[0].text_content()
    assert told.index("gazette: words kept fell") < told.index("<b>bold: documents fell")


def test_nothing_is_told_where_nobody_judges(clean: Path, tmp_path: Path):
    """With ``drift.enabled = false`` there are neither lines nor alarms."""
    reporting.report(clean, tmp_path / "report", drift=Drift(enabled=False))
    index = (tmp_path / "report" / "index.html").read_text("utf-8")
    assert "Sources that changed" not in index
    outlet = (tmp_path / "report" / pages.outlet_address("gazette")).read_text("utf-8")
    assert "What changed of late" not in outlet


def test_the_report_is_the_same_each_time(clean: Path, tmp_path: Path):
    """Lines and alarms, too."""
    for name in ("one", "two"):
        reporting.report(clean, tmp_path / name)
    one, two = (
        (tmp_path / name / pages.outlet_address("gazette")).read_bytes() for name in ("one", "two")
    )
    assert one == two


def test_an_outlet_has_what_is_told_of_who_delivers_it(tmp_path: Path):
    """A source is watched as it is delivered; the report knows it by what its pages say."""
    rows, runs = broken()
    site = np.where(rows.source == rows.sources.index("gazette"), 0, -1)
    named = Rows(rows.time, rows.source, site, rows.numbers, rows.sources, ("The Gazette",))
    publish(tmp_path, named, runs)
    found = of(tmp_path)
    (alarm,) = found.alarms("The Gazette")
    assert (alarm.source, alarm.outlet) == ("gazette", "The Gazette")
    assert found.alarms("gazette") == ()
    (figure,) = found.figures("The Gazette")
    assert figure.title == "What came of gazette"
    assert found.figures("nobody") == ()


def test_a_break_of_many_is_told_of_each(tmp_path: Path):
    """The alarm of all stands on the page of each."""
    rows, runs = past({f"s{n}": np.full(DAYS, 20.0) for n in range(8)})
    for n in range(7):
        rows = changed(rows, f"s{n}", 38, DAYS, score=0.7)
    publish(tmp_path, rows, runs)
    found = of(tmp_path)
    assert [len(found.alarms(f"s{n}")) for n in range(8)] == [1] * 7 + [0]
    assert found.alarms("s3")[0].source == "*"


def test_what_a_source_was(tmp_path: Path):
    """Words as people read them, None on days without documents, and where the break is."""
    publish(tmp_path, *broken())
    known = drifting.known(tmp_path, Drift())
    assert known is not None
    gazette = reported_drift.watched(known, known.seen.sources.index("gazette"))
    assert (gazette.days[0], len(gazette.days)) == (date(2024, 1, 1), DAYS)
    words = next(c for c in gazette.courses if c.name == "words kept")
    assert words.values[0] == pytest.approx(600, rel=0.4)
    assert words.values[-1] == pytest.approx(40)
    assert words.breaks == ((38, 39),)
    silent = reported_drift.watched(known, known.seen.sources.index("<b>bold"))
    assert next(c for c in silent.courses if c.name == "words kept").values[-1] is None
    came = next(c for c in silent.courses if c.name == "documents")
    assert came.values[-4:] == (0.0,) * 4
    assert came.breaks == ((36, 39),)


def test_a_source_may_be_called_as_many_are(tmp_path: Path):
    """One named ``*`` is one source, not all of them."""
    rows, runs = past({name: np.full(DAYS, 20.0) for name in ("*", "herald")})
    publish(tmp_path, changed(rows, "*", 38, DAYS, words_log=np.log(40)), runs)
    (change,) = of(tmp_path).changes
    assert (change.source, change.outlet) == ("*", "*")
