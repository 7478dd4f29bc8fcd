"""Columns that several tables share."""

from dataclasses import replace

from pipeline.store.shape import BOOL, DATE, INT, STRING, STRINGS, TIME, Column

RUN = Column(
    "run_id", STRING, "Run that wrote this row; see `runs`.", source="publish", volatile=True
)


def _from(source: str, *columns: Column) -> tuple[Column, ...]:
    return tuple(replace(column, source=column.source or source) for column in columns)


PLACE = _from(
    "read",
    Column("raw_path", STRING, "Raw file, relative to the raw folder."),
    Column("raw_locator", STRING, "Place in it: `line:N`, `offset:N`, or empty for the whole."),
    Column("raw_sha256", STRING, "SHA-256 of the record bytes."),
)

RAW = _from(
    "read",
    Column("raw_path", STRING, "Raw file, relative to the raw folder: the least of its origins."),
    *PLACE[1:],
)

DELIVERY = _from(
    "read",
    Column(
        "source", STRING, "Who delivered it: side file, JSON field, host, folder, or `unknown`."
    ),
    Column(
        "site",
        STRING,
        "What the page says of itself: host or name; null in plain text.",
        source="judge",
    ),
    Column("url", STRING, "Address it was fetched from, where the delivery says so."),
    Column(
        "fetched_at",
        TIME,
        "When it was fetched, where the delivery says so; UTC.",
        unit="time, UTC",
    ),
)

FACTS = _from(
    "judge",
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
    Column(
        "published_at",
        TIME,
        "When it was published; UTC. Null when nothing says so.",
        unit="time, UTC",
    ),
    Column("published_date", DATE, "The UTC day of `published_at`.", unit="day, UTC"),
    Column("published_at_source", STRING, "Where the date was found."),
    Column("published_precision", STRING, "`second`, `minute`, `day`, `month` or `year`."),
    Column("published_zone_known", BOOL, "False: the time had no zone and was taken as UTC."),
    Column(
        "modified_at", TIME, "When it was last changed, by its own word; UTC.", unit="time, UTC"
    ),
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
    Column(
        "word_count",
        INT,
        "Words in `text`; a character counts where none are spaced.",
        unit="words",
    ),
)
