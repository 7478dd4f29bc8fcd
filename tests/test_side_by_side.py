"""The comparison of whole commands: its arithmetic, its pages, its measuring, its page."""

import gzip
import json
import sys
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from fastwarc import ArchiveIterator

from tests.bench import bench_page, commands, raw_sets, side_by_side
from tests.bench.made_pages import CHANGED, made_pages, varied
from tests.bench.ratios import Cell, Spread, measure, order, paired, spread

DOCS = Path(__file__).parents[1] / "docs"
MENU = "<ul><li>Weather</li><li>Markets</li><li>Letters</li></ul>"
CODE = "<script>var weather = 'sunny intervals later in the afternoon, rain overnight';</script>"


def cell(system: str, round_: int, cpu: float, **more: object) -> Cell:
    """Return a run on ten documents."""
    facts = {"wall": cpu / 2, "memory": 1_000_000, "texts": 10, "stories": 9, "others": 0.0}
    return Cell("text", system, round_, 10, cpu=cpu, **{**facts, **more})


def words(page: bytes) -> list[str]:
    """Return the words of a made page's paragraph."""
    return page.decode().split("<p>")[1].split("</p>")[0].split()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a corpus folder of three pages."""
    folder = tmp_path / "corpus"
    (folder / "html").mkdir(parents=True)
    truths = []
    for number in range(3):
        draw = Random(number)
        prose = " ".join("".join(draw.choices("abdeiklmnorstu", k=k % 5 + 4)) for k in range(150))
        url = f"https://www.outlet{number}.example/news/story"
        page = (
            f'<html><head><title>Headline {prose[:40]}</title><link rel="canonical" href="{url}">'
            f"{CODE}</head><body>{MENU}<p>{prose}.</p></body></html>"
        )
        (folder / "html" / f"{number}.html.gz").write_bytes(gzip.compress(page.encode()))
        truths.append(json.dumps({"file": f"{number}.html.gz", "url": url}))
    (folder / "truth.jsonl").write_text("\n".join(truths), "utf-8")
    return folder


def test_a_spread_is_a_median_between_the_least_and_the_most():
    """An even number of rounds has its median in the middle of two."""
    assert spread([4.0, 1.0, 3.0, 2.0]) == Spread(2.5, 1.0, 4.0)
    with pytest.raises(ValueError, match="nothing was measured"):
        spread([])


def test_ratios_are_taken_inside_a_round():
    """A round in which all was twice as slow does not change a ratio; a lone run is left out."""
    cells = [cell("a", 1, 2.0), cell("b", 1, 4.0), cell("b", 2, 8.0), cell("a", 2, 4.0)]
    cells.append(cell("a", 3, 99.0))
    assert paired(cells, "text", "a", "b", "cpu") == Spread(0.5, 0.5, 0.5)
    assert paired(cells, "text", "a", "b", "rate") == Spread(2.0, 2.0, 2.0)
    assert paired(cells, "text", "a", "nobody", "cpu") is None
    assert measure(cells[0], "rate") == 5.0


def test_each_round_begins_with_another_system():
    """So that nobody always runs after the same one."""
    assert [order("abc", n) for n in (0, 1, 2, 3)] == [
        list(x) for x in ("abc", "bca", "cab", "abc")
    ]
    assert order([], 4) == []


def test_pages_are_the_corpus_first_and_never_equal(corpus: Path):
    """The first pass is the corpus, byte for byte; another making gives the same pages."""
    pages = list(made_pages(corpus, 12))
    assert pages == list(made_pages(corpus, 12))
    raws = [gzip.decompress((corpus / "html" / f"{n}.html.gz").read_bytes()) for n in range(3)]
    assert [page.data for page in pages[:3]] == raws
    assert len({page.data for page in pages}) == len({page.url for page in pages}) == 12
    assert [page.number for page in made_pages(corpus, 2)] == [0, 1]


def test_a_later_page_is_another_story_of_its_site_or_a_copy(corpus: Path):
    """Menus and code stay; the long words of the prose change places, in a copy hardly any."""
    page = next(made_pages(corpus, 3))
    changed = {}
    for seed in range(40):
        url, data = varied(page.data, page.url, 1, Random(seed))
        assert MENU.encode() in data
        assert CODE.encode() in data
        assert f'href="{url}"'.encode() in data
        pairs = list(zip(words(page.data), words(data), strict=True))
        assert all(old == new for old, new in pairs if len(old) < 5)
        long = [old != new for old, new in pairs if len(old) > 5]
        changed.setdefault("copy1." in url, []).append(sum(long) / len(long))
    assert min(changed[False]) > 0.9
    assert max(changed[True]) < 5 * CHANGED
    assert 3 <= len(changed[True]) <= 15


def test_bytes_that_are_no_utf_8_pass_unharmed(corpus: Path):
    """A page in another encoding keeps its bytes outside the words that change."""
    data = next(made_pages(corpus, 3)).data.replace(b"Weather", b"Wetter f\xfcr \xdcbersee")
    _, made = varied(data, "https://a.example/b", 1, Random(0))
    assert b"Wetter f\xfcr \xdcbersee" in made


def test_a_warc_record_is_read_by_others(corpus: Path, tmp_path: Path):
    """FastWARC gets address and page of each record back, in up to eight files."""
    raw_sets.warc_files(corpus, tmp_path / "warc", 12)
    files = sorted((tmp_path / "warc").iterdir())
    found = [
        (record.headers["WARC-Target-URI"], record.reader.read())
        for file in files
        for record in ArchiveIterator(BytesIO(file.read_bytes()))
    ]
    assert found == [(page.url, page.data) for page in made_pages(corpus, 12)]
    assert len(files) <= raw_sets.ARCHIVES


def test_what_a_command_left_behind_is_counted(tmp_path: Path):
    """CPU time of a process whose parent ended before it, as a fork server's does."""
    burn = "import os, time\nwhile time.process_time() < 0.4: pass"
    code = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {burn!r}])"
    found = commands.cost([sys.executable, "-c", code], tmp_path / "log", tmp_path)
    assert found.cpu > 0.4
    assert found.wall > 0.4
    assert 0 <= found.others <= 1


