"""The tables of ``clean/``: every column with its type and a sentence of meaning, in one place.

The data dictionary, ``copydesk schema`` and the Parquet files are all made from here.
"""

from dataclasses import dataclass

import pyarrow as pa

SCHEMA_VERSION = 0
"""0: columns may still change from one version to the next. Part of each file's metadata."""

STRING, INT, LONG, BOOL = pa.string(), pa.int32(), pa.int64(), pa.bool_()
SHARE, DATE = pa.float32(), pa.date32()
TIME = pa.timestamp("us", tz="UTC")
STRINGS, INTS, SHARES = pa.list_(pa.string()), pa.list_(pa.int32()), pa.list_(pa.float32())


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``volatile`` ones differ between two runs over the same raw files."""

    name: str
    type: pa.DataType
    meaning: str
    volatile: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table of ``clean/``; ``partition`` names the folder level, ``key`` the unique columns."""

    name: str
    meaning: str
    partition: str | None
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    bloom: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def stable(self) -> tuple[str, ...]:
        """Names of the columns that are the same in every run over the same raw files."""
        return tuple(column.name for column in self.columns if not column.volatile)

    def arrow(self) -> pa.Schema:
        """Return the Arrow schema, with each meaning as field metadata."""
        return pa.schema(
            [pa.field(c.name, c.type, metadata={"meaning": c.meaning}) for c in self.columns]
        )


_RUN = Column("run_id", STRING, "Run that wrote this row; see `runs`.", volatile=True)

_PLACE = (
    Column("raw_path", STRING, "Raw file, relative to the raw folder."),
    Column("raw_locator", STRING, "Place in it: `line:N`, `offset:N`, or empty for the whole."),
    Column("raw_sha256", STRING, "SHA-256 of the record bytes."),
)

_RAW = (
    Column("raw_path", STRING, "Raw file, relative to the raw folder: the least of its origins."),
    *_PLACE[1:],
)

_DELIVERY = (
    Column(
        "source", STRING, "Who delivered it: side file, JSON field, host, folder, or `unknown`."
    ),
    Column("site", STRING, "What the page says of itself: host or name; null in plain text."),
    Column("url", STRING, "Address it was fetched from, where the delivery says so."),
    Column("fetched_at", TIME, "When it was fetched, where the delivery says so; UTC."),
)

_FACTS = (
    Column("title", STRING, "Headline, its wire mark taken off; null when none was found."),
    Column("title_source", STRING, "Where the title was found, e.g. `h1`, `json-ld`, `text`."),
    Column("text", STRING, "The story: kept blocks, one a line; empty when nothing was left."),
    Column("authors", STRINGS, "Names of the authors, in order; empty when none was found."),
    Column("authors_source", STRING, "Where the authors were found."),
    Column("editors", STRINGS, "Names of the editors that a credit gives."),
    Column("agency", STRING, "News agency whose copy it says it is, e.g. `Reuters`."),
    Column("agency_source", STRING, "Where the agency was found: byline, dateline or credit."),
    Column("dateline", STRING, "Place that the dateline names."),
    Column(
        "wire_mark",
        STRING,
        "Mark of a revision: `UPDATE`, `WRAPUP`, `LEAD` (with or without a number), `CORRECTED`, "
        "`REFILE`, `REPEAT`, `URGENT` or `KILL`, the gravest of several.",
    ),
    Column("wire_mark_source", STRING, "Where the mark was found: `title` or `note`."),
    Column("published_at", TIME, "When it was published; UTC. Null when nothing says so."),
    Column("published_date", DATE, "The UTC day of `published_at`."),
    Column("published_at_source", STRING, "Where the date was found."),
    Column("published_precision", STRING, "`second`, `minute`, `day`, `month` or `year`."),
    Column("published_zone_known", BOOL, "False: the time had no zone and was taken as UTC."),
    Column("modified_at", TIME, "When it was last changed, by its own word; UTC."),
    Column("modified_at_source", STRING, "Where the date of change was found."),
    Column("language", STRING, "ISO 639-1 code of the text."),
    Column("language_source", STRING, "`declared`, `detected` or both."),
    Column("section", STRING, "Section of the outlet, by its own word."),
    Column("canonical_url", STRING, "Address that the page declares as its canonical one."),
    Column("paywall", STRING, "`free`, `metered`, `gated` or `unknown`."),
    Column("paywall_evidence", STRING, "What says so."),
    Column("completeness", STRING, "`full`, `partial` or `unknown`."),
    Column("completeness_evidence", STRING, "What says so."),
    Column("captions", STRINGS, "Captions of pictures, taken out of the text."),
    Column("credits", STRINGS, "Credit lines, e.g. `(Reporting by ...)`, taken out of the text."),
    Column("word_count", INT, "Words in `text`; a character counts where none are spaced."),
)

