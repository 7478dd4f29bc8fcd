"""The tables of ``clean/``: every column with type, unit, meaning and source, in one place.

The data dictionary, ``copydesk schema`` and the Parquet files are all made from here.
"""

from pipeline.store.columns import DELIVERY, FACTS, PLACE, RAW, RUN
from pipeline.store.measured_columns import SOURCES
from pipeline.store.shape import (
    BOOL,
    DATE,
    INT,
    INTS,
    LONG,
    SHARE,
    SHARES,
    STRING,
    STRINGS,
    TIME,
    Column,
    Table,
)

SCHEMA_VERSION = 1
"""The major version: part of each file's metadata. See docs/data-dictionary.md for what may change
within it."""

_ARTICLES = Table(
    "articles",
    "One row a story: the canonical copy. What analysts read.",
    "tell",
    "day",
    ("story_id",),
    (
        Column("story_id", STRING, "The `doc_id` of the story's earliest member."),
        Column(
            "doc_id", STRING, "The canonical copy: all columns here but the counts are its own."
        ),
        *FACTS,
        *DELIVERY,
        Column(
            "copy_count", INT, "Documents in the story, the canonical included.", unit="documents"
        ),
        Column("source_count", INT, "Outlets in `sources`.", unit="outlets"),
        Column(
            "sources", STRINGS, "Outlets that have it, by site, else source; `unknown` left out."
        ),
        Column("canonical_reason", STRING, "What decided for this copy."),
        *RAW,
    ),
    bloom=("story_id", "doc_id", "url"),
)

_COPIES = Table(
    "copies",
    "One row a document that has text: its story and the match that joined it.",
    "tell",
    "day",
    ("doc_id",),
    (
        Column("doc_id", STRING, "The document."),
        Column("story_id", STRING, "Its story; see `articles`."),
        Column("is_canonical", BOOL, "True for the copy that `articles` shows."),
        Column("match_kind", STRING, "`exact`, `near`, `contained` or `update`; null: canonical."),
        Column("matched_doc_id", STRING, "The document it was matched with."),
        Column(
            "containment",
            SHARE,
            "Shared shingles by those of the smaller text, 0 to 1.",
            unit="share, 0 to 1",
        ),
        Column(
            "weighted_containment",
            SHARE,
            "The same with each shingle weighted by how few stories hold it, 0 to 1.",
            unit="share, 0 to 1",
        ),
        Column(
            "jaccard",
            SHARE,
            "Shared shingles by those of both texts, 0 to 1.",
            unit="share, 0 to 1",
        ),
        Column("shared_shingles", INT, "Distinct shingles that both texts hold.", unit="shingles"),
        Column("title", STRING, "Its own headline."),
        Column("published_at", TIME, "Its own date; UTC.", unit="time, UTC"),
        Column("published_date", DATE, "The UTC day of `published_at`.", unit="day, UTC"),
        *DELIVERY[:3],
    ),
    bloom=("doc_id", "story_id", "url"),
)

_DOCUMENTS = Table(
    "documents",
    "One row a stored document, those with no text left included.",
    "judge",
    "run_date",
    ("doc_id",),
    (
        Column("doc_id", STRING, "Hash of the delivery source and the record bytes."),
        *RAW,
        *DELIVERY,
        *FACTS,
        Column(
            "kept_block",
            INTS,
            "Index of each block of `text`, counted over all blocks.",
            unit="block number, from 0",
        ),
        Column(
            "kept_start",
            INTS,
            "Its first code point in the decoded text; null in HTML.",
            unit="code points",
        ),
        Column("kept_end", INTS, "One past its last code point; null in HTML.", unit="code points"),
        Column("kept_path", STRINGS, "Its element path in HTML; null in plain text."),
        Column(
            "kept_score",
            SHARES,
            "Its estimated probability to be story, 0 to 1.",
            unit="probability, 0 to 1",
        ),
        Column("blocks", INT, "Blocks in the page, kept and removed.", unit="blocks"),
        Column("chars_raw", INT, "Code points of the decoded input.", unit="code points"),
        Column("chars_kept", INT, "Code points of `text`.", unit="code points"),
        Column("encoding", STRING, "Encoding that the bytes were decoded with."),
        Column("encoding_source", STRING, "What named it: bom, transport, meta, utf-8, detector."),
        Column("mode", STRING, "`html` or `text`."),
        Column("helpers", STRINGS, "Extractors whose output was weighed as evidence."),
        Column("warnings", STRINGS, "What could not be read whole."),
        Column("pipeline_digest", STRING, "Code, settings and libraries it was cleaned with."),
        RUN,
    ),
    bloom=("doc_id", "url"),
)

