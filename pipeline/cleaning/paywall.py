"""What a page shows of its paywall, and whether the story is whole: two answers, with evidence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from pipeline.cleaning.walls import METER, READ_ON
from pipeline.model import Completeness, Label, Page, Paywall, Ruling, Verdict


@dataclass(frozen=True, slots=True)
class Access:
    """The two answers, each with what it rests on."""

    paywall: Paywall = "unknown"
    paywall_evidence: str | None = None
    completeness: Completeness = "unknown"
    completeness_evidence: str | None = None


def access(page: Page, verdicts: Sequence[Verdict], truncated: str | None = None) -> Access:
    """Return paywall and completeness from declarations and the offer blocks.

    A meter makes the page metered, a declaration free or gated, a wall after the text gated. The
    absence of all proves nothing. A wall after the last kept block, or on a page that keeps none,
    means that the rest is missing; so does ``truncated``, by which the delivery says so.
    """
    offers = [v.block for v in verdicts if v.label is Label.PAYWALL]
    kept = [v.block for v in verdicts if v.ruling is Ruling.KEEP]
    meter = _first(page, offers, METER)
    wall = _first(page, [i for i in offers if not kept or i > kept[-1]], READ_ON)
    declared = {
        c.value: f"{c.source}: isAccessibleForFree" for c in page.claims if c.field == "free"
    }
    completeness, why = _completeness(truncated or wall, declared)
    if meter:
        return Access("metered", meter, completeness, why)
    if "false" in declared:
        return Access("gated", f"{declared['false']} false", completeness, why)
    if wall:
        return Access("gated", wall, completeness, why)
    if "true" in declared:
        return Access("free", f"{declared['true']} true", completeness, why)
    return Access(completeness=completeness, completeness_evidence=why)


def _completeness(cut: str | None, declared: dict[str, str]) -> tuple[Completeness, str | None]:
    if cut:
        return "partial", cut
    if "true" in declared and "false" not in declared:
        return "full", f"{declared['true']} true"
    return "unknown", None


def _first(page: Page, blocks: Sequence[int], pattern: re.Pattern[str]) -> str | None:
    found = (i for i in blocks if pattern.search(page.blocks[i].text))
    i = next(found, None)
    return None if i is None else f"block {i}: {shorten(page.blocks[i].text, 120, placeholder='…')}"
