"""The index that the search page loads: scripts, for a page from a file may fetch nothing."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.report import words
from pipeline.report.facts import Story

A_SHARD = 20_000
_OTHER_TITLES = 6
_DAYS = {"month": "%Y-%m", "year": "%Y"}


def row(story: Story, outlets: dict[str, int]) -> list[Any]:
    """Return a story as the index has it; ``outlets`` numbers their names and grows.

    That is id, headline, day (month or year, as it is known), copies, agency, numbers of outlets,
    other headlines.
    """
    headline = words.heading(story.title, story.text)
    own = {headline.casefold()}
    others: list[str] = []
    for copy in story.copies:
        title = copy.title or ""
        if title and title.casefold() not in own and len(others) < _OTHER_TITLES:
            own.add(title.casefold())
            others.append(words.visible(title))
    names = sorted({copy.outlet for copy in story.copies})
    return [
        story.story_id,
        words.visible(headline),
        f"{story.published:{_DAYS.get(story.precision or '', '%Y-%m-%d')}}"
        if story.published
        else "",
        len(story.copies),
        words.visible(story.agency or ""),
        [outlets.setdefault(words.visible(name), len(outlets)) for name in names],
        others,
    ]


def shard(rows: Iterable[Sequence[Any]]) -> str:
    """Return a script that adds stories to the index: plain ASCII, nothing but data."""
    lines = ",\n".join(_json(found) for found in rows)
    return f"copydesk.stories.push(\n{lines}\n);\n"


def names(outlets: Iterable[str]) -> str:
    """Return the script that is loaded first, with the names of the outlets by their numbers."""
    return f"var copydesk = {{ stories: [], outlets: {_json(list(outlets))} }};\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("</", "<\\/")
