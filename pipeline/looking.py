"""Clean one raw file and look at it, without a ledger or a store."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.crew import crew
from pipeline.errors import RawFileError, SettingsError
from pipeline.model import CleanDocument, Ignored, RawDocument, Rejected, Ruling
from pipeline.pool import AsItIs, clean_all
from pipeline.reading.files import printable, raw_file
from pipeline.reading.read import read
from pipeline.settings import Settings


def clean_file(
    file: Path, raw: Path, settings: Settings, locator: str | None = None
) -> Iterator[CleanDocument | Rejected]:
    """Yield each record of a raw file cleaned or rejected, in file order.

    ``raw`` is the raw folder if ``file`` lies in it, which may decide the delivery source.
    Raises SettingsError when there is no record at ``locator``.
    """
    inside = file.absolute().is_relative_to(raw.absolute())
    home = raw if inside else file.parent
    entry = raw_file(home, printable(file.absolute().relative_to(home.absolute()).as_posix()))
    met: list[RawDocument | Rejected] = []

    def records() -> Iterator[RawDocument | Rejected]:
        try:
            for item in read(home, entry, settings.reading):
                if not isinstance(item, Ignored) and locator in {None, _locator(item)}:
                    met[:] = [item]
                    yield item
        except RawFileError as error:
            yield Rejected(entry.path, "", None, "read", error.reason, error.detail)

    # In a worker: what an ingest refuses for its hunger must not take the terminal with it.
    with crew(settings) as hands:
        yield from clean_all(records(), hands, AsItIs())
    if locator is not None and not met:
        raise SettingsError(f"{file}: no record at {locator}")


def facts(outcome: CleanDocument | Rejected) -> dict[str, Any]:
    """Return an outcome as plain values: facts, text, and every block with its verdict."""
    if isinstance(outcome, Rejected):
        return {"rejected": asdict(outcome)}
    page = outcome.page
    blocks = [
        {
            "block": verdict.block,
            "verdict": str(verdict.ruling),
            "label": verdict.label,
            "rule": verdict.rule,
            "score": verdict.score,
            "start": page.blocks[verdict.block].start,
            "end": page.blocks[verdict.block].end,
            "text": page.blocks[verdict.block].text,
        }
        for verdict in outcome.verdicts
    ]
    return {
        "doc_id": outcome.doc_id,
        "origin": asdict(outcome.origin),
        "source": outcome.source,
        "url": outcome.url,
        "mode": page.mode,
        "encoding": page.encoding,
        "encoding_source": page.encoding_source,
        "warnings": list(page.warnings),
        "facts": asdict(outcome.facts),
        "text": outcome.text,
        "kept": sum(v.ruling is Ruling.KEEP for v in outcome.verdicts),
        "blocks": blocks,
    }


def _locator(item: RawDocument | Rejected) -> str:
    return item.locator if isinstance(item, Rejected) else item.origin.locator
