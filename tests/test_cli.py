"""The command ``copydesk``: what each command prints, and with which code it ends."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline import escape
from pipeline.cli import main
from pipeline.errors import RejectReason
from pipeline.settings import load
from pipeline.store import browse, disk
from pipeline.store.schemas import TABLES

pytestmark = pytest.mark.usefixtures("inline")
ROOT = Path(__file__).parents[1]
Story = Callable[..., str]
COMMANDS = sorted(main.commands)
HOSTILE = "Sums \x1b[31mred\x1b[0m as\x07 rust \u202eagain\u202c, [bold]the bank[/bold] said"


def run(*arguments: object, **environ: str) -> Result:
    """Run the command in this process; an error that is not the line's own is raised."""
    return CliRunner().invoke(main, list(map(str, arguments)), env=environ, catch_exceptions=False)


def done(*arguments: object, **environ: str) -> str:
    """Return what a command prints that must end well."""
    result = run(*arguments, **environ)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory, make_story: Story) -> Path:
    """Return a raw folder: two copies of a story, a feed, a hostile page, a page of nothing."""
    raw = tmp_path_factory.mktemp("desk") / "raw"
    (raw / "post").mkdir(parents=True)
    story = make_story(1)
    (raw / "post" / "a.txt").write_text(f"Headline of the day\n\n{story}\n")
    (raw / "post" / "b.txt").write_text(
        f"Headline of the day\n\nSubscribe now for full access to all articles\n\n{story}\n"
    )
    feed = [
        {"text": f"The council met on day {n} and agreed.", "url": f"http://x.test/{n}"}
        for n in range(17)
    ]
    (raw / "feed.jsonl").write_text("\n".join(map(json.dumps, feed)) + "\n{no json\n")
    lines = [{"text": f"{HOSTILE} on Monday.\n\n{make_story(2, 3)}", "title": HOSTILE}]
    (raw / "hostile.jsonl").write_text(json.dumps(lines[0]))
    return raw


@pytest.fixture(scope="module")
def clean(raw: Path, inline: None) -> Path:
    """Return the clean folder that the command made of it."""
    clean = raw.parent / "clean"
    assert run("ingest", raw, clean).exit_code == 0
    return clean


@pytest.fixture(scope="module")
def documents(clean: Path) -> list[dict[str, Any]]:
    """Return the published documents."""
    return browse.open_shelf(clean).rows("SELECT * FROM documents ORDER BY doc_id")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example(command: str):
    """The help of a command says what it does and shows how to call it."""
    text = done(command, "--help")
    assert text.startswith("Usage: ")
    assert any(line.lstrip().startswith("copydesk ") for line in text.splitlines())
    assert f"copydesk {command}" in text


def test_help_lists_every_command():
    """The help of the whole names each command with a line of its own."""
    text = done("-h")
    assert all(f"\n  {command} " in text for command in COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest", "{raw}", "{clean}"],
        ["ingest", "{raw}", "{clean}", "--dry-run"],
        ["show", "{raw}/post/b.txt"],
        ["show", "{raw}/feed.jsonl"],
        ["trace", "post/b.txt", "--clean", "{clean}"],
        ["status", "{clean}"],
        ["status", "{clean}", "--furniture"],
        ["schema"],
        ["schema", "articles"],
        ["config"],
        ["compact", "{clean}"],
        ["rebuild", "{raw}", "{clean}"],
    ],
    ids=" ".join,
)
def test_json(raw: Path, clean: Path, arguments: list[str]):
    """With ``--json`` a command prints JSON in plain ASCII and nothing else."""
    text = done(*(a.format(raw=raw, clean=clean) for a in arguments), "--json")
    assert json.loads(text) is not None
    assert text.isascii()


def test_json_covers_every_command():
    """No command that answers is without ``--json``; the service does not answer."""
    for name, command in main.commands.items():
        assert name == "serve" or any("--json" in option.opts for option in command.params), name


