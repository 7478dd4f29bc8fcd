"""Measure the cleaning out of fold against trafilatura and readability, in HTML and text dumps.

    python -m tests.bench.cleaning CORPUS [--out FOLDER]

Models are trained on the pages of the other folds (by registered domain); every page is cleaned on
its own, as a lone file. Word precision, recall and F1 are means over pages; the CPU times are those
of the same run. With --out the texts are written as JSON lines, one file a system.
"""

import argparse
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import process_time
from typing import Literal

import trafilatura
from lxml import etree
from readability import Document
from readability.readability import Unparseable

from pipeline.cleaning.classifier import Models
from pipeline.cleaning.clean import clean
from pipeline.cleaning.corpus import DUMPS, FOLDS, Labelled, block_dump, labelled, record
from pipeline.cleaning.train import fit, read
from pipeline.errors import DocumentError
from pipeline.model import CleanDocument, Facts
from pipeline.settings import Cleaning
from tests.bench.metadata_score import authors_right, date_right, title_right

OURS, TRAFILATURA, READABILITY = "copydesk", "trafilatura", "readability"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_WORST = 10
_SAMPLES = 1_000


@dataclass(slots=True)
class Measured:
    """What one fold gave: texts and CPU seconds by system and page, facts, helpers asked."""

    texts: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    seconds: Counter[str] = field(default_factory=Counter)
    facts: dict[str, Facts] = field(default_factory=dict)
    theirs: dict[str, Mapping[str, object]] = field(default_factory=dict)
    helpers: Counter[str] = field(default_factory=Counter)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its tables; returns the exit code."""
    parser = argparse.ArgumentParser(description="Benchmark of the cleaning, out of fold.")
    parser.add_argument("corpus", type=Path, help="folder with truth.jsonl and html/")
    parser.add_argument("--out", type=Path, help="write the texts here, one file a system")
    chosen = parser.parse_args(arguments)
    pages = list(labelled(chosen.corpus))
    with ProcessPoolExecutor(2, get_context("spawn")) as hands:
        found = _joined(hands.map(partial(measure, chosen.corpus), range(FOLDS)))
    if chosen.out:
        write(found, chosen.out)
    report(pages, found)
    return 0


def measure(corpus: Path, fold: int) -> Measured:
    """Train on the other folds and clean the pages of this one, by each system."""
    pages = list(labelled(corpus))
    models = fit(read(page for page in pages if page.fold != fold))
    sys.stderr.write(f"fold {fold + 1} of {FOLDS}: trained\n")
    found = Measured()
    for page in pages:
        if page.fold == fold:
            _measure_page(page, models, found)
    return found


def _measure_page(page: Labelled, models: Models, found: Measured) -> None:
    system = f"{OURS} html"
    done = _timed(found, system, page, lambda: _cleaned(page, "text/html", page.data, models))
    if isinstance(done, CleanDocument):
        found.facts[page.file] = done.facts
        found.helpers.update(evidence.helper for evidence in done.page.evidence)
    decoded = page.data.decode("utf-8", "replace")
    _timed(found, f"{TRAFILATURA} html", page, lambda: _trafilatura(page.data))
    _timed(found, f"{READABILITY} html", page, lambda: _readability(decoded))
    found.theirs[page.file] = _trafilatura_facts(page.data)
    for style, dump in DUMPS.items():
        data = dump(decoded).encode()
        found.texts[f"nothing {style}"][page.file] = data.decode()
        _timed(
            found, f"{OURS} {style}", page, lambda d=data: _cleaned(page, "text/plain", d, models)
        )


def _timed(
    found: Measured, system: str, page: Labelled, work: Callable[[], CleanDocument | str]
) -> CleanDocument | str:
    started = process_time()
    done = work()
    found.seconds[system] += process_time() - started
    found.texts[system][page.file] = done if isinstance(done, str) else done.text
    return done


def _cleaned(
    page: Labelled, media_type: Literal["text/html", "text/plain"], data: bytes, models: Models
) -> CleanDocument | str:
    try:
        return clean(record(page, media_type, data), Cleaning(), models)
    except DocumentError:
        return ""


def _trafilatura(data: bytes) -> str:
    return trafilatura.extract(data, include_comments=False) or ""


def _trafilatura_facts(data: bytes) -> Mapping[str, object]:
    found = trafilatura.extract_metadata(data)
    return {"title": found.title, "author": found.author, "date": found.date} if found else {}


def _readability(page: str) -> str:
    try:
        return block_dump(Document(page).summary())
    except (etree.LxmlError, ValueError, Unparseable):
        return ""


def _joined(parts: Iterator[Measured]) -> Measured:
    whole = Measured()
    for part in parts:
        for system, texts in part.texts.items():
            whole.texts[system].update(texts)
        whole.seconds += part.seconds
        whole.facts |= part.facts
        whole.theirs |= part.theirs
        whole.helpers += part.helpers
    return whole


def prf(text: str, truth: str) -> tuple[float, float, float]:
    """Return word precision, recall and F1 as bags of words."""
    own, true = Counter(_WORD.findall(text.lower())), Counter(_WORD.findall(truth.lower()))
    hit, said, wanted = (own & true).total(), own.total(), true.total()
    if not said or not wanted:
        return (1.0,) * 3 if said == wanted else (0.0,) * 3
    precision, recall = hit / said, hit / wanted
    return precision, recall, 2 * precision * recall / (precision + recall) if hit else 0.0


def report(pages: Sequence[Labelled], found: Measured) -> None:
    """Print every table."""
    groups: dict[str, list[Labelled]] = defaultdict(list)
    for page in pages:
        groups[page.group].append(page)
    scores = {
        system: {page.file: prf(texts.get(page.file, ""), page.text) for page in pages}
        for system, texts in found.texts.items()
    }
    base = found.seconds[f"{TRAFILATURA} html"]
    for group, members in groups.items():
        print(f"\n{group}: {len(members)} pages")
        for system in sorted(scores):
            print(_row(system, [scores[system][page.file] for page in members], found, base))
        pairs = [
            scores[f"{OURS} html"][p.file][2] - scores[f"{TRAFILATURA} html"][p.file][2]
            for p in members
        ]
        low, high = interval(pairs)
        print(f"  {OURS} minus {TRAFILATURA}: {mean(pairs):+.4f} [{low:+.4f}, {high:+.4f}]")
        _facts(members, found)
    print(f"\nhelpers asked, of {len(pages)} pages: {dict(found.helpers)}")
    _worst(pages, scores, found)


def _row(
    system: str, values: Sequence[tuple[float, float, float]], found: Measured, base: float
) -> str:
    ones = [f for _, _, f in values]
    low, high = interval(ones)
    cost = f"  CPU {found.seconds[system] / base:5.2f}" if found.seconds[system] else ""
    p, r = mean([p for p, _, _ in values]), mean([r for _, r, _ in values])
    best, fails = mean([f >= 0.99 for f in ones]), sum(f < 0.5 for f in ones)
    return (
        f"  {system:24} P {p:.4f}  R {r:.4f}  F1 {mean(ones):.4f} [{low:.4f}, {high:.4f}]"
        f"  >=.99 {best:.3f}  <.5 {fails:3d}{cost}"
    )


def _facts(members: Sequence[Labelled], found: Measured) -> None:
    """Print right, wrong and missing answers by field, and answers where there is none."""
    ours = {p.file: found.facts.get(p.file, Facts()) for p in members}
    theirs = {p.file: found.theirs.get(p.file, {}) for p in members}
    _field(
        "title",
        [(f.title or "", theirs[name].get("title") or "") for name, f in ours.items()],
        [p.truth["title"] for p in members],
        title_right,
    )
    _field(
        "author",
        [(_credited(f), _names(theirs[name].get("author"))) for name, f in ours.items()],
        [p.truth["authors"] for p in members],
        authors_right,
    )
    _field(
        "date",
        [(f.published_at, theirs[name].get("date")) for name, f in ours.items()],
        [p.truth["published"] for p in members],
        date_right,
    )


def _credited(facts: Facts) -> tuple[str, ...]:
    return (*facts.authors, facts.agency) if facts.agency else facts.authors


def _names(joined: object) -> tuple[str, ...]:
    return tuple(str(joined).split("; ")) if joined else ()


def _field(
    name: str,
    answers: Sequence[tuple[object, object]],
    truths: Sequence[object],
    right: Callable[..., bool],
) -> None:
    known = [(a, t) for a, t in zip(answers, truths, strict=True) if t]
    empty = [a for a, t in zip(answers, truths, strict=True) if not t]
    for side, system in enumerate((OURS, TRAFILATURA)):
        good = sum(bool(a[side]) and right(a[side], t) for a, t in known)
        missing = sum(not a[side] for a, _ in known)
        invented = sum(bool(a[side]) for a in empty)
        print(
            f"  {name:6} {system:12} right {good / max(1, len(known)):.3f} of {len(known)}, "
            f"missing {missing}, answers where there is none {invented} of {len(empty)}"
        )


def _worst(
    pages: Sequence[Labelled],
    scores: Mapping[str, Mapping[str, tuple[float, float, float]]],
    found: Measured,
) -> None:
    """Print the pages that cost most, and whether they leaked or lost."""
    print(f"\nthe {_WORST} worst pages of {OURS} html")
    mine = scores[f"{OURS} html"]
    for page in sorted(pages, key=lambda page: mine[page.file][2])[:_WORST]:
        precision, recall, f1 = mine[page.file]
        theirs = scores[f"{TRAFILATURA} html"][page.file][2]
        words = (
            len(_WORD.findall(page.text)),
            len(_WORD.findall(found.texts[f"{OURS} html"][page.file])),
        )
        print(
            f"  {page.file:44} F1 {f1:.3f} P {precision:.3f} R {recall:.3f}  "
            f"{TRAFILATURA} {theirs:.3f}  words {words[0]} true, {words[1]} kept"
        )


def write(found: Measured, folder: Path) -> None:
    """Write the texts of each system as JSON lines of file and text."""
    folder.mkdir(parents=True, exist_ok=True)
    for system, texts in found.texts.items():
        lines = (json.dumps({"file": f, "text": t}, ensure_ascii=False) for f, t in texts.items())
        (folder / f"{system.replace(' ', '-')}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def mean(values: Sequence[float]) -> float:
    """Return the mean, 0 of nothing."""
    return sum(values) / max(1, len(values))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean."""
    draw = random.Random(0)
    means = sorted(mean(draw.choices(values, k=len(values))) for _ in range(_SAMPLES))
    return means[int(0.025 * _SAMPLES)], means[int(0.975 * _SAMPLES) - 1]


if __name__ == "__main__":
    sys.exit(main())
