"""Answer every query of ``docs/analysts.md`` on the example, and draw its two pictures.

    python docs/example/make.py

Writes the answers into the document, each after its query, and the SVG files beside this one.
"""

import os
import re
import tempfile
from pathlib import Path

import duckdb

from pipeline import engine
from pipeline.settings import Settings

HERE = Path(__file__).parent
DOCUMENT = HERE.parent / "analysts.md"
QUERY = re.compile(r"```sql\n(?P<query>.*?)```\n(?:\n```text\n.*?```\n)?", re.DOTALL)


def answered(text: str) -> str:
    """Return the document with the answer after each query; ``clean/`` is below the folder."""
    return QUERY.sub(
        lambda m: f"```sql\n{m['query']}```\n\n```text\n{answer(m['query'])}```\n", text
    )


def answer(query: str) -> str:
    """Return the rows of a query as a table of plain text."""
    with duckdb.connect() as db:
        found = db.sql(query.rstrip().rstrip(";"))
        names = found.columns
        rows = [names, *(tuple(map(_cell, row)) for row in found.fetchall())]
    widths = [max(len(row[n]) for row in rows) for n in range(len(names))]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:.2f}"
    return "-" if value is None else str(value)


def draw(folder: Path) -> None:
    """Draw how many outlets printed each story, and what was kept of each source."""
    os.environ["MPLCONFIGDIR"] = tempfile.gettempdir()
    import matplotlib as mpl  # noqa: PLC0415 - only pictures need it

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "copydesk", "svg.fonttype": "none", "font.size": 9})
    from matplotlib import pyplot as plt  # noqa: PLC0415

    stories = duckdb.sql(
        "SELECT title, source_count FROM 'clean/articles/*/*.parquet' ORDER BY 2, 1 DESC"
    ).fetchall()
    _bars(plt, [(title, [n]) for title, n in stories], ["outlets"], folder / "outlets.svg")
    words = duckdb.sql(
        """SELECT source, sum(word_count)::INTEGER, sum(gone)::INTEGER
        FROM 'clean/documents/*/*.parquet' JOIN (
            SELECT doc_id, sum(len(string_split(text, ' '))) AS gone
            FROM 'clean/removed/*/*.parquet' GROUP BY doc_id) USING (doc_id)
        GROUP BY source ORDER BY source DESC"""
    ).fetchall()
    rows = [(source, [kept, gone]) for source, kept, gone in words]
    _bars(plt, rows, ["words kept", "words removed"], folder / "words.svg")


def _bars(plt, rows, names, path: Path) -> None:  # noqa: ANN001 - matplotlib has no types
    figure, axes = plt.subplots(figsize=(7, 0.5 + 0.35 * len(rows)), layout="constrained")
    left = [0] * len(rows)
    for n, (name, colour) in enumerate(zip(names, ("#2a6f97", "#c9ada7"), strict=False)):
        values = [row[1][n] for row in rows]
        axes.barh([row[0] for row in rows], values, left=left, color=colour, label=name)
        left = [a + b for a, b in zip(left, values, strict=True)]
    axes.spines[["top", "right"]].set_visible(False)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Ingest the example and write the answers and the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        engine.ingest(HERE / "raw", Path("clean"), Settings())
        DOCUMENT.write_text(answered(DOCUMENT.read_text("utf-8")), "utf-8")
        draw(HERE)


if __name__ == "__main__":
    main()
