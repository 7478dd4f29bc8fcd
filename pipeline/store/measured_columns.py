"""The table ``sources``: one source in one run, in numbers."""

from pipeline.store.columns import RUN
from pipeline.store.shape import DOUBLE, INT, LONG, STRING, TIME, Column, Table

_COLUMNS = (
    Column(
        "source",
        STRING,
        "Who delivered it; a refused record is its neighbours', else its folder's.",
    ),
    Column("site", STRING, "What the pages say of themselves; null: the same, or nothing."),
    RUN,
    Column("kind", STRING, "The run's, as in `runs`: that of a rebuild has documents of all days."),
    Column("started_at", TIME, "When the run began; UTC.", volatile=True, unit="time, UTC"),
    Column(
        "read",
        LONG,
        "Records = stored + rejected + already_known; none that was refused before.",
        unit="records",
    ),
    Column("stored", LONG, "New documents: all numbers below are theirs.", unit="documents"),
    Column("rejected", LONG, "Records refused; see `rejected`.", unit="records"),
    Column("already_known", LONG, "Records that were known documents.", unit="records"),
    Column("without_text", LONG, "Documents of which no text was left.", unit="documents"),
    Column("words", LONG, "Words kept in all of them.", unit="words"),
    Column("words_median", INT, "Words kept in a document: the median.", unit="words"),
    Column(
        "words_log",
        DOUBLE,
        "Mean of ln(words kept) of documents with words; 2,000 stand for more.",
        unit="ln(words)",
    ),
    Column("words_log_sd", DOUBLE, "Its standard deviation.", unit="ln(words)"),
    Column(
        "removed",
        DOUBLE,
        "Mean share of a page's text that was removed, by code points.",
        unit="share, 0 to 1",
    ),
    Column("removed_sd", DOUBLE, "Its standard deviation.", unit="share, 0 to 1"),
    Column(
        "score",
        DOUBLE,
        "Mean of a document's mean `kept_score`: how sure the classifier was.",
        unit="probability, 0 to 1",
    ),
    Column("score_sd", DOUBLE, "Its standard deviation.", unit="probability, 0 to 1"),
    Column("with_title", LONG, "Documents with a title.", unit="documents"),
    Column("with_authors", LONG, "Documents with authors.", unit="documents"),
    Column("with_date", LONG, "Documents with a date.", unit="documents"),
    Column("metered", LONG, "Documents whose `paywall` is `metered`.", unit="documents"),
    Column("gated", LONG, "Documents whose `paywall` is `gated`.", unit="documents"),
    Column("partial", LONG, "Documents whose `completeness` is `partial`.", unit="documents"),
    Column(
        "garbled",
        LONG,
        "Documents whose text has several marks of a wrong encoding, e.g. `Ã©`, U+FFFD.",
        unit="documents",
    ),
    Column("with_furniture", LONG, "Documents with lines removed as furniture.", unit="documents"),
    Column("furniture_lines", LONG, "Lines removed as furniture.", unit="lines"),
    Column("furniture_words", LONG, "Words in these lines, by white space.", unit="words"),
    Column("pipeline_digest", STRING, "Code, settings and libraries it was cleaned with."),
)

SOURCES = Table(
    "sources",
    "One row a run and source: what the run stored and refused of it. Later runs change no row.",
    "publish",
    "run_date",
    ("source", "site", "run_id"),
    _COLUMNS,
)
"""Means and deviations pool exactly over runs; see docs/drift.md."""
