"""One batch of raw files: read, judged in the workers, staged as Parquet and slips.

A batch needs nothing but its job and a crew, and says what it did in a ``Tally``: so it may run
in a thread, in a task or on another machine that sees the same folders.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from pipeline.crew import Crew
from pipeline.errors import FileChangedError, RawFileError, RejectReason
from pipeline.identity import code_digest, digest, versions
from pipeline.model import Ignored, Origin, RawDocument, Rejected
from pipeline.objects import Place
from pipeline.pool import clean_all
from pipeline.reading.files import RawFile
from pipeline.reading.read import read
from pipeline.settings import Settings
from pipeline.shipping import Packer, Shipped, line_slip, unload
from pipeline.store import known, publish, rows, slips

PIECE_DOCUMENTS = 1_000
PIECE_CHARS = 20_000_000
"""Documents and decoded characters in one staged part: what a batch holds in memory at most."""


@dataclass(frozen=True, slots=True)
class Job:
    """What every task of a run must know; picklable."""

    raw: Place
    staging: Path
    settings: Settings
    run_id: str
    started_at: datetime
    edition: int
    """The edition that the run will make if it finds anything."""
    pipeline_digest: str
    apart: Path | None = None
    """Where an attempt at a batch writes, if not to the staging folder: ``store.attempts``."""

    @property
    def out(self) -> Path:
        """The folder that a batch writes to."""
        return self.apart or self.staging


@dataclass(frozen=True, slots=True)
class Batch:
    """Some raw files in path order."""

    number: int
    before: int
    """Files in the batches before it."""
    files: tuple[RawFile, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a batch, in records; tallies add up."""

    read: int = 0
    judged: int = 0
    rejected: int = 0
    seen: int = 0
    """Known documents met again."""
    refused_again: int = 0
    deferred: int = 0
    ignored: int = 0
    files_deferred: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    without_text: int = 0
    """Documents of which nothing is left."""
    words_kept: int = 0
    words_removed: Counter[str] = field(default_factory=Counter)
    """By label."""
    rules: Counter[str] = field(default_factory=Counter)
    """Removed blocks by the rule that removed them."""
    helpers: Counter[str] = field(default_factory=Counter)
    """Pages by the extractor that was asked about them."""
    guards: Counter[str] = field(default_factory=Counter)
    """Blocks by the guard that brought them back into the text."""

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, n) + getattr(other, n) for n in Tally.__slots__))


@dataclass(frozen=True, slots=True)
class _Seen:
    """A record that is a known document, at this or at a lesser origin."""

    doc_id: str
    origin: Origin
    url: str | None
    fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class _RefusedAgain:
    """A record that was refused before and would fare no better now."""

    refusal: known.Refusal


@dataclass(frozen=True, slots=True)
class _FileEnd:
    """The end of a raw file; ``changed``: it is another file by now."""

    file: RawFile
    changed: bool


_Outcome: TypeAlias = Shipped | Rejected | Ignored | _Seen | _RefusedAgain | _FileEnd


@dataclass(slots=True)
class _Books:
    """What a batch has gathered and not staged yet."""

    documents: dict[str, Shipped] = field(default_factory=dict)
    chars: int = 0
    found: list[rows.Row] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    again: list[known.Refusal] = field(default_factory=list)
    finished: list[RawFile] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    count: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    helpers: Counter[str] = field(default_factory=Counter)
    guards: Counter[str] = field(default_factory=Counter)
    pieces: int = 0


def pipeline_digest(settings: Settings) -> str:
    """Return the digest of all that decides how one document is read and cleaned."""
    chosen = settings.deciding("reading", "cleaning", "furniture")
    ours = code_digest("reading", "cleaning", "model.py", "identity.py")
    return digest([chosen, ours, versions()])


def judge(
    job: Job, batch: Batch, hands: Crew, done: Callable[[int], None] = lambda _: None
) -> Tally:
    """Read and clean the files of a batch; stage documents, removed blocks and slips.

    ``done`` is told how many files of the run are through, this batch's and those before it.
    """
    ledger = known.load(job.staging, job.pipeline_digest)
    books = _Books()
    packer = Packer(job.pipeline_digest, job.run_id, job.settings.furniture)
    incoming = _incoming(job, batch, ledger)
    outcomes: Iterator[_Outcome] = clean_all(incoming, hands, packer)
    for outcome in outcomes:
        _enter(outcome, books, job)
        if isinstance(outcome, _FileEnd):
            done(batch.before + len(books.finished) + len(books.changed))
        if len(books.documents) >= PIECE_DOCUMENTS or books.chars >= PIECE_CHARS:
            _stage_piece(job, batch, books)
    _stage_piece(job, batch, books)
    return _close(job, f"{batch.number:05d}", books, ledger)


def refuse(job: Job, entries: Sequence[Rejected]) -> Tally:
    """Book what the walk over the raw folder refused, such as a FIFO; nothing is opened."""
    ledger = known.load(job.staging, job.pipeline_digest)
    books = _Books()
    for entry in entries:
        _enter(_sift_refusal(entry, ledger), books, job)
    return _close(job, "walk", books, ledger)


