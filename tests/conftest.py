"""Texts that tests make up: stories of plain prose, and copies of them as outlets print them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipeline import engine, pool
from pipeline.crew import Crew
from pipeline.settings import Work
from pipeline.store import disk, state

SHARED = Path(__file__).parents[2] / "shared"

_WHO = "ministers|farmers|engineers|residents|teachers|judges|drivers|doctors|traders|scientists"
_DID = "welcomed|rejected|examined|described|questioned|approved|postponed|repeated|measured"
_WHAT = "the proposal|a new bridge|the harvest|the report|an old treaty|the budget|a water line"
_WHERE = "the capital|a northern valley|the port|the old town|the eastern province|the islands"
_WHY = "costs had risen|the winter was long|the vote was close|the road was closed|rain had come"


def _sentence(rng: random.Random) -> str:
    pick = [rng.choice(words.split("|")) for words in (_WHO, _DID, _WHAT, _WHERE, _WHY)]
    count, other = rng.randint(2, 90), rng.choice(_WHO.split("|"))
    # A name in every few words: stories share single words and hardly a run of three.
    names = ["".join(rng.choices("abdefgiklmnoprstuv", k=4)).capitalize() for _ in range(5)]
    return (
        f"{count} {pick[0]} in {names[0]}, {pick[3]}, {pick[1]} {pick[2]} {names[1]} "
        f"because {names[2]} {pick[4]}, and the {other} {names[3]} said that they "
        f"would {names[4]} wait for another {rng.randint(2, 60)} days."
    )


@pytest.fixture(scope="session")
def make_story() -> Callable[[int, int], str]:
    """Return a maker of stories: the same number gives the same paragraphs of prose."""

    def make(number: int, paragraphs: int = 8) -> str:
        rng = random.Random(number)
        return "\n\n".join(" ".join(_sentence(rng) for _ in range(3)) for _ in range(paragraphs))

    return make


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of shared data, or skip: the suite must stand without it."""
    if not SHARED.is_dir():
        pytest.skip("the shared data folder is not beside the project")
    return SHARED


class _Here:
    """Stands in for the pool of processes: a task is done where it is scheduled."""

    def schedule(
        self, function: Callable[..., Any], args: tuple[Any, ...], **_: float
    ) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(function(*args))
        except Exception as error:  # noqa: BLE001 - as a worker does
            done.set_exception(error)
        return done


@pytest.fixture(scope="module")
def inline() -> Iterator[None]:
    """Run the line in this process for the tests of a module: no workers, no limits, no syncs."""

    @contextmanager
    def crew(settings: Any) -> Iterator[Crew]:
        yield Crew(_Here(), 1, settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "crew", crew)
        patch.setattr(pool, "_allow", lambda _: None)
        patch.setattr(pool, "_unlimited", lambda call, item: call(item))
        patch.setattr(disk, "sync", lambda _: None)
        yield


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[state.State]:
    """Return an open state."""
    with state.open_state(tmp_path_factory.mktemp("clean"), 0, Work(workers=1)) as store:
        yield store


@pytest.fixture
def store(opened: state.State) -> state.State:
    """Return the open state, empty."""
    for table in ("docs", "texts", "bands", "matches", "alike", "refusals", "files"):
        state.execute(opened, f"DELETE FROM {table}")
    state.begin(opened)
    return opened
