"""Furniture across documents: clutter that it takes, and words of stories that it costs.

A made set: sites of which the corpus has two or more pages lend their clutter, wire stories stand
in the place of the story. Each site prints several stories, a near copy and a re-crawl of the
first, and, by turns, earnings or follow-ups that reprint background paragraphs. Beside it the
corpus' own pages of these sites, as they are. ``make bench-furniture`` prints the table.
"""

import argparse
import gzip
import json
import random
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import duckdb

from pipeline import engine, learning, pool
from pipeline.cleaning.clean import clean
from pipeline.model import CleanDocument, RawDocument, Ruling, Verdict
from pipeline.settings import Cleaning, load
from tests.bench.staged import one_process

_SHARED = [up / "shared" for up in Path(__file__).parents[3:]]
SHARED = next(filter(Path.is_dir, _SHARED), _SHARED[0])
STORIES = (2, 3, 5)
TOPICS = ("plain", "earnings", "follow-ups")
DIRTY = {"paywall", "also_read", "caption", "ocr"}
TEASER = 25
"""Words of a line that may stand for a line of another page; longer ones are other stories."""
UNSURE = 0.6
"""Score of every block where furniture works alone: nothing is known of any line."""


@dataclass(frozen=True, slots=True)
class Dump:
    """One page of the made set: its site, its lines, and which of them are the story."""

    site: str
    topic: str
    lines: tuple[str, ...]
    story: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The clutter of a real page, above and below its story."""

    above: tuple[str, ...]
    below: tuple[str, ...]


def folded(text: str) -> str:
    """Return the words of a text for comparison."""
    return " ".join(re.findall(r"\w+", text.lower()))


def real_pages() -> dict[str, list[tuple[list[str], frozenset[str]]]]:
    """Return the lines of each page and its story, by domain, of those with two or more pages."""
    sys.path.insert(0, str(SHARED / "score"))
    from dumps import block

    by_site = defaultdict(list)
    for line in (SHARED / "corpus" / "truth.jsonl").read_text("utf-8").splitlines():
        page = json.loads(line)
        host = (urlsplit(page["url"] or "").hostname or "").removeprefix("www.")
        by_site[host].append(page)
    found = {}
    for host, pages in sorted(by_site.items()):
        if host and len(pages) > 1:
            found[host] = [_dumped(page, block) for page in pages]
    return found


def _dumped(page: dict[str, str], block: Any) -> tuple[list[str], frozenset[str]]:
    data = gzip.decompress((SHARED / "corpus" / "html" / page["file"]).read_bytes())
    title = folded(page["title"] or "")
    dump = block(data.decode("utf-8", "replace")).split("\n")
    lines = [line for line in dump if not _is_title(folded(line), title)]
    truth = folded(page["text"])
    exact = {folded(line) for line in page["text"].split("\n")}
    story = {
        line
        for line in lines
        if folded(line) in exact or (len(folded(line).split()) >= 5 and folded(line) in truth)
    }
    return lines, frozenset(story)


def _is_title(line: str, title: str) -> bool:
    """Tell whether a line is the headline, which belongs to neither side of this count."""
    short, long = sorted((line, title), key=len)
    return len(short.split()) >= 3 and short in long and len(long) < 2 * len(short) + 20


def sheet(lines: Sequence[str], story: frozenset[str]) -> Sheet:
    """Cut the story out of a page; what stood inside it goes below."""
    places = [n for n, line in enumerate(lines) if line in story]
    first = places[0] if places else len(lines) // 2
    clutter = [[x for x in part if x not in story] for part in (lines[:first], lines[first:])]
    return Sheet(*map(tuple, clutter))


def wire() -> dict[str, list[list[list[str]]]]:
    """Return the wire stories by topic: each a list of copies, the fullest first, line by line."""
    kinds = {}
    for line in (SHARED / "syndication" / "truth.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        kinds[row["id"]] = row
    clusters = defaultdict(list)
    for line in (SHARED / "syndication" / "docs.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        fate = kinds[row["id"]]
        if not DIRTY & set(fate["kinds"]):
            text = [" ".join(x.split()) for x in row["text"].split("\n") if x.strip()]
            clusters[fate["cluster"]].append((-fate["words"], row["id"], text))
    found: dict[str, list[list[list[str]]]] = {"plain": [], "earnings": []}
    for _, copies in sorted(clusters.items()):
        texts = [text for *_, text in sorted(copies)]
        figures = sum(bool(re.search(r"\d", x)) and len(x.split()) < 12 for x in texts[0])
        if figures >= 4:
            found["earnings"].append(texts)
        elif len(texts[0]) >= 6 and -min(copies)[0] >= 150:
            found["plain"].append(texts)
    return found


def made_set(seed: int) -> Iterator[Dump]:
    """Yield the pages of the made set, then the corpus' own pages of the same sites."""
    rng = random.Random(seed)
    pages, stories = real_pages(), wire()
    for texts in stories.values():
        rng.shuffle(texts)
    given = {name: iter(texts) for name, texts in stories.items()}
    sheets = {host: [sheet(*page) for page in found] for host, found in pages.items()}
    every = (x for s in sheets.values() for page in s for x in (*page.above, *page.below))
    teasers = [line for line in every if len(line.split()) <= TEASER]
    for number, (host, own) in enumerate(sheets.items()):
        for count in STORIES:
            topic = TOPICS[(number + count) % len(TOPICS)]
            chosen = [
                next(given["earnings" if topic == "earnings" else "plain"]) for _ in range(count)
            ]
            site = f"{count}.{topic}.{host}"
            printed = list(_printed(chosen, topic))
            for n, text in enumerate(printed):
                page = _own(own, 0 if n == len(printed) - 1 else n, teasers, rng)
                lines = (f"{text[0]} | {host}", *page.above, *text, *page.below)
                yield Dump(site, f"{topic}, {count} stories", lines, frozenset(text))
    for host, found in pages.items():
        for lines, story in found:
            yield Dump(host, "real pages", tuple(lines), story)