_ARTICLES = Table(
    "articles",
    "One row a story: the canonical copy. What analysts read.",
    "day",
    ("story_id",),
    (
        Column("story_id", STRING, "The `doc_id` of the story's earliest member."),
        Column(
            "doc_id", STRING, "The canonical copy: all columns here but the counts are its own."
        ),
        *_FACTS,
        *_DELIVERY,
        Column("copy_count", INT, "Documents in the story, the canonical included."),
        Column("source_count", INT, "Outlets in `sources`."),
        Column(
            "sources", STRINGS, "Outlets that have it, by site, else source; `unknown` left out."
        ),
        Column("canonical_reason", STRING, "What decided for this copy."),
        *_RAW,
    ),
    bloom=("story_id", "doc_id", "url"),
)

_COPIES = Table(
    "copies",
    "One row a document that has text: its story and the match that joined it.",
    "day",
    ("doc_id",),
    (
        Column("doc_id", STRING, "The document."),
        Column("story_id", STRING, "Its story; see `articles`."),
        Column("is_canonical", BOOL, "True for the copy that `articles` shows."),
        Column("match_kind", STRING, "`exact`, `near`, `contained` or `update`; null: canonical."),
        Column("matched_doc_id", STRING, "The document it was matched with."),
        Column("containment", SHARE, "Shared shingles by those of the smaller text, 0 to 1."),
        Column(
            "weighted_containment",
            SHARE,
            "The same with each shingle weighted by how few stories hold it, 0 to 1.",
        ),
        Column("jaccard", SHARE, "Shared shingles by those of both texts, 0 to 1."),
        Column("shared_shingles", INT, "Distinct shingles that both texts hold."),
        Column("title", STRING, "Its own headline."),
        Column("published_at", TIME, "Its own date; UTC."),
        Column("published_date", DATE, "The UTC day of `published_at`."),
        *_DELIVERY[:3],
    ),
    bloom=("doc_id", "story_id", "url"),
)

_DOCUMENTS = Table(
    "documents",
    "One row a stored document, those with no text left included.",
    "run_date",
    ("doc_id",),
    (
        Column("doc_id", STRING, "Hash of the delivery source and the record bytes."),
        *_RAW,
        *_DELIVERY,
        *_FACTS,
        Column("kept_block", INTS, "Index of each block of `text`, counted over all blocks."),
        Column("kept_start", INTS, "Its first code point in the decoded text; null in HTML."),
        Column("kept_end", INTS, "One past its last code point; null in HTML."),
        Column("kept_path", STRINGS, "Its element path in HTML; null in plain text."),
        Column("kept_score", SHARES, "Its estimated probability to be story, 0 to 1."),
        Column("blocks", INT, "Blocks in the page, kept and removed."),
        Column("chars_raw", INT, "Code points of the decoded input."),
        Column("chars_kept", INT, "Code points of `text`."),
        Column("encoding", STRING, "Encoding that the bytes were decoded with."),
        Column("encoding_source", STRING, "What named it: bom, transport, meta, utf-8, detector."),
        Column("mode", STRING, "`html` or `text`."),
        Column("helpers", STRINGS, "Extractors whose output was weighed as evidence."),
        Column("warnings", STRINGS, "What could not be read whole."),
        Column("pipeline_digest", STRING, "Code, settings and libraries it was cleaned with."),
        _RUN,
    ),
    bloom=("doc_id", "url"),
)

_REMOVED = Table(
    "removed",
    "One row a block that is not in the text: what it said and what removed it.",
    "run_date",
    ("doc_id", "block"),
    (
        Column("doc_id", STRING, "The document."),
        Column("block", INT, "Index of the block in the page."),
        Column("verdict", STRING, "`field`: it fills a column; `cut`: it goes."),
        Column("start", INT, "Its first code point in the decoded text; null in HTML."),
        Column("end", INT, "One past its last code point; null in HTML."),
        Column("path", STRING, "Its element path in HTML; null in plain text."),
        Column("label", STRING, "What it is, e.g. `paywall`, `related`, `caption`."),
        Column("rule", STRING, "The rule, or `score`, that removed it."),
        Column("score", SHARE, "Estimated probability that it belongs to the story, 0 to 1."),
        Column("text", STRING, "Its text, runs of white space folded."),
    ),
    bloom=("doc_id",),
)

