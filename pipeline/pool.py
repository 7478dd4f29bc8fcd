"""Worker processes that can be killed one by one: a hung document costs itself alone.

CPU time is limited by the kernel, so that a loop inside a C library ends too, and a busy machine
rejects nothing. A chunk that fails is tried again document by document.
"""

import resource
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as WallTimeoutError
from itertools import chain, islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pebble import ProcessExpired

from pipeline.cleaning import trees
from pipeline.crew import Crew, LostTaskError, Sent, outcome, renew, schedule
from pipeline.errors import DocumentError, RejectReason, StoreError
from pipeline.memory import give_back
from pipeline.model import CleanDocument, RawDocument, Rejected
from pipeline.settings import Cleaning

T = TypeVar("T")
R = TypeVar("R")
Out_co = TypeVar("Out_co", covariant=True)

TRIES = 3
"""How often a task is begun that was lost, or whose worker died over work of ours."""
FEWER = "give it more memory, or fewer at once (work.workers, work.dedup_documents)"

CHUNK_BYTES = 2_000_000
"""A chunk is closed at this size, so that large pages do not pile up on the way to a worker."""
CHUNK_ITEMS = 1_000
"""The same for a stream of records that need no cleaning."""
CHUNK_WAITS = 8
"""Documents whose wall time a chunk gets at most: so long one that only waits holds the others up.
"""
CHUNKS_AHEAD = 3
"""Chunks under way for each worker: enough that none waits, few enough to bound memory."""


class Packing(Protocol[Out_co]):
    """What a worker makes of what it cleaned before it sends that back; picklable."""

    def each(self, document: CleanDocument) -> Any:
        """Make something of one document, within its limits."""

    def together(self, chunk: Sequence[Any]) -> Sequence[Out_co | Rejected]:
        """Make of what ``each`` made, and of rejects, as many things to send, in their order."""


class AsItIs:
    """Send the documents themselves."""

    def each(self, document: CleanDocument) -> CleanDocument:
        """Return the document."""
        return document

    def together(
        self, chunk: Sequence[CleanDocument | Rejected]
    ) -> Sequence[CleanDocument | Rejected]:
        """Return the chunk."""
        return chunk


def clean_all(
    items: Iterable[RawDocument | T], hands: Crew, packing: Packing[Out_co]
) -> Iterator[Out_co | Rejected | T]:
    """Clean the raw documents of a stream in the workers; whatever else is in it passes through.

    What comes out stands in the order of what went in, each document as it was packed. Raises
    PipelineError where no document can be cleaned at all.
    """
    trees.library()  # a worker without it would refuse one document after the other
    under_way: deque[tuple[Sequence[RawDocument | T], Sent | None]] = deque()
    for chunk in _chunks(items, hands.settings.work.chunk_documents):
        under_way.append((chunk, _send(hands, packing, _raw(chunk))))
        if len(under_way) > CHUNKS_AHEAD * hands.workers:
            yield from _receive(hands, packing, *under_way.popleft())
    while under_way:
        yield from _receive(hands, packing, *under_way.popleft())


def map_all(call: Callable[[T], R], items: Iterable[T], hands: Crew) -> Iterator[R]:
    """Call a picklable function on each item in the workers; yield the results in order.

    For work that is ours and cannot hang: an error fails the run, and so does a worker that dies
    over the same item again and again (StoreError). A single item is done here, which spares a
    worker the imports.
    """
    rest = iter(items)
    head = list(islice(rest, 2))
    if len(head) < 2:
        yield from map(call, head)
        return
    under_way: deque[tuple[T, Sent]] = deque()
    for item in chain(head, rest):
        under_way.append((item, schedule(hands, _unlimited, (call, item))))
        if len(under_way) > CHUNKS_AHEAD * hands.workers:
            yield _insisted(hands, call, *under_way.popleft())
    while under_way:
        yield _insisted(hands, call, *under_way.popleft())


def _insisted(hands: Crew, call: Callable[[T], R], item: T, sent: Sent) -> R:
    """Return what a task of ours gave, which is begun again when its worker dies."""
    why = ""
    for _ in range(TRIES):
        try:
            result: R = outcome(hands, sent)
        except MemoryError as error:
            raise StoreError(f"a worker ran out of memory; {FEWER}") from error
        except (ProcessExpired, LostTaskError) as error:
            why = f"exit code {error.exitcode}" if isinstance(error, ProcessExpired) else str(error)
            if isinstance(error, LostTaskError):
                renew(hands, sent.pool)
            sent = schedule(hands, _unlimited, (call, item))
        else:
            return result
    raise StoreError(f"workers died {TRIES} times over the same texts ({why}); {FEWER}")


