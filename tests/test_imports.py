"""The layering is law: who may import whom, and which library lives in which room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {"reading", "cleaning", "dedup", "store", "drift", "report"}
BASE = {"errors", "escape", "identity", "memory"}
ENGINE = {
    "engine",
    "batch",
    "planning",
    "learning",
    "telling",
    "pool",
    "crew",
    "looking",
    "lineage",
    "shipping",
}
UPKEEP = {"tending", "rebuilding", "verifying", "watching", "drifting"}
SHOWING = {"reporting", "reported", "reported_drift", "site_folder"}
COMMANDS = {"cli", "cli_options", "cli_checking", "cli_report", "cli_tending"}
MAY_IMPORT = {
    "errors": set(),
    "escape": set(),
    "identity": set(),
    "memory": set(),
    "model": BASE,
    "objects": set(),
    "settings": BASE | {"model"},
    **{room: BASE | {"model", "objects", "settings", room} for room in ROOMS},
    **{part: BASE | {"model", "objects", "settings"} | ROOMS | ENGINE for part in ENGINE},
    **{part: BASE | {"model", "objects", "settings"} | ROOMS | ENGINE for part in UPKEEP},
    **{
        part: BASE | {"model", "objects", "settings", "drifting"} | ROOMS | ENGINE | SHOWING
        for part in SHOWING
    },
    "summary": BASE | {"model", "objects", "settings"} | ROOMS | ENGINE,
    "terminal": BASE | {"model", "objects", "settings", "summary"} | ROOMS | ENGINE | UPKEEP,
    **{
        part: BASE
        | {"model", "objects", "settings", "terminal"}
        | ROOMS
        | ENGINE
        | UPKEEP
        | SHOWING
        | COMMANDS
        for part in COMMANDS
    },
    "flows": BASE
    | {"model", "objects", "settings", "terminal", "flows"}
    | ROOMS
    | ENGINE
    | UPKEEP
    | SHOWING,
}
ONLY_IN = {
    "prefect": "flows",
    "prefect_dask": "flows.runners",
    "dask": "flows.runners",
    "distributed": "flows.runners",
    "matplotlib": "pipeline.report",
    "lxml": "pipeline.cleaning",
    "trafilatura": "pipeline.cleaning",
    "readability": "pipeline.cleaning",
    "lightgbm": "pipeline.cleaning",
    "inscriptis": "pipeline.cleaning.corpus",
    "html2text": "pipeline.cleaning.corpus",
    "py3langid": "pipeline.cleaning",
    "datasketch": "pipeline.dedup",
    "duckdb": "pipeline.store",
    "pyarrow.fs": "pipeline.objects",
    "pyarrow.parquet": "pipeline.store",
    "jinja2": "pipeline.report",
    "markupsafe": "pipeline.report",
    "brotli": "pipeline.reading",
    "fastwarc": "tests",
    "zstandard": "pipeline.reading",
    "openlineage": "pipeline.lineage",
    "pebble": ("pipeline.pool", "pipeline.crew"),
    "click": (
        *(f"pipeline.{name}" for name in sorted(COMMANDS)),
        "flows.__main__",
        "flows.serving",
        "flows.server",
    ),
    "uvicorn": "flows.server",
    "starlette": "flows.server",
    "rich": "pipeline.terminal",
}
FILES = sorted([*ROOT.glob("pipeline/**/*.py"), *ROOT.glob("flows/**/*.py")])


def imports(file: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, wherever the statement stands."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module(file: Path) -> str:
    """Return the dotted name of a file."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("file", FILES, ids=module)
def test_layers(file: Path):
    """A module imports only what stands before it in the line of layers."""
    parts = module(file).split(".")
    if parts == ["pipeline", "__init__"]:
        return
    layer = "flows" if parts[0] == "flows" else parts[1]
    names = [name.split(".") for name in imports(file)]
    ours = {"flows" if n[0] == "flows" else n[1] for n in names if n[0] in {"pipeline", "flows"}}
    assert ours <= MAY_IMPORT[layer], f"{layer} imports {ours - MAY_IMPORT[layer]}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_rooms_of_libraries(library: str):
    """A library is imported in the one room that needs it."""
    rooms = ONLY_IN[library]
    for file in FILES:
        used = any(f"{name}.".startswith(f"{library}.") for name in imports(file))
        assert not used or module(file).startswith(rooms), module(file)


@pytest.mark.parametrize("file", FILES, ids=module)
def test_size(file: Path):
    """A file is short enough to be held in the head."""
    assert len(file.read_text("utf-8").splitlines()) <= 320


@pytest.mark.parametrize("file", FILES, ids=module)
def test_nothing_runs_data_or_opens_a_connection(file: Path):
    """No pickle, no eval, no network: see SECURITY.md."""
    forbidden = {"pickle", "marshal", "shelve", "http", "requests", "httpx"}
    if module(file) != "flows.server":  # it starts Prefect's server
        forbidden |= {"socket", "subprocess"}
    used = {name.split(".")[0] for name in imports(file)}
    assert not used & forbidden
    assert not any(name.startswith("urllib.request") for name in imports(file))
    called = {
        node.func.id
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"eval", "exec", "__import__"}
