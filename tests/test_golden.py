"""The quality that was reached once: floors that only rise."""

import json
import subprocess
from pathlib import Path

import pytest

from pipeline.cleaning.clean import clean
from pipeline.cleaning.corpus import DUMPS, labelled, record
from pipeline.errors import DocumentError
from pipeline.settings import Cleaning
from tests.bench.cleaning import mean, prf

FLOORS = Path(__file__).parent / "golden" / "floors.json"
EVERY = 8
"""One page in so many is measured. The models were trained on these very pages, so this guards
against decay; what the cleaning is worth on other pages the benchmark says, out of fold."""


def _f1(page, style):
    html = style == "html"
    data = page.data if html else DUMPS[style](page.data.decode("utf-8", "replace")).encode()
    try:
        text = clean(record(page, "text/html" if html else "text/plain", data), Cleaning()).text
    except DocumentError:
        text = ""
    return prf(text, page.text)[2]


@pytest.mark.parametrize("style", ["html", *DUMPS])
def test_pages_are_cleaned_as_well_as_ever(shared, style):
    """Mean word F1 of a sample of the labelled pages, by group, is no lower than it was."""
    floors = json.loads(FLOORS.read_text("utf-8"))
    found = {}
    for page in list(labelled(shared / "corpus"))[::EVERY]:
        found.setdefault(page.group, []).append(_f1(page, style))
    for group, values in found.items():
        assert mean(values) >= floors[f"{style} {group}"], (style, group, mean(values))


def test_floors_only_rise():
    """No floor is lower than in any version that was ever committed."""
    root = FLOORS.parents[2]
    name = FLOORS.relative_to(root).as_posix()
    if not (root / ".git").exists():
        pytest.skip("not a git checkout: no earlier floors to compare with")
    git = ["git", "-C", str(root)]
    log = subprocess.run([*git, "log", "--format=%H", "--", name], capture_output=True, check=True)
    floors = json.loads(FLOORS.read_text("utf-8"))
    for commit in log.stdout.decode().split():
        shown = subprocess.run([*git, "show", f"{commit}:{name}"], capture_output=True, check=True)
        for key, floor in json.loads(shown.stdout).items():
            assert floors[key] >= floor, (key, commit)