def test_rejects_are_no_failure(raw: Path, tmp_path: Path):
    """A run with rejects ends with 0, and with 3 under ``--strict``; both do the whole work."""
    text = done("ingest", raw, tmp_path / "one")
    assert "1 rejected: bad-record" in text
    result = run("ingest", raw, tmp_path / "two", "--strict", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["stored"] == 20
    assert run("ingest", raw, tmp_path / "two", "--strict").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["ingest", "nowhere", "out"], 2, "nowhere: there is no such raw folder"),
        (["ingest", ".", "out"], 2, "out: inside the raw folder"),
        (["ingest", "--workers", "0"], 2, "0 is not in the range"),
        (["ingest", "--limit", "many"], 2, "is not a valid integer"),
        (["--set", "dedup.row=4", "config"], 2, "there is no setting 'dedup.row'"),
        (["--set", "dedup.rows=0", "config"], 2, "flag: dedup.rows: "),
        (["--set", "dedup.rows", "config"], 2, "write KEY=VALUE"),
        (["schema", "articels"], 2, "there is no table 'articels'"),
        (["show", "nowhere.txt"], 2, "does not exist"),
        (["wash"], 2, "No such command"),
        (["status", "nowhere"], 1, "nowhere: nothing is published here"),
        (["trace", "5a31c0", "--clean", "nowhere"], 1, "nothing is published here"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_errors_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, told: str
):
    """An error ends with its code, a sentence on the error stream, and nothing on the other."""
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == code
    assert told in result.stderr
    assert result.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_locked(raw: Path, clean: Path):
    """While another run writes, ``ingest`` ends with 4 and names it; readers work all the same."""
    with disk.lock(clean / ".state" / "lock", 0):
        for extra in ([], ["--dry-run"]):
            result = run("ingest", raw, clean, *extra)
            assert result.exit_code == 4
            assert f"process {os.getpid()}" in result.stderr
        assert "edition" in done("status", clean)
        assert "post/a.txt" in done("trace", "post/a.txt", "--clean", clean)


def test_broken_manifest(tmp_path: Path):
    """A manifest that is no JSON is a failure that names it."""
    (tmp_path / "edition.json").write_text("{")
    result = run("status", tmp_path)
    assert result.exit_code == 1
    assert "edition.json" in result.stderr


def files_below(folder: Path) -> dict[Path, tuple[int, bytes]]:
    """Return every file with its time and bytes."""
    return {f: (f.stat().st_mtime_ns, f.read_bytes()) for f in folder.rglob("*") if f.is_file()}


def test_dry_run_makes_nothing(raw: Path, tmp_path: Path):
    """A dry run says what would be read and does not even make the clean folder."""
    text = done("ingest", raw, tmp_path / "clean", "--dry-run", "--limit", "3")
    assert "4 files: 3 to read" in text
    assert not (tmp_path / "clean").exists()


def test_dry_run_changes_nothing(raw: Path, clean: Path):
    """A dry run over a known folder reads the ledger and leaves every byte and time alone."""
    before = files_below(clean)
    facts = json.loads(done("ingest", raw, clean, "--dry-run", "--json"))
    assert (facts["files"], facts["to_read"], facts["known"]) == (4, 0, 4)
    facts = json.loads(done("ingest", raw, clean, "--dry-run", "--rescan", "--json"))
    assert facts["to_read"] == 4
    assert files_below(clean) == before


def test_ingest_sums_up(raw: Path, tmp_path: Path):
    """A run ends with its numbers and shell lines that show the stories, wherever they lie."""
    clean = tmp_path / 'it\'s "clean"'
    text = done("ingest", raw, clean)
    assert "21 read = 20 stored + 1 rejected + 0 already known" in text
    *_, query, _, report = text.splitlines()
    python, flag, script = shlex.split(query)
    assert flag == "-c"
    shown = subprocess.run([python, flag, script], capture_output=True, text=True, check=True)
    assert "copy_count" in shown.stdout
    command, *rest = shlex.split(report)
    assert Path(command).name == "copydesk"
    assert rest == ["report", str(clean), "--open"]


@pytest.mark.parametrize("option", [["--workers", "3"], []], ids=["flag", "set"])
def test_workers(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: list[str]):
    """``--workers`` sets the workers; without it ``--set`` does."""
    seen = []

    def ingest(*arguments: Any, **_: Any) -> None:
        seen.append(arguments[2].work.workers)
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.engine.ingest", ingest)
    result = run("--set", "work.workers=7", "ingest", raw, tmp_path, *option)
    assert (seen, result.exit_code) == ([3 if option else 7], 130)