def _chunks(items: Iterable[RawDocument | T], most: int) -> Iterator[list[RawDocument | T]]:
    chunk: list[RawDocument | T] = []
    documents = size = 0
    for item in items:
        chunk.append(item)
        if isinstance(item, RawDocument):
            documents += 1
            size += len(item.data)
        if documents >= most or size >= CHUNK_BYTES or len(chunk) >= CHUNK_ITEMS:
            yield chunk
            chunk, documents, size = [], 0, 0
    if chunk:
        yield chunk


def _raw(chunk: Sequence[RawDocument | T]) -> list[RawDocument]:
    return [item for item in chunk if isinstance(item, RawDocument)]


def _send(hands: Crew, packing: Packing[Out_co], documents: Sequence[RawDocument]) -> Sent | None:
    if not documents:
        return None
    limits = hands.settings.cleaning
    wall = limits.wall_seconds * min(len(documents), CHUNK_WAITS)
    return schedule(hands, _clean_chunk, (documents, limits, packing), timeout=wall)


def _receive(
    hands: Crew, packing: Packing[Out_co], chunk: Sequence[RawDocument | T], sent: Sent | None
) -> Iterator[Out_co | Rejected | T]:
    fates = _fates(hands, packing, _raw(chunk), sent)
    for item in chunk:
        yield next(fates) if isinstance(item, RawDocument) else item


def _fates(
    hands: Crew,
    packing: Packing[Out_co],
    documents: Sequence[RawDocument],
    sent: Sent | None,
    tries: int = TRIES,
) -> Iterator[Out_co | Rejected]:
    if sent is None:
        return
    try:
        yield from outcome(hands, sent)
    except LostTaskError as error:
        renew(hands, sent.pool)
        if tries > 1:
            again = _send(hands, packing, documents)
            yield from _fates(hands, packing, documents, again, tries - 1)
            return
        for document in documents:
            yield _reject(document, RejectReason.CRASHED, f"its task was lost: {error}")
    except (WallTimeoutError, ProcessExpired) as error:
        if len(documents) == 1:
            yield _reject(documents[0], *_cause(error, hands.settings.cleaning))
            return
        for document in documents:
            yield from _fates(hands, packing, [document], _send(hands, packing, [document]))


def _cause(error: Exception, limits: Cleaning) -> tuple[RejectReason, str]:
    if isinstance(error, WallTimeoutError):
        return RejectReason.TIMEOUT, f"over {limits.wall_seconds} seconds of wall time"
    code = getattr(error, "exitcode", 0)
    if code == -signal.SIGXCPU:
        return RejectReason.TIMEOUT, f"over {limits.cpu_seconds} seconds of CPU time"
    return RejectReason.CRASHED, f"its worker ended with exit code {code}"


def _reject(document: RawDocument, reason: RejectReason, detail: str) -> Rejected:
    origin = document.origin
    return Rejected(origin.path, origin.locator, origin.sha256, "clean", reason, detail)


def _clean_chunk(
    chunk: Sequence[RawDocument], limits: Cleaning, packing: Packing[Out_co]
) -> Sequence[Out_co | Rejected]:
    try:
        made = [_clean_one(document, limits, packing) for document in chunk]
    finally:
        _lift()  # the limits of the last document must not hit the worker while it takes the next
    return packing.together(made)


def _clean_one(document: RawDocument, limits: Cleaning, packing: Packing[Any]) -> Any:
    _allow(limits)
    try:
        return packing.each(clean(document, limits))
    except DocumentError as error:
        return _reject(document, error.reason, error.detail)
    except MemoryError:
        return _reject(document, RejectReason.OUT_OF_MEMORY, f"over {limits.memory_mb} MiB")
    except Exception as error:  # noqa: BLE001 - one document's bug must not cost the others
        return _reject(document, RejectReason.INTERNAL, _place(error))


def clean(document: RawDocument, limits: Cleaning) -> CleanDocument:
    """Clean a document; the words and patterns of that are for the workers to import."""
    from pipeline.cleaning.clean import clean as work  # noqa: PLC0415

    return work(document, limits)


def _unlimited(call: Callable[[Any], Any], item: Any) -> Any:
    _lift()  # OpenBLAS spins for ever where it gets no memory
    try:
        return call(item)
    finally:
        give_back()  # the stages between are another process's


def _lift() -> None:
    for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS):
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (hard, hard))


def _allow(limits: Cleaning) -> None:
    """Let this process use so many more CPU seconds and bytes than it has by now, and no more.

    The kernel ends it at the first and refuses memory at the second.
    """
    used = time.process_time()
    with Path("/proc/self/statm").open("rb", 0) as file:
        pages = int(file.read(64).split()[0])
    room = pages * resource.getpagesize() + limits.memory_mb * 1024 * 1024
    for kind, limit in (
        (resource.RLIMIT_CPU, int(used) + limits.cpu_seconds + 1),
        (resource.RLIMIT_AS, room),
    ):
        _, hard = resource.getrlimit(kind)
        allowed = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (allowed, hard))


def _place(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(last.filename).name}:{last.lineno}"
    return f"{type(error).__name__} at {where}: {error}"[:500]