_ORIGINS = Table(
    "origins",
    "One row a place where a document was found: the same bytes may come more than once.",
    None,
    ("doc_id", "raw_path", "raw_locator"),
    (Column("doc_id", STRING, "The document."), *_PLACE, _RUN),
    bloom=("doc_id",),
)

_REJECTED = Table(
    "rejected",
    "One row a record, or rest of a file, that was refused in a run.",
    None,
    ("raw_path", "raw_locator", "run_id"),
    (
        Column("raw_path", STRING, "Raw file, relative to the raw folder."),
        Column("raw_locator", STRING, "Place in it, or empty."),
        Column("raw_sha256", STRING, "SHA-256 of the record bytes, where they could be read."),
        Column("stage", STRING, "Where it was refused: `read` or `clean`."),
        Column("reason", STRING, "Why, from a closed list."),
        Column("detail", STRING, "What exactly."),
        _RUN,
    ),
)

_CHANGES = Table(
    "changes",
    "What each edition changed: a row a story that is new or no longer what it was.",
    None,
    ("edition", "kind", "story_id", "previous_story_id"),
    (
        Column("edition", LONG, "The edition that brought the change.", volatile=True),
        Column("kind", STRING, "`new`, `renamed`, `merged`, `split`, `re-worded` or `gone`."),
        Column("story_id", STRING, "The story now; null when gone."),
        Column("previous_story_id", STRING, "The story before; null when new."),
        Column("doc_id", STRING, "The canonical copy now; null when gone."),
        Column("previous_doc_id", STRING, "The canonical copy before; null when new."),
        _RUN,
    ),
)

_FURNITURE = Table(
    "furniture",
    "One row a line that a run learned to be furniture of a site. Older documents keep theirs.",
    None,
    ("site", "line", "run_id"),
    (
        Column("site", STRING, "The `site` of its documents, else their `source`; lower case."),
        Column("line", STRING, "The line; other dates, times, counters, case are the same line."),
        Column("stories", INT, "Different stories of the site that held it then."),
        Column(
            "words", INT, "Words in it; with 12 or more, or figures, it must stand in more stories."
        ),
        Column("documents", INT, "Documents of the run in whose text it stood."),
        _RUN,
    ),
)

_FORGOTTEN = Table(
    "forgotten",
    "One row a document that was taken out for good: nothing of it is kept, nor let in again.",
    None,
    ("doc_id",),
    (
        Column("doc_id", STRING, "Hash of the delivery source and the record bytes."),
        Column("forgotten_at", TIME, "When it was taken out; UTC.", volatile=True),
        _RUN,
    ),
)

_RUNS = Table(
    "runs",
    "One row a run: what it read, what became of it, and what it was made with.",
    None,
    ("run_id",),
    (
        Column("run_id", STRING, "The run.", volatile=True),
        Column("kind", STRING, "`ingest`, `rebuild`, `compact` or `forget`."),
        Column("started_at", TIME, "UTC.", volatile=True),
        Column("finished_at", TIME, "UTC; just before the commit.", volatile=True),
        Column("files", LONG, "Raw files seen."),
        Column("files_known", LONG, "Of these not opened: the ledger knows them."),
        Column("files_deferred", LONG, "Of these left for the next run."),
        Column("read", LONG, "Records read = stored + rejected + already_known + deferred."),
        Column("stored", LONG, "Records that became documents."),
        Column("rejected", LONG, "Records refused; see `rejected`."),
        Column("already_known", LONG, "Records known before, by bytes and source."),
        Column("deferred", LONG, "Records of files that changed while they were read."),
        Column("ignored", LONG, "Container records that are no documents."),
        Column("stories", LONG, "Stories in the edition after the run."),
        Column("copies", LONG, "Documents in these stories."),
        Column("settings_digest", STRING, "Settings that can change a row."),
        Column("code_digest", STRING, "Source files of the package."),
        Column("model_digest", STRING, "Rules and models of the cleaning room."),
        Column("knowledge_digest", STRING, "Corpus-wide statistics the run used."),
        Column("signature_digest", STRING, "How signatures are made."),
        Column("versions", STRINGS, "Libraries, as `name==version`."),
        Column("flow_run_id", STRING, "The Prefect flow run, if one ran it.", volatile=True),
        Column("edition", LONG, "The edition after the run.", volatile=True),
    ),
)

TABLES = {
    table.name: table
    for table in (
        _ARTICLES,
        _COPIES,
        _DOCUMENTS,
        _REMOVED,
        _ORIGINS,
        _REJECTED,
        _CHANGES,
        _FURNITURE,
        _FORGOTTEN,
        _RUNS,
    )
}
"""The tables by name, in the order in which a reader meets them."""