def test_show_strikes_what_is_removed(raw: Path):
    """On a terminal removed text is struck through after its label and rule; kept text is not."""
    text = done("show", raw / "post" / "b.txt", "--raw", raw, FORCE_COLOR="1", COLUMNS="600")
    (removed,) = (line for line in text.splitlines() if "Subscribe now" in line)
    assert "[paywall · " in removed
    assert _is_struck(removed.partition("] ")[2])
    kept = [line for line in text.splitlines() if " because " in line]
    assert len(kept) == 8
    assert not any(map(_is_struck, kept))


def _is_struck(shown: str) -> bool:
    """Tell whether a line of a terminal is struck through somewhere."""
    return any("9" in codes.split(";") for codes in re.findall(r"\x1b\[([\d;]+)m", shown))


@pytest.mark.parametrize("command", ["show", "trace"])
def test_hostile_text_is_shown_not_sent(raw: Path, clean: Path, command: str):
    """Control characters, bidirectional overrides and markup of a page come out as letters."""
    if command == "show":
        text = done("show", raw / "hostile.jsonl", FORCE_COLOR="1", COLUMNS="400")
    else:
        text = done("trace", "hostile.jsonl", "--clean", clean, FORCE_COLOR="1", COLUMNS="400")
    assert "\\x1b[31mred" in text
    assert "\\u202eagain" in text
    assert "[bold]the bank[/bold]" in text
    assert not set("\x07\u202e\u202c") & set(text)
    assert "\x1b[31m" not in text


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "\x9b2J", "a\rb", "\u202e", "\u2066", "\ufeff", "\ud800", "\x00", "\u2028"]
)
def test_safe(text: str):
    """What could steer a terminal is spelled out in printable ASCII."""
    assert escape.safe(text).isprintable()
    assert escape.safe(text).isascii()


def test_safe_leaves_text_alone():
    """Letters of any script, combining marks and line ends are printed as they are."""
    text = "Zoë – «Łódź» 東京 नमस्ते e\u0301 €5\nnext"
    assert escape.safe(text) == text


def test_show_one_record(raw: Path):
    """``--at`` shows one record of a container; a place where there is none is an error."""
    text = done("show", raw / "feed.jsonl", "--at", "line:3")
    assert "day 2 and" in text
    assert "day 3 and" not in text
    result = run("show", raw / "feed.jsonl", "--at", "line:99")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no record at line:99" in result.stderr


def test_show_a_refused_record(raw: Path):
    """A record that is refused is shown with its reason, and is no failure."""
    assert "line:18: bad-record: " in done("show", raw / "feed.jsonl", "--at", "line:18")


def test_show_a_file_of_any_name(tmp_path: Path):
    """A name with a backslash or bytes that are not UTF-8 is shown as the ledger spells it."""
    file = tmp_path / os.fsdecode(b"caf\xe9\\x41.txt")
    file.write_text("The council met on Monday and agreed on a budget for the coming year.")
    assert "caf\\xe9\\x5cx41.txt" in done("show", file)