_REMOVED = Table(
    "removed",
    "One row a block that is not in the text: what it said and what removed it.",
    "judge",
    "run_date",
    ("doc_id", "block"),
    (
        Column("doc_id", STRING, "The document."),
        Column("block", INT, "Index of the block in the page.", unit="block number, from 0"),
        Column("verdict", STRING, "`field`: it fills a column; `cut`: it goes."),
        Column(
            "start",
            INT,
            "Its first code point in the decoded text; null in HTML.",
            unit="code points",
        ),
        Column("end", INT, "One past its last code point; null in HTML.", unit="code points"),
        Column("path", STRING, "Its element path in HTML; null in plain text."),
        Column("label", STRING, "What it is, e.g. `paywall`, `related`, `caption`."),
        Column("rule", STRING, "The rule, or `score`, that removed it."),
        Column(
            "score",
            SHARE,
            "Estimated probability that it belongs to the story, 0 to 1.",
            unit="probability, 0 to 1",
        ),
        Column("text", STRING, "Its text, runs of white space folded."),
    ),
    bloom=("doc_id",),
)

_ORIGINS = Table(
    "origins",
    "One row a place where a document was found: the same bytes may come more than once.",
    "read",
    None,
    ("doc_id", "raw_path", "raw_locator"),
    (
        Column("doc_id", STRING, "The document."),
        *PLACE,
        Column("url", STRING, "Address that this delivery of it says it was fetched from."),
        Column("fetched_at", TIME, "When that was, where the delivery says so.", unit="time, UTC"),
        RUN,
    ),
    bloom=("doc_id", "url"),
)

_REJECTED = Table(
    "rejected",
    "One row a record, or rest of a file, that was refused in a run.",
    "read",
    None,
    ("raw_path", "raw_locator", "run_id"),
    (
        Column("raw_path", STRING, "Raw file, relative to the raw folder."),
        Column("raw_locator", STRING, "Place in it, or empty."),
        Column("raw_sha256", STRING, "SHA-256 of the record bytes, where they could be read."),
        Column("stage", STRING, "Where it was refused: `read` or `clean`."),
        Column("reason", STRING, "Why, from a closed list."),
        Column("detail", STRING, "What exactly."),
        RUN,
    ),
)

_CHANGES = Table(
    "changes",
    "What each edition changed: a row a story that is new or no longer what it was.",
    "publish",
    None,
    ("edition", "kind", "story_id", "previous_story_id"),
    (
        Column("edition", LONG, "The edition that brought the change.", volatile=True),
        Column("kind", STRING, "`new`, `renamed`, `merged`, `split`, `re-worded` or `gone`."),
        Column("story_id", STRING, "The story now; null when gone."),
        Column("previous_story_id", STRING, "The story before; null when new."),
        Column("doc_id", STRING, "The canonical copy now; null when gone."),
        Column("previous_doc_id", STRING, "The canonical copy before; null when new."),
        RUN,
    ),
)

_FURNITURE = Table(
    "furniture",
    "One row a line that a run learned to be furniture of a site. Older documents keep theirs.",
    "learn",
    None,
    ("site", "line", "run_id"),
    (
        Column("site", STRING, "The `site` of its documents, else their `source`; lower case."),
        Column("line", STRING, "The line; other dates, times, counters, case are the same line."),
        Column("stories", INT, "Different stories of the site that held it then.", unit="stories"),
        Column(
            "words",
            INT,
            "Words in it; with 12 or more, or figures, it must stand in more stories.",
            unit="words",
        ),
        Column("documents", INT, "Documents of the run in whose text it stood.", unit="documents"),
        RUN,
    ),
)

_FORGOTTEN = Table(
    "forgotten",
    "One row a document that was taken out for good: nothing of it is kept, nor let in again.",
    "forget",
    None,
    ("doc_id",),
    (
        Column("doc_id", STRING, "Hash of the delivery source and the record bytes."),
        Column(
            "forgotten_at", TIME, "When it was taken out; UTC.", volatile=True, unit="time, UTC"
        ),
        RUN,
    ),
)

_RUNS = Table(
    "runs",
    "One row a run: what it read, what became of it, and what it was made with.",
    "publish",
    None,
    ("run_id",),
    (
        Column("run_id", STRING, "The run.", volatile=True),
        Column("kind", STRING, "`ingest`, `rebuild`, `compact` or `forget`."),
        Column("started_at", TIME, "UTC.", volatile=True, unit="time, UTC"),
        Column(
            "finished_at", TIME, "UTC; just before the commit.", volatile=True, unit="time, UTC"
        ),
        Column("files", LONG, "Raw files seen.", unit="files"),
        Column("files_known", LONG, "Of these not opened: the ledger knows them.", unit="files"),
        Column("files_deferred", LONG, "Of these left for the next run.", unit="files"),
        Column(
            "read",
            LONG,
            "Records read = stored + rejected + already_known + deferred.",
            unit="records",
        ),
        Column("stored", LONG, "Records that became documents.", unit="records"),
        Column("rejected", LONG, "Records refused; see `rejected`.", unit="records"),
        Column("already_known", LONG, "Records known before, by bytes and source.", unit="records"),
        Column(
            "deferred", LONG, "Records of files that changed while they were read.", unit="records"
        ),
        Column("ignored", LONG, "Container records that are no documents.", unit="records"),
        Column("stories", LONG, "Stories in the edition after the run.", unit="stories"),
        Column("copies", LONG, "Documents in these stories.", unit="documents"),
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
        SOURCES,
    )
}
"""The tables by name, in the order in which a reader meets them."""
