"""A group of copies to a story: which one is canonical, why, and what joined each of the others."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from pipeline.dedup.cluster import strength
from pipeline.dedup.rarity import Keys
from pipeline.model import Copy, Match, MatchKind, Member, Story
from pipeline.settings import Dedup

LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Overlap:
    """How the text of a copy lies to the others of its story."""

    core: int
    """Share of the story's core that it holds, in hundredths."""
    outside: int
    """Shingles that are not in the core."""
    shingles: int


def wire_rank(mark: str | None) -> tuple[bool, int, int]:
    """Return what a wire mark says: withdrawn or not, how much of a correction, which revision.

    A correction is 2 (CORRECTED), 1 (REFILE) or 0. A revision has its number, or 1 without one;
    0 is the first full story, -1 the few lines of an URGENT that come before it.
    """
    kind, _, number = (mark or "").partition(" ")
    correction = {"CORRECTED": 2, "REFILE": 1}.get(kind, 0)
    revision = int(number or 1) if kind in {"UPDATE", "WRAPUP", "LEAD"} else -(kind == "URGENT")
    return kind == "KILL", correction, revision


_Criterion = tuple[str, Callable[[Copy], Any]]
"""Its name, and the key by which less is better."""


def story(
    copies: Sequence[Copy],
    keys: Mapping[str, Keys],
    matches: Sequence[Match],
    settings: Dedup,
) -> Story:
    """Return the story that the copies tell, whatever their order or that of the matches.

    ``keys`` has the sorted, distinct keys of the shingles of each text; ``matches`` those among
    these texts. Raises ValueError if there is no copy, two of one name, or one that nothing joins.
    """
    ordered = sorted(copies, key=lambda copy: copy.doc_id)
    if not ordered:
        raise ValueError("a story has at least one document")
    compared = {copy.text_id for copy in ordered} if len(ordered) > 1 else set()
    overlaps = _overlaps(compared, keys)
    canonical, reason = _choose(ordered, overlaps, settings)
    return Story(
        story_id=min(ordered, key=_age).doc_id,
        canonical=canonical.doc_id,
        canonical_reason=reason,
        members=_members(ordered, canonical, matches, overlaps),
    )


def _age(copy: Copy) -> tuple[datetime, str]:
    """Sort the earliest first, the undated last."""
    return copy.published_at or LATEST, copy.doc_id


def _overlaps(text_ids: Iterable[str], keys: Mapping[str, Keys]) -> dict[str, _Overlap]:
    """Hold each text against the core, what two or more of the texts have: twins count once."""
    held = {text_id: keys[text_id] for text_id in sorted(text_ids)}
    every = np.sort(np.concatenate([np.empty(0, np.uint32), *held.values()]))
    core = np.unique(every[1:][every[1:] == every[:-1]])
    found = {}
    for text_id, own in held.items():
        inside = int(np.isin(own, core, assume_unique=True).sum())
        share = round(100 * inside / len(core)) if len(core) else 100
        found[text_id] = _Overlap(share, len(own) - inside, len(own))
    return found


def _choose(
    copies: Sequence[Copy], overlaps: Mapping[str, _Overlap], settings: Dedup
) -> tuple[Copy, str]:
    """Return the canonical copy and the criterion that decided.

    Each criterion leaves only the copies that are best by it, so that the choice cannot depend on
    their order. Of two texts alone the fuller is taken: what only one of them has may as well be
    what the other cut. From three on, what no other text has is likely to be local.
    """
    if len(copies) == 1:
        return copies[0], "only copy"
    rank = {source: place for place, source in enumerate(settings.source_rank)}
    marks = {copy.wire_mark: wire_rank(copy.wire_mark) for copy in copies}
    by_size: _Criterion = (
        ("least outside the core", lambda copy: overlaps[copy.text_id].outside)
        if len(overlaps) > 2
        else ("fuller of two texts", lambda copy: -overlaps[copy.text_id].shingles)
    )
    criteria: tuple[_Criterion, ...] = (
        ("not withdrawn", lambda copy: marks[copy.wire_mark][0]),
        ("corrected", lambda copy: -marks[copy.wire_mark][1]),
        ("holds most of the core", lambda copy: -overlaps[copy.text_id].core),
        ("latest revision", lambda copy: -marks[copy.wire_mark][2]),
        ("agency copy", lambda copy: not copy.agency),
        by_size,
        ("earliest", lambda copy: copy.published_at or LATEST),
        ("most trusted source", lambda copy: rank.get(copy.source, len(rank))),
        ("least document id", lambda copy: copy.doc_id),
    )
    for reason, key in criteria:
        best = min(map(key, copies))
        copies = [copy for copy in copies if key(copy) == best]
        if len(copies) == 1:
            return copies[0], reason
    raise ValueError(f"{copies[0].doc_id}: two documents of one name")


def _members(
    copies: Sequence[Copy],
    canonical: Copy,
    matches: Sequence[Match],
    overlaps: Mapping[str, _Overlap],
) -> tuple[Member, ...]:
    """Return the members by ``doc_id``; one copy speaks for each text, its twins point to it."""
    speakers = {copy.text_id: copy for copy in reversed(copies)}
    speakers[canonical.text_id] = canonical
    joined = _joined(speakers, canonical.text_id, matches)
    members = []
    for copy in copies:
        speaker = speakers[copy.text_id]
        size = overlaps[copy.text_id].shingles if overlaps else 0
        if copy is canonical:
            members.append(Member(copy.doc_id))
        elif copy is not speaker:
            members.append(Member(copy.doc_id, "exact", speaker.doc_id, 1.0, 1.0, 1.0, size))
        else:
            match, other = joined[copy.text_id]
            is_fuller = size > overlaps[other].shingles
            members.append(
                Member(
                    copy.doc_id,
                    _kind(copy, speakers[other], match, is_fuller=is_fuller),
                    speakers[other].doc_id,
                    match.containment,
                    match.weighted,
                    match.jaccard,
                    match.shared,
                )
            )
    return tuple(members)


def _kind(copy: Copy, other: Copy, match: Match, *, is_fuller: bool) -> MatchKind:
    """Tell an update from a cut-down: a later revision by its mark, or a fuller one of the desk."""
    if wire_rank(copy.wire_mark) > wire_rank(other.wire_mark):
        return "update"
    later = (copy.published_at or LATEST) > (other.published_at or LATEST)
    if match.kind == "contained" and is_fuller and later and copy.source == other.source:
        return "update"
    return match.kind


def _joined(
    speakers: Mapping[str, Copy], canonical: str, matches: Sequence[Match]
) -> dict[str, tuple[Match, str]]:
    """Return for each text its match with the canonical's text, else its strongest; and with whom.

    Raises ValueError if a text of the story has no match with any other.
    """
    joined: dict[str, tuple[Match, str]] = {}
    inside = [match for match in matches if match.a in speakers and match.b in speakers]
    for match in sorted(inside, key=lambda m: (canonical not in (m.a, m.b), strength(m))):
        joined.setdefault(match.a, (match, match.b))
        joined.setdefault(match.b, (match, match.a))
    if unmatched := speakers.keys() - joined.keys() - {canonical}:
        raise ValueError(f"nothing joins these texts to their story: {sorted(unmatched)}")
    return joined