def test_show_writes_nothing(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Looking at a file leaves no trace."""
    monkeypatch.chdir(tmp_path)
    done("show", raw / "post" / "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_trace_by_every_name(clean: Path, documents: list[dict[str, Any]]):
    """A document answers to its id, a prefix, its URL and its raw path."""
    (one,) = (d for d in documents if d["raw_path"] == "post/b.txt")
    (fed,) = (d for d in documents if d["url"] == "http://x.test/5")
    for name, wanted in (
        (one["doc_id"], one),
        (one["doc_id"][:8], one),
        ("post/b.txt", one),
        ("http://x.test/5", fed),
    ):
        facts = json.loads(done("trace", name, "--clean", clean, "--json"))
        assert facts["document"]["doc_id"] == wanted["doc_id"]


def test_trace_tells_the_whole_way(clean: Path, documents: list[dict[str, Any]]):
    """A trace holds bytes, blocks, story, matches and run; a story id leads to the story."""
    facts = json.loads(done("trace", "post/b.txt", "--clean", clean, "--json"))
    assert [o["raw_path"] for o in facts["origins"]] == ["post/b.txt"]
    assert "paywall" in {block["label"] for block in facts["removed"]}
    assert len(facts["story"]) == facts["article"]["copy_count"] == 2
    assert facts["run"]["run_id"] == facts["document"]["run_id"]
    story = facts["copy"]["story_id"]
    by_story = json.loads(done("trace", story, "--clean", clean, "--json"))
    assert by_story["document"]["doc_id"] == story
    assert {c["doc_id"] for c in by_story["story"]} == {c["doc_id"] for c in facts["story"]}


def test_trace_of_an_ambiguous_name(
    clean: Path, documents: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
):
    """A name of more than one document is an error that lists some; a short prefix is no name."""
    result = run("trace", "feed.jsonl", "--clean", clean)
    assert result.exit_code == 1
    assert "names 17 documents" in result.stderr
    digits = [d["doc_id"][0] for d in documents]
    often = max(set(digits), key=digits.count)
    assert "no document" in run("trace", often, "--clean", clean).stderr
    monkeypatch.setattr(browse, "LEAST_PREFIX", 1)
    assert f"'{often}' names " in run("trace", often, "--clean", clean).stderr


@pytest.mark.parametrize("name", ["", "'; DROP TABLE documents; --", "%", "ffffffffff"])
def test_trace_of_nothing(clean: Path, name: str):
    """A name that no document has is an error, whatever is in it."""
    result = run("trace", name, "--clean", clean)
    assert result.exit_code == 1
    assert "no document has" in result.stderr


def test_status(clean: Path):
    """Status counts what is published, and says what another pipeline would clean anew."""
    facts = json.loads(done("status", clean, "--json"))
    assert facts["tables"]["documents"] == facts["tables"]["copies"] == 20
    assert facts["rejected"] == [{"reason": str(RejectReason.BAD_RECORD), "records": 1}]
    assert facts["documents_cleaned_by_an_older_pipeline"] == 0
    text = done("--set", "cleaning.max_blocks=7", "status", clean, "--json")
    assert json.loads(text)["documents_cleaned_by_an_older_pipeline"] == 20


def test_status_lists_the_furniture(tmp_path: Path, inline: None):
    """A run says what it learned to be furniture, and status lists it, control characters shown."""
    for n in range(2):
        words = ". ".join(
            f"Ship {n}-{i} left the port of the old town on day {i}" for i in range(9)
        )
        texts = [f"The {w} of {n}. {words}. So it was {n} times." for w in ("end", "rest", "start")]
        texts.insert(2, "The harbour\x1b desk writes from the mill")
        file = tmp_path / "raw" / "post" / f"{n}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n\n".join(texts))
    text = done("ingest", tmp_path / "raw", tmp_path / "clean")
    assert "1 line of furniture: post 1" in text
    text = done("status", tmp_path / "clean", "--furniture")
    assert text.split("  ")[0] == "post"
    assert "2 stories" in text
    assert "\x1b" not in text


def test_schema_lists_every_table():
    """Every table and column is listed with type and meaning, for people and for programs."""
    text, facts = done("schema", COLUMNS="40"), json.loads(done("schema", "--json"))
    assert facts.keys() == TABLES.keys()
    for name, table in TABLES.items():
        assert f"{name}: {table.meaning}" in text
        assert [c["name"] for c in facts[name]["columns"]] == list(table.names)
        assert all(c.meaning in text for c in table.columns)
    assert json.loads(done("schema", "runs", "--json")).keys() == {"runs"}


def test_config_shows_where_each_value_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Each setting is listed with its value and its place: flag, environment, file or default."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "copydesk.toml").write_text("[work]\nbatch_files = 20\nworkers = 2")
    environ = {"COPYDESK_WORK__WORKERS": "3", "COPYDESK_DEDUP__ROWS": "4"}
    arguments = ["--set", "dedup.rows=8", "--set", "dedup.source_rank=ap,afp", "config"]
    rows = {r["key"]: r for r in json.loads(done(*arguments, "--json", **environ))["settings"]}
    assert (rows["dedup.rows"]["value"], rows["dedup.rows"]["from"]) == (8, "flag")
    assert rows["dedup.source_rank"]["value"] == ["ap", "afp"]
    assert (rows["work.workers"]["value"], rows["work.workers"]["from"]) == (3, "environment")
    assert rows["work.batch_files"]["from"] == str(tmp_path / "copydesk.toml")
    assert rows["work.batch_bytes"]["from"] == "default"
    text = done(*arguments, COLUMNS="40", **environ)
    assert all(key in text for key in rows)
    expected = load({"dedup.rows": 8, "dedup.source_rank": "ap,afp"}, tmp_path, environ)[0]
    assert expected.digest() in text


def test_real_process(raw: Path):
    """A process of its own prints what a terminal without our letters can show, and ends well."""
    shown = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "show", raw / "post" / "b.txt"],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    assert b"[paywall \\xb7 " in shown.stdout
    assert shown.stderr == b""


ATTACK = "\x1b]0;PWNED\x07\x1b[2J\u202e\x9b2J"


def test_nothing_hostile_reaches_the_terminal(tmp_path: Path):
    """Titles, addresses and names are shown as one line of plain characters, in every command."""
    raw, clean = tmp_path / "raw", str(tmp_path / "clean")
    raw.mkdir()
    url = "https://a.example/x" + ATTACK + "\nforged: yes"
    record = {"text": f"A story{ATTACK}\n\nThe bridge.", "url": url, "title": "T" + ATTACK}
    (raw / ("a" + ATTACK.replace("/", "") + ".jsonl")).write_text(json.dumps(record))
    shown = []
    runner = CliRunner()
    shown.append(runner.invoke(main, ["ingest", str(raw), clean]))
    doc_id = browse.open_shelf(Path(clean)).rows("SELECT doc_id FROM documents")[0]["doc_id"]
    (file,) = raw.iterdir()
    shown.append(runner.invoke(main, ["show", str(file), "--raw", str(raw)]))
    shown.append(runner.invoke(main, ["trace", doc_id, "--clean", clean]))
    shown.append(runner.invoke(main, ["forget", doc_id, "--clean", clean], input="n"))
    shown.append(runner.invoke(main, ["forget", doc_id, "--clean", clean, "--yes"]))
    file.unlink()
    shown.append(runner.invoke(main, ["verify", str(raw), clean]))
    for result in shown:
        said = result.output
        assert not set(said) & set("\x1b\x07\u202e\x9b"), said
        assert not [row for row in said.splitlines() if row.startswith("forged")], said


def test_a_path_that_the_database_cannot_open_is_refused(tmp_path: Path):
    """DuckDB takes what follows a question mark for options."""
    result = CliRunner().invoke(main, ["ingest", "raw", str(tmp_path / "a?b")])
    assert (result.exit_code, "question mark" in result.output) == (2, True)


def test_dry_run_of_a_copy_without_a_lock(tmp_path: Path):
    """A backup need not have it; a damaged state is told of in a sentence."""
    clean = tmp_path / "clean"
    CliRunner().invoke(main, ["ingest", str(ROOT / "raw"), str(clean)])
    (clean / ".state" / "lock").unlink()
    again = ["ingest", "--dry-run", str(ROOT / "raw"), str(clean)]
    assert "5 known" in CliRunner().invoke(main, again).output
    (clean / ".state" / "state.duckdb").write_bytes(b"no database" * 500)
    result = CliRunner().invoke(main, again)
    assert (result.exit_code, "copydesk rebuild" in result.output) == (1, True)


def test_a_manifest_that_tells_nothing(tmp_path: Path):
    """Commands say so in a sentence; the next run writes it anew."""
    clean = tmp_path / "clean"
    arguments = ["ingest", str(ROOT / "raw"), str(clean)]
    CliRunner().invoke(main, arguments)
    (clean / "edition.json").write_text("[]")
    assert "tells of no edition" in CliRunner().invoke(main, ["status", str(clean)]).output
    assert CliRunner().invoke(main, arguments).exit_code == 0
    assert CliRunner().invoke(main, ["status", str(clean)]).exit_code == 0
