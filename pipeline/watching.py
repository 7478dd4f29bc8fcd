"""Whether a run that completed is right, and what there is to tell of it, from Parquet alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pipeline.drift.alarms import Alarm
from pipeline.engine import Report
from pipeline.objects import Place
from pipeline.report.run_report import Account
from pipeline.settings import Settings, Watch
from pipeline.store import account, browse

_MOST_ROWS = 200
_MOST_RUNS = 30
_MOST_TOLD = 3
"""Alarms that a warning names."""


def concerns(run: Mapping[str, Any], last_news: datetime | None, limits: Watch) -> tuple[str, ...]:
    """Return, each as a sentence, why a completed run deserves a warning.

    ``run`` is a row of the table ``runs``, ``last_news`` when a run last stored a document.
    """
    found = []
    fresh = run["stored"] + run["rejected"]
    if fresh and run["rejected"] / fresh > limits.max_rejected:
        share = run["rejected"] / fresh
        found.append(
            f"{run['rejected']:,} of {fresh:,} new records rejected ({share:.0%}, more than "
            f"{limits.max_rejected:.0%})"
        )
    quiet = timedelta(hours=limits.quiet_hours)
    if quiet and not run["stored"] and last_news and run["finished_at"] - last_news > quiet:
        hours = (run["finished_at"] - last_news).total_seconds() / 3600
        told = f"{hours:,.0f}" if hours >= 10 else f"{hours:.1f}"
        found.append(f"no new document for {told} hours, since {last_news:%Y-%m-%d %H:%M}")
    return tuple(found)


def recount(
    clean: Place, report: Report, settings: Settings, alarms: Sequence[Alarm] = ()
) -> Account:
    """Return what a run did as the published tables tell it.

    ``alarms`` are the sources that it found to be no longer what they were. Raises StoreError.
    """
    shelf = browse.open_shelf(clean)
    run_id = report.row.run_id
    runs = account.runs(shelf, _MOST_RUNS)
    run = account.run(shelf, run_id)
    news = account.last_news(shelf)
    copies, stories = account.copies(shelf, run_id)
    drifted = [alarm.told for alarm in alarms]
    told = concerns(run, news["finished_at"] if news else None, settings.watch)
    return Account(
        run=run,
        history=[row for row in runs if row["started_at"] < run["started_at"]],
        words_kept=report.tally.words_kept,
        words_removed={k: n for k, n in report.tally.words_removed.items() if n},
        copies=copies,
        copied_stories=stories,
        changes=account.changes(shelf, run_id),
        sources=account.sources(shelf, run_id, _MOST_ROWS),
        removed=account.removed_lines(shelf, run_id, _MOST_ROWS),
        largest=account.stories(shelf, run_id, _MOST_ROWS),
        refused=account.refusals(shelf, run_id, _MOST_ROWS),
        drifted=drifted,
        concerns=(*told, *drifted[:_MOST_TOLD], *_more(len(drifted) - _MOST_TOLD)),
    )


def _more(count: int) -> list[str]:
    return [f"{count:,} more sources drifted"] if count > 0 else []
