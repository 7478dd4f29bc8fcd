"""Laws of the stories, from staged texts to published rows: what must not show in a row."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from pipeline import engine, pool
from pipeline.settings import Settings, Work, load
from pipeline.store.schemas import TABLES
from pipeline.store.state import execute, open_state
from tests.bench import staged
from tests.bench.made_stories import Made, made

pytestmark = pytest.mark.usefixtures("inline")

SHAPE = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("source", pa.string()),
        ("published", pa.date32()),
    ]
)
OFFER = (
    "Become a member today and read every page we print without limits. Members receive our "
    "weekend supplement, the evening briefing and invitations to debates with our editors. "
    "Cancel whenever you wish; the first four weeks cost nothing at all."
)


def settings(**flags: Any) -> Settings:
    """Return the default settings but for these, with ``__`` for a dot."""
    return load({k.replace("__", "."): v for k, v in flags.items()}, environ={})[0]


def tell(
    home: Path, documents: Sequence[dict[str, Any]], chosen: Settings, *, size: int = 1000
) -> staged.Run:
    """Tell the documents with what ``home`` knows, in batches of a size."""
    steps = range(0, len(documents), size)
    some = [documents[at : at + size] for at in steps]
    return staged.run(home, [pa.RecordBatch.from_pylist(b, SHAPE) for b in some], chosen)


def published(home: Path, table: str = "copies") -> list[tuple[Any, ...]]:
    """Return all rows of a table, but for what names the run."""
    columns = "* EXCLUDE (pipeline_digest)" if table == "documents" else "*"
    query = f"SELECT {columns} FROM '{home}/clean/{table}/*/*.parquet' ORDER BY ALL"
    return duckdb.sql(query).fetchall()


def stories(home: Path) -> set[frozenset[str]]:
    """Return the documents of each story."""
    found: dict[str, set[str]] = {}
    for doc_id, story_id in staged.told(home / "clean")[0].items():
        found.setdefault(story_id, set()).add(doc_id)
    return set(map(frozenset, found.values()))


@pytest.fixture(scope="module")
def documents() -> list[dict[str, Any]]:
    """Return 200 documents, most of them copies of one another; days at random, some undated."""
    rng = random.Random(5)
    families: dict[int, list[Made]] = {}
    for document in made(2_500, 3):
        families.setdefault(document.family, []).append(document)
    largest = sorted(families.values(), key=len, reverse=True)
    chosen = [document for family in largest[:40] for document in family][:170]
    chosen += [family[0] for family in largest[-30:]]
    days = [None, *(date(2024, 1, 1) + timedelta(n) for n in range(12))]
    found = [asdict(document) | {"published": rng.choice(days)} for document in chosen]
    return rng.sample(found, len(found))


@pytest.mark.parametrize("window", [0, 3])
def test_runs_do_not_show_where_knowledge_is_frozen(
    tmp_path: Path, documents: list[dict[str, Any]], window: int
):
    """What comes in four runs, in another order, gives the rows of one run."""
    flags = {"dedup__max_shelf": 6, "dedup__window_days": window}
    base, rest = documents[:60], documents[60:]
    tell(tmp_path / "whole", base, settings(**flags))
    shutil.copytree(tmp_path / "whole", tmp_path / "parts")
    frozen = settings(**flags, dedup__learn=False)
    tell(tmp_path / "whole", rest, frozen)
    for part in (rest[100:], rest[40:60], rest[:40][::-1], rest[60:100]):
        tell(tmp_path / "parts", part, frozen)
    assert published(tmp_path / "parts") == published(tmp_path / "whole")
    assert published(tmp_path / "parts", "articles") == published(tmp_path / "whole", "articles")
    assert len(stories(tmp_path / "whole")) < len(documents) - 80


def test_batches_and_chunks_do_not_show(tmp_path: Path, documents: list[dict[str, Any]]):
    """Staged in one part or many, compared ten pairs at a time or all at once: the same rows."""
    tell(tmp_path / "whole", documents, settings())
    tell(tmp_path / "parts", documents[::-1], settings(work__dedup_documents=5), size=17)
    assert published(tmp_path / "parts") == published(tmp_path / "whole")


def test_equal_texts_always_meet(tmp_path: Path, documents: list[dict[str, Any]]):
    """Years apart, in other runs, over crowded shelves and whatever the window: one story."""
    chosen = settings(dedup__window_days=1, dedup__max_shelf=2)
    pick = {text["text"]: text for text in documents if len(text["text"]) > 1_000}
    some = [{**text, "id": f"a{n:03}"} for n, text in enumerate(list(pick.values())[:60])]
    later = [
        {
            **text,
            "id": f"b{text['id']}",
            "text": text["text"].upper(),
            "published": date(2031, 5, 6),
        }
        for text in some
    ]
    tell(tmp_path, some[:40], chosen)
    tell(tmp_path, some[40:] + later[:50], chosen)
    tell(tmp_path, later[50:], chosen)
    story = staged.told(tmp_path / "clean")[0]
    assert all(story[text["id"]] == story[f"b{text['id']}"] for text in some)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)])
def test_with_a_window_the_first_print_decides(
    tmp_path: Path, documents: list[dict[str, Any]], order: tuple[int, ...]
):
    """A late reprint is another story unless its very text was printed early, come when it may."""
    text = max((document["text"] for document in documents), key=len)
    early, late = date(2024, 1, 1), date(2024, 6, 1)
    own = " Our archive has more of what was written about it in those years and in later ones."
    prints = [
        {"id": "a", "text": text, "source": "post", "published": early},
        {"id": "b", "text": text + own, "source": "herald", "published": late},
        {"id": "c", "text": text + own.upper(), "source": "herald", "published": early},
        {"id": "d", "text": text + own * 2, "source": "times", "published": late},
    ]
    chosen = settings(dedup__window_days=30, dedup__sample_texts=0)
    for n in order:
        tell(tmp_path, [prints[n]], chosen)
    assert stories(tmp_path) == {frozenset("abc"), frozenset("d")}


def test_pairs_grow_with_the_texts_below_one_offer(tmp_path: Path):
    """Twice as many stories above one paywall block give twice the pairs, not four times."""
    rng = random.Random(1)
    words = [
        f"{rng.choice('bdfgklmnprst')}{rng.choice('aeiou')}" * 2 + str(n) for n in range(3_000)
    ]
    every = [
        {"id": f"{n:05}", "text": " ".join(rng.choices(words, k=70)) + OFFER, "source": "post"}
        for n in range(3_000)
    ]
    few = tell(tmp_path / "few", every[:1_500], settings()).pairs
    many = tell(tmp_path / "many", every, settings()).pairs
    assert few > 1_500
    assert many < 2.2 * few


ORDERS = (range(35, 11, -1), [*range(30, 36), *range(12, 30)])


@pytest.mark.parametrize("order", ORDERS)
def test_increments_of_raw_files_give_the_rows_of_one_run(
    tmp_path: Path, make_story: Any, order: Iterable[int]
):
    """With all knowledge frozen every table is the same, however the raw files come in."""
    names = [f"{('post', 'herald', 'times')[n % 3]}/{n:02}.txt" for n in range(36)]
    texts = {
        name: f"{make_story(n // 4, 3 + n % 4)}\n\nSubscribe to our evening letter\n\n{OFFER}"
        for n, name in enumerate(names)
    }
    raw = tmp_path / "raw"

    def come(home: str, some: Iterable[int], chosen: Settings) -> None:
        for n in some:
            (raw / names[n]).parent.mkdir(parents=True, exist_ok=True)
            (raw / names[n]).write_text(texts[names[n]])
        engine.ingest(raw, tmp_path / home, chosen)

    flags = {"dedup__max_shelf": 8}
    frozen = settings(**flags, dedup__learn=False, furniture__learn=False)
    come("parts", range(12), settings(**flags))
    shutil.copytree(tmp_path / "parts", tmp_path / "whole")
    arriving = list(order)
    for at in range(0, 24, 8):
        come("parts", arriving[at : at + 8], frozen)
    come("whole", [], frozen)
    for name, table in TABLES.items():
        if name not in {"runs", "sources", "changes", "furniture"}:
            rows = [every(tmp_path / home, name, table.stable) for home in ("parts", "whole")]
            assert rows[0] == rows[1]
    assert len(every(tmp_path / "whole", "removed", ("doc_id",))) > 12


def every(clean: Path, table: str, columns: Iterable[str]) -> list[tuple[Any, ...]]:
    """Return some columns of all rows of a table, none if it has no file."""
    files = sorted(map(str, (clean / table).rglob("*.parquet")))
    chosen = ", ".join(f'"{name}"' for name in columns)
    query = f"SELECT {chosen} FROM read_parquet($1, hive_partitioning = false) ORDER BY ALL"
    return duckdb.sql(query, params=[files]).fetchall() if files else []


def test_a_text_that_only_a_loser_had_is_not_kept(
    tmp_path: Path, make_story: Any, monkeypatch: pytest.MonkeyPatch
):
    """The same bytes at two paths, cleaned to two texts: the state holds the lesser's alone."""
    real = pool.clean

    def clean(document: Any, limits: Any) -> Any:
        is_other = document.origin.path.endswith("b.txt")
        data = make_story(2, 4).encode() if is_other else document.data
        return real(replace(document, data=data), limits)

    monkeypatch.setattr(pool, "clean", clean)
    (tmp_path / "raw" / "post").mkdir(parents=True)
    for name in ("a.txt", "b.txt"):
        (tmp_path / "raw" / "post" / name).write_text(make_story(1, 4))
    engine.ingest(tmp_path / "raw", tmp_path / "clean", settings(work__batch_files=1))
    with open_state(tmp_path / "clean", 0, Work(workers=1)) as store:
        held = execute(store, "SELECT text_no FROM docs ORDER BY 1")
        assert execute(store, "SELECT text_no FROM texts ORDER BY 1") == held
        assert execute(store, "SELECT DISTINCT text_no FROM bands ORDER BY 1") == held
        assert execute(store, "SELECT text_no FROM sample ORDER BY 1") == held
    assert len(held) == 1