def _incoming(job: Job, batch: Batch, ledger: known.Known) -> Iterator[RawDocument | _Outcome]:
    """Yield the records that must be cleaned, and what is settled about the others."""
    for file in batch.files:
        # The last record waits until the file is known to be whole: it may be half of one.
        last: list[RawDocument | Rejected | Ignored] = []
        changed = False
        try:
            for item in read(job.raw, file, job.settings.reading):
                yield from (_sift(record, ledger) for record in last)
                last = [item]
        except FileChangedError:
            changed, last = True, []
        except RawFileError as error:
            last.append(Rejected(file.path, "", None, "read", error.reason, error.detail))
        yield from (_sift(record, ledger) for record in last)
        yield _FileEnd(file, changed)


def _sift(item: RawDocument | Rejected | Ignored, ledger: known.Known) -> RawDocument | _Outcome:
    if isinstance(item, Ignored):
        return item
    if isinstance(item, Rejected):
        return _sift_refusal(item, ledger)
    origin = item.origin
    if refusal := ledger.refusal_of(origin):
        return _RefusedAgain(refusal)
    if item.doc_id in ledger.forgotten:
        where = origin.path, origin.locator, origin.sha256
        return Rejected(*where, "read", RejectReason.FORGOTTEN, "taken out by `copydesk forget`")
    least = ledger.least_origin(item.doc_id)
    news = least is None or known.origin_key(origin.path, origin.locator) < least
    return item if news else _Seen(item.doc_id, origin, item.url, item.fetched_at)


def _sift_refusal(item: Rejected, ledger: known.Known) -> Rejected | _RefusedAgain:
    earlier = ledger.met_before(item)
    return _RefusedAgain(earlier) if earlier else item


def _enter(outcome: _Outcome, books: _Books, job: Job) -> None:
    """Book one outcome."""
    books.count[type(outcome).__name__] += 1
    match outcome:
        case Shipped(head):
            books.found.append(rows.origin_row(head, job.run_id))
            twin = books.documents.get(head.doc_id)
            if twin is None or _order(outcome) < _order(twin):
                books.documents[head.doc_id] = outcome
                books.chars += head.chars
        case Rejected():
            books.rejected.append(outcome)
        case _Seen():
            books.found.append(rows.origin_row(outcome, job.run_id))
        case _RefusedAgain():
            books.again.append(outcome.refusal)
        case _FileEnd(file, changed):
            books.changed.update([file.path] if changed else [])
            books.finished.extend([] if changed else [file])


def _order(document: Shipped) -> known.OriginKey:
    origin = document.head.origin
    return known.origin_key(origin.path, origin.locator)


def _stage_piece(job: Job, batch: Batch, books: _Books) -> None:
    """Write the gathered documents to one part of ``documents`` and its twin of ``removed``."""
    if not books.documents:
        return
    documents = [books.documents[key] for key in sorted(books.documents)]
    tables = unload(documents)
    day = job.started_at.date()
    path = publish.documents_path(day, job.edition, batch.number, books.pieces)
    publish.stage_documents(job.out, path, tables.documents, tables.removed, job.pipeline_digest)
    if job.settings.furniture.enabled:
        slips.write_table(job.out, "line", Path(path).stem, line_slip(tables.lines, path))
    for counts in (document.head.counts for document in documents):
        books.count["without_text"] += not counts.chars_kept
        books.words["kept"] += counts.words_kept
        books.words.update(counts.words_removed)
        books.rules.update(counts.rules)
        books.helpers.update(counts.helpers)
        books.guards.update(counts.guards)
    books.documents, books.chars = {}, 0
    books.pieces += 1


def _close(job: Job, name: str, books: _Books, ledger: known.Known) -> Tally:
    """Write the slips; a file that changed is as if its refusals had not been met."""
    stands = [r for r in books.rejected if r.path not in books.changed]
    again = [refusal for refusal in books.again if refusal.path not in books.changed]
    _write_slips(job, name, books, stands, again, ledger)
    count, kept = books.count, books.words.pop("kept", 0)
    undecided = len(books.rejected) - len(stands) + len(books.again) - len(again)
    return Tally(
        read=sum(count[t.__name__] for t in (Shipped, Rejected, _Seen, _RefusedAgain)),
        judged=count["Shipped"],
        rejected=len(stands),
        seen=count["_Seen"],
        refused_again=len(again),
        deferred=undecided,
        ignored=count["Ignored"],
        files_deferred=len(books.changed),
        reasons=Counter(str(r.reason) for r in stands),
        without_text=count["without_text"],
        words_kept=kept,
        words_removed=books.words,
        rules=books.rules,
        helpers=books.helpers,
        guards=books.guards,
    )


def _write_slips(
    job: Job,
    name: str,
    books: _Books,
    rejected: Sequence[Rejected],
    again: Sequence[known.Refusal],
    ledger: known.Known,
) -> None:
    """Write what the ledger must learn: files read, documents found, records refused."""
    files = [{"path": f.path, "size": f.size, "mtime_ns": f.mtime_ns} for f in books.finished]
    refused = [asdict(refusal) for refusal in (*map(ledger.book, rejected), *again)]
    slips.write(job.out, "file", name, files)
    slips.write(job.out, "found", name, books.found)
    slips.write(job.out, "rejected", name, [rows.rejected_row(r, job.run_id) for r in rejected])
    slips.write(job.out, "refused", name, refused)