def test_memory_of_a_tree_is_added_up(tmp_path: Path):
    """A child's memory counts with that of its parent."""
    held = "import time\nheld = b'x' * 60_000_000\ntime.sleep(1)"
    here = held.partition("time.sleep")[0]
    code = f"{here}import subprocess, sys\nsubprocess.run([sys.executable, '-c', {held!r}])"
    found = commands.cost([sys.executable, "-c", code], tmp_path / "log", tmp_path)
    assert found.memory > 120_000_000


def test_a_command_that_fails_ends_the_comparison(tmp_path: Path):
    """The message has its exit code and what it said last."""
    command = [sys.executable, "-c", "raise SystemExit('no such thing')"]
    with pytest.raises(commands.CommandError, match=r"ended with 1\n.*no such thing"):
        commands.cost(command, tmp_path / "log", tmp_path)


def test_the_page_is_what_the_figures_say():
    """Text and tables in docs/ are made of the figures beside them, not edited after."""
    result = bench_page.load(DOCS / "benchmarks.json")
    assert bench_page.page(result) == (DOCS / "benchmarks.md").read_text("utf-8")
    assert all((DOCS / file).exists() for file, _ in bench_page.CHARTS.values())


def test_the_page_says_when_it_shows_little():
    """A small comparison on a busy machine calls itself one; a large one on a quiet machine not."""
    known = bench_page.load(DOCS / "benchmarks.json").facts
    rounds = [cell("copydesk", 1, 2.0, others=0.5), cell("script", 1, 4.0, others=0.0)]
    small = {**known, "plan": {"pages": 10, "texts": 10, "rounds": 1, "workers": 2}}
    page = bench_page.page(bench_page.Result(small, tuple(rounds)))
    assert "A trial, no result" in page
    assert "The machine was busy" in page
    assert "| text files | script | 2.00 | 0.50 | 1.00 |" in page
    large = {**known, "plan": {"pages": 9_000, "texts": 90_000, "rounds": 5, "workers": 2}}
    page = bench_page.page(bench_page.Result(large, (cell("copydesk", 1, 2.0),)))
    assert "A trial" not in page
    assert "busy:" not in page


def test_charts_are_the_same_bytes_again(tmp_path: Path):
    """The same figures draw the same file, names of systems in it."""
    from tests.bench.bench_chart import draw

    cells = [
        cell(name, n, n * size) for n in (1, 2) for name, size in (("copydesk", 1), ("script", 2))
    ]
    for name in ("a.svg", "b.svg"):
        draw(cells, "rate", "documents a CPU second", tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert "Copydesk" in (tmp_path / "a.svg").read_text("utf-8")


def test_wrong_usage_is_said(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A folder that is no corpus, and a size of nothing, are refused before anything runs."""
    for arguments, said in (
        ([str(tmp_path)], "is no corpus folder"),
        ([str(corpus), "--pages", "0"], "start at 1"),
    ):
        with pytest.raises(SystemExit, match="2"):
            side_by_side.main(arguments)
        assert said in capsys.readouterr().err


@pytest.mark.slow
def test_ten_documents_go_through_copydesk_and_the_script(corpus: Path, tmp_path: Path):
    """Both write every text; the figures, the page and the charts come out of one command."""
    into = tmp_path / "docs"
    sizes = ["--pages", "10", "--texts", "10", "--rounds", "1", "--workers", "2"]
    who = ["--inputs", "warc", "text", "--systems", "copydesk", "script"]
    assert side_by_side.main([str(corpus), *sizes, *who, "--into", str(into)]) == 0
    result = bench_page.load(into / "benchmarks.json")
    assert {(c.input, c.system) for c in result.cells} == {
        (i, s) for i in ("warc", "text") for s in ("copydesk", "script")
    }
    assert all(c.texts == 10 and 0 < c.stories <= 10 for c in result.cells)
    assert all(c.cpu > 0 and c.wall > 0 and c.memory > 50_000_000 for c in result.cells)
    assert str(tmp_path) not in (into / "benchmarks.json").read_text("utf-8")
    assert (into / "benchmarks.md").exists()
    assert (into / "benchmarks-rate.svg").exists()
