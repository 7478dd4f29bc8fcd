"""What batches ask of the ledger without opening the state: least origins and refusals."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RejectReason
from pipeline.identity import sha256
from pipeline.model import Origin, Rejected
from pipeline.store import known, state
from pipeline.store.state import State, execute
from tests.filling import fill, law


def test_least_origin(opened: State):
    """Each known document is found with its origin, and no other is."""

    @law
    @given(st.sets(st.integers(0, 30)))
    def holds(numbers: set[int]) -> None:
        execute(opened, "DELETE FROM docs")
        ids = [sha256(str(n).encode())[:32] for n in range(31)]
        rows = [(ids[n], f"post/{n}.jsonl", f"line:{n}") for n in sorted(numbers)]
        fill(opened, "docs (doc_id, raw_path, raw_locator)", rows)
        state.begin(opened)
        known.save(opened, opened.staging)
        ledger = known.load(opened.staging, "digest")
        for n, doc_id in enumerate(ids):
            expected = (f"post/{n}.jsonl", len(f"line:{n}"), f"line:{n}") if n in numbers else None
            assert ledger.least_origin(doc_id) == expected

    holds()


@pytest.mark.parametrize(
    ("reason", "digest", "tries", "final"),
    [
        ("empty", "now", 1, True),
        ("empty", "then", 1, False),
        ("timeout", "now", 1, False),
        ("timeout", "now", 2, False),
        ("timeout", "now", 3, True),
        ("timeout", "then", 3, False),
    ],
)
def test_refused(store: State, reason: str, digest: str, tries: int, final: bool):
    """A refusal stands for the same bytes and pipeline; want of time or memory for three runs."""
    row = ("a", "line:1", "abc", reason, "why", digest, tries)
    fill(store, "refusals (path, locator, sha256, reason, detail, digest, tries)", [row])
    known.save(store, store.staging)
    ledger = known.load(store.staging, "now")
    assert bool(ledger.refusal_of(Origin("a", "line:1", "abc"))) == final
    assert not ledger.refusal_of(Origin("a", "line:1", "other"))
    assert not ledger.refusal_of(Origin("a", "line:2", "abc"))
    met = Rejected("a", "line:1", "abc", "clean", RejectReason.TIMEOUT, "why")
    assert bool(ledger.met_before(met)) == final
    assert ledger.book(met).tries == (tries + 1 if digest == "now" else 1)
    assert ledger.book(replace(met, reason=RejectReason.EMPTY)).tries == 1


def test_refused_without_bytes(store: State):
    """Where no bytes could be read the same words stand for the same record."""
    fields = "refusals (path, locator, reason, detail, digest, tries)"
    fill(store, fields, [("a", "", "damaged", "cut at byte 7", "now", 1)])
    known.save(store, store.staging)
    ledger = known.load(store.staging, "now")
    met = Rejected("a", "", None, "read", RejectReason.DAMAGED, "cut at byte 7")
    assert ledger.met_before(met)
    assert not ledger.met_before(replace(met, detail="cut at byte 9"))
    assert not ledger.met_before(replace(met, reason=RejectReason.NOT_A_FILE))