def _printed(chosen: Sequence[Sequence[list[str]]], topic: str) -> Iterator[list[str]]:
    """Yield the stories of a site, a near copy and a re-crawl of the first."""
    first = chosen[0][0]
    background = sorted(first[1:], key=len)[-2:] if topic == "follow-ups" else []
    for n, copies in enumerate(chosen):
        yield copies[0] if n == 0 else [*copies[0], *background]
    yield chosen[0][1] if len(chosen[0]) > 1 else first[:-1]
    yield first


def _own(sheets: Sequence[Sheet], n: int, other: Sequence[str], rng: random.Random) -> Sheet:
    """Return the clutter of a site's page: what its pages share, and lines of no other page.

    Where a sheet is used again, the lines that no other sheet has are another site's.
    """
    page = sheets[n % len(sheets)]
    if n < len(sheets):
        return page
    shared = [{*s.above, *s.below} for s in sheets if s is not page]

    def fresh(lines: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(x if any(x in s for s in shared) else rng.choice(other) for x in lines)

    return Sheet(fresh(page.above), fresh(page.below))


def kept_all(raw: RawDocument, limits: Cleaning) -> CleanDocument:
    """Clean a document without judging: every block is kept, none for sure."""
    document = clean(raw, limits)
    verdicts = tuple(Verdict(v.block, Ruling.KEEP, None, "all", UNSURE) for v in document.verdicts)
    return replace(document, verdicts=verdicts)


def measure(dumps: Sequence[Dump], judge: Any) -> tuple[dict[str, Counter[str]], list[str], float]:
    """Run the line over the dumps; return words by topic and fate, the lost lines, and the cost.

    The cost is the time of learning and applying by that of the whole run.
    """
    engine.crew, pool.clean = one_process, judge  # type: ignore[assignment]
    pool._allow, pool._unlimited = lambda _: None, lambda call, item: call(item)
    spent = [0.0]
    for name in ("learn", "apply"):
        setattr(learning, name, _timed(getattr(learning, name), spent))
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw"
        raw.mkdir()
        rows = (
            {"source": d.site, "url": f"n{n}", "text": "\n".join(d.lines)}
            for n, d in enumerate(dumps)
        )
        (raw / "feed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        began = perf_counter()
        engine.ingest(raw, Path(folder) / "clean", load(environ={}, folder=raw)[0])
        share = spent[0] / (perf_counter() - began)
        return *_counted(Path(folder) / "clean", dumps), share


def _timed(call: Any, spent: list[float]) -> Any:
    def timed(*arguments: Any) -> Any:
        began = perf_counter()
        try:
            return call(*arguments)
        finally:
            spent[0] += perf_counter() - began

    return timed


def _counted(clean_: Path, dumps: Sequence[Dump]) -> tuple[dict[str, Counter[str]], list[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    lost = []
    stories = [(frozenset(map(folded, d.story)), folded(" ".join(d.story))) for d in dumps]
    for dump in dumps:
        for line in dump.lines:
            kind = "story" if line in dump.story else "clutter"
            found[dump.topic][kind] += len(folded(line).split())
    query = f"""WITH line AS (
        SELECT doc_id, text, rule FROM '{clean_}/removed/*/*.parquet' WHERE label = 'furniture'
        UNION ALL SELECT doc_id, unnest(string_split(text, chr(10))), 'kept'
        FROM '{clean_}/documents/*/*.parquet')
        SELECT raw_locator, text, rule FROM line JOIN '{clean_}/origins/*.parquet' USING (doc_id)"""
    for locator, text, rule in duckdb.sql(query).fetchall():
        n = int(locator.removeprefix("line:")) - 1
        line = folded(text)
        exact, whole = stories[n]
        own = line in exact or (len(line.split()) >= 4 and line in whole)
        fate = f"{'story' if own else 'clutter'} {'kept' if rule == 'kept' else 'furniture'}"
        found[dumps[n].topic][fate] += len(line.split())
        if fate == "story furniture":
            lost.append(f"{dumps[n].site}: {text}")
    return found, lost


def table(found: dict[str, Counter[str]]) -> Iterator[str]:
    """Yield the lines of the table: clutter words left in the texts, story words lost."""
    heads = ("story words", "clutter left", "with", "removed", "story lost")
    yield f"{'':28}" + "".join(f"{head:>13}" for head in heads)
    everything: Counter[str] = Counter()
    for topic in sorted(found):
        everything += found[topic]
    for topic, count in [*sorted(found.items()), ("all", everything)]:
        left = count["clutter kept"]
        before = left + count["clutter furniture"]
        lost = count["story furniture"] / count["story"]
        yield (
            f"{topic:28}{count['story']:13,}{before / count['clutter']:13.1%}"
            f"{left / count['clutter']:13.1%}{1 - left / max(before, 1):13.1%}{lost:13.3%}"
        )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lost", action="store_true", help="list the story lines that were lost")
    parser.add_argument("--seed", type=int, default=5, help="which stories stand on which site")
    options = parser.parse_args()
    dumps = list(dict.fromkeys(made_set(options.seed)))
    for name, judge in (("furniture after the judge", clean), ("furniture alone", kept_all)):
        found, lost, share = measure(dumps, judge)
        print(f"\n{name}: {len(dumps)} pages, {share:.1%} of the run's time")
        print("\n".join(table(found)))
        if options.lost:
            print("\n".join(sorted(lost)))


if __name__ == "__main__":
    main()
