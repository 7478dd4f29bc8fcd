"""What a page shows of its paywall, and whether the story is whole: two answers, with evidence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from pipeline.cleaning.prose import is_terminal, word_count
from pipeline.cleaning.walls import METER, READ_ON, RESERVED
from pipeline.model import Completeness, Label, Page, Paywall, Ruling, Verdict

_ENDS = frozenset({Label.CREDIT, Label.BIO, Label.RELATED, Label.COMMENTS})
"""What stands below a story that is whole."""
_NEAR = 8
"""Blocks between the end of the text and a wall that cuts it."""
_PARAGRAPH = 12
"""Words of a last paragraph that ought to end as a sentence does."""
_CUT = re.compile(r"(?:\.\.\.|…)[\s\])]*$")
_COUNTED = re.compile(r"\[\+\d+ chars\]\W*$")
"""By this a feed tells how much it left out, whatever follows."""


@dataclass(frozen=True, slots=True)
class Access:
    """The two answers, each with what it rests on."""

    paywall: Paywall = "unknown"
    paywall_evidence: str | None = None
    completeness: Completeness = "unknown"
    completeness_evidence: str | None = None


def access(page: Page, verdicts: Sequence[Verdict], truncated: str | None = None) -> Access:
    """Return paywall and completeness from declarations and the offer blocks.

    A meter makes the page metered; a declaration free or gated; a wall after the text, or one that
    keeps this very text for subscribers, gated. The absence of all proves nothing. A wall right
    after the last kept block, or on a page that keeps none, means that the rest is missing; so does
    a text that breaks off before an offer, a feed's count of what it cut ("[+1234 chars]"), and
    ``truncated``, by which the delivery says so.
    """
    paywall, keep = Label.PAYWALL, Ruling.KEEP  # dear to look up, and each block is asked
    offers = [v.block for v in verdicts if v.label is paywall]
    kept = [v.block for v in verdicts if v.ruling is keep]
    after = _after(verdicts, offers, kept)
    meter = _first(page, offers, METER)
    wall = _first(page, after, READ_ON)
    declared = _declared(page)
    missing = truncated or wall or _counted(page, kept) or _broken_off(page, kept, after)
    completeness, why = _completeness(missing, declared)
    if meter:
        return Access("metered", meter, completeness, why)
    if "false" in declared:
        return Access("gated", declared["false"], completeness, why)
    if wall := wall or _first(page, offers, RESERVED):
        return Access("gated", wall, completeness, why)
    if "true" in declared:
        return Access("free", declared["true"], completeness, why)
    return Access(completeness=completeness, completeness_evidence=why)


def _after(
    verdicts: Sequence[Verdict], offers: Sequence[int], kept: Sequence[int]
) -> Sequence[int]:
    """Return the offers that stand where the text stops, not those below what ends a story."""
    if not kept:
        return offers
    after = [i for i in offers if i > kept[-1]]
    if not after or after[0] - kept[-1] > _NEAR:
        return ()
    between = {v.label for v in verdicts[kept[-1] + 1 : after[0]]}
    return after if between.isdisjoint(_ENDS) else ()


def _declared(page: Page) -> dict[str, str]:
    """Return what the page's metadata says of its price, "true" or "false", and its words."""
    parts = ", ".join(c.value for c in page.claims if c.field == "paywall_selector")
    return {
        c.value: f"{c.source}: isAccessibleForFree {c.value}"
        + (f", paid part {parts}" if parts and c.value == "false" else "")
        for c in page.claims
        if c.field == "free"
    }


def _completeness(cut: str | None, declared: dict[str, str]) -> tuple[Completeness, str | None]:
    if cut:
        return "partial", cut
    if "true" in declared and "false" not in declared:
        return "full", declared["true"]
    return "unknown", None


def _counted(page: Page, kept: Sequence[int]) -> str | None:
    """Return the block at the end of the text, or right after, that counts what was left out."""
    end = kept[-1] if kept else 0
    return _first(page, [i for i in (end, end + 1) if i < len(page.blocks)], _COUNTED)


def _broken_off(page: Page, kept: Sequence[int], after: Sequence[int]) -> str | None:
    """Return what shows that the text stops short of its end before an offer."""
    if not kept or not after:
        return None
    last = page.blocks[kept[-1]].text
    if _CUT.search(last) or (word_count(last) >= _PARAGRAPH and not is_terminal(last)):
        return f"block {kept[-1]} breaks off before an offer: …{last[-60:]}"
    return None


def _first(page: Page, blocks: Sequence[int], pattern: re.Pattern[str]) -> str | None:
    found = (i for i in blocks if pattern.search(page.blocks[i].text))
    i = next(found, None)
    return None if i is None else f"block {i}: {shorten(page.blocks[i].text, 120, placeholder='…')}"
