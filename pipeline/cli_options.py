"""Options and helpers that several commands share; nothing heavy is imported to show a help."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

import click

from pipeline.objects import place

RAW, CLEAN = "raw", "clean"
Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Add ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def clean_option(command: Command) -> Command:
    """Add ``--clean``."""
    return _place("--clean", CLEAN, "The folder that ingest wrote.")(command)


def raw_option(command: Command) -> Command:
    """Add ``--raw``."""
    return _place("--raw", RAW, "The raw folder, for the commands that are told.")(command)


def _place(name: str, default: str, told: str) -> Callable[[Command], Command]:
    return click.option(name, type=place, default=default, show_default=True, help=told)


def yes_option(command: Command) -> Command:
    """Add ``--yes``."""
    return click.option("--yes", is_flag=True, help="Do not ask.")(command)


def settings_of(flags: dict[str, Any]) -> Any:
    """Return the settings that flags, environment and file make."""
    from pipeline.settings import load

    return load(flags)[0]


def report_facts(report: Any) -> dict[str, Any]:
    """Return a run report as plain facts."""
    return {
        **asdict(report.row),
        "edition": report.edition,
        "documents": report.documents,
        "stories": report.stories,
        "copies": report.copies,
        "reasons": dict(sorted(report.tally.reasons.items())),
        "documents_without_text": report.tally.without_text,
        "words_kept": report.tally.words_kept,
        "words_removed": dict(sorted(report.tally.words_removed.items())),
        "blocks_removed_by_rule": dict(sorted(report.tally.rules.items())),
        "pages_helped_by": dict(sorted(report.tally.helpers.items())),
        "blocks_brought_back_by": dict(sorted(report.tally.guards.items())),
        "furniture_learned": report.knowledge.lines_by_site,
        "furniture_cut_most": [asdict(line) for line in report.knowledge.top],
    }
