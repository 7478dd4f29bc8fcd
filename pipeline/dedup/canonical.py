"""A group of copies to a story: which one is canonical, why, and what joined each of the others."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipeline.dedup.cluster import strength
from pipeline.dedup.normalise import tokens
from pipeline.dedup.shingles import codes, shingles, split
from pipeline.model import Match, Member, Story
from pipeline.settings import Dedup

LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One copy of a story, as far as the choice of the canonical asks."""

    doc_id: str
    text_id: str
    published: datetime | None
    """With a zone, as all times of one story must be comparable."""
    has_agency_mark: bool
    source: str


@dataclass(frozen=True, slots=True)
class _Overlap:
    """How the text of a copy lies to the others of its story."""

    core: int
    """Share of the story's core that it holds, in hundredths."""
    outside: int
    """Shingles that are not in the core."""
    shingles: int


_Criterion = tuple[str, Callable[[Candidate], Any]]
"""Its name, and the key by which less is better."""


def tell(
    candidates: Sequence[Candidate],
    texts: Mapping[str, str],
    matches: Sequence[Match],
    settings: Dedup,
) -> Story:
    """Return the story that the candidates tell, whatever their order or that of the matches.

    ``texts`` maps each ``text_id`` to its clean text; ``matches`` holds those among these texts.
    Raises ValueError if there is no candidate, two of one name, or one that nothing joins.
    """
    copies = sorted(candidates, key=lambda copy: copy.doc_id)
    if not copies:
        raise ValueError("a story has at least one document")
    compared = {copy.text_id for copy in copies} if len(copies) > 1 else set()
    overlaps = _overlaps(compared, texts, settings)
    canonical, reason = _choose(copies, overlaps, settings)
    return Story(
        story_id=min(copies, key=_age).doc_id,
        canonical=canonical.doc_id,
        canonical_reason=reason,
        members=_members(copies, canonical, matches, overlaps),
    )


def _age(copy: Candidate) -> tuple[datetime, str]:
    """Sort the earliest first, the undated last."""
    return copy.published or LATEST, copy.doc_id


def _overlaps(
    text_ids: Iterable[str], texts: Mapping[str, str], settings: Dedup
) -> dict[str, _Overlap]:
    ordered = sorted(text_ids)
    made = shingles([codes(tokens(texts[text_id])) for text_id in ordered], settings)
    held = {t: frozenset(own.tolist()) for t, own in zip(ordered, split(*made), strict=True)}
    holders = Counter(shingle for own in held.values() for shingle in own)
    core = {shingle for shingle, count in holders.items() if count > 1}
    return {
        text_id: _Overlap(
            core=round(100 * len(own & core) / len(core)) if core else 100,
            outside=len(own - core),
            shingles=len(own),
        )
        for text_id, own in held.items()
    }


def _choose(
    copies: Sequence[Candidate], overlaps: Mapping[str, _Overlap], settings: Dedup
) -> tuple[Candidate, str]:
    """Return the canonical copy and the criterion that decided.

    Each criterion leaves only the copies that are best by it, so that the choice cannot depend on
    their order. Of two texts alone the fuller is taken: what only one of them has may as well be
    what the other cut. From three on, what no other text has is likely to be local.
    """
    if len(copies) == 1:
        return copies[0], "only copy"
    rank = {source: place for place, source in enumerate(settings.source_rank)}
    by_size: _Criterion = (
        ("least outside the core", lambda copy: overlaps[copy.text_id].outside)
        if len(overlaps) > 2
        else ("fuller of two texts", lambda copy: -overlaps[copy.text_id].shingles)
    )
    criteria: tuple[_Criterion, ...] = (
        ("holds most of the core", lambda copy: -overlaps[copy.text_id].core),
        ("agency copy", lambda copy: not copy.has_agency_mark),
        by_size,
        ("earliest", lambda copy: copy.published or LATEST),
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
    copies: Sequence[Candidate],
    canonical: Candidate,
    matches: Sequence[Match],
    overlaps: Mapping[str, _Overlap],
) -> tuple[Member, ...]:
    """Return the members by ``doc_id``; one copy speaks for each text, its twins point to it."""
    speakers = {copy.text_id: copy.doc_id for copy in reversed(copies)}
    speakers[canonical.text_id] = canonical.doc_id
    joined = _joined(speakers, canonical.text_id, matches)
    members = []
    for copy in copies:
        speaker = speakers[copy.text_id]
        if copy.doc_id == canonical.doc_id:
            members.append(Member(copy.doc_id))
        elif copy.doc_id != speaker:
            shared = overlaps[copy.text_id].shingles
            members.append(Member(copy.doc_id, "exact", speaker, 1.0, 1.0, shared))
        else:
            match, other = joined[copy.text_id]
            members.append(
                Member(
                    copy.doc_id,
                    match.kind,
                    speakers[other],
                    match.containment,
                    match.jaccard,
                    match.shared,
                )
            )
    return tuple(members)


def _joined(
    speakers: Mapping[str, str], canonical: str, matches: Sequence[Match]
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
