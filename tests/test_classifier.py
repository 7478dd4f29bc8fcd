"""The learned judge: its files, its doubts, and that training repeats itself byte for byte."""

import gzip
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import lightgbm
import numpy as np
import pytest

from pipeline.cleaning import classifier, train
from pipeline.cleaning.corpus import DUMPS, labelled
from pipeline.cleaning.html import read_html
from pipeline.errors import PipelineError
from pipeline.model import Evidence, Origin, RawDocument
from pipeline.settings import Cleaning

MENU = "".join(f"<li><a href=/>{word}</a>" for word in ("Home", "News", "Sport", "Weather"))


def _page(story):
    prose = "".join(f"<p>{paragraph}</p>" for paragraph in story.split("\n\n"))
    return (
        f"<html><head><title>A story</title></head><body><ul class=menu>{MENU}</ul>"
        f"<article>{prose}</article><footer>All rights reserved. Contact us</footer></body></html>"
    )


@pytest.fixture(scope="module")
def corpus(make_story, tmp_path_factory):
    """Four made-up pages of as many sites, with their truth."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "html").mkdir()
    lines = []
    for number in range(4):
        story = make_story(number, 6)
        name = f"page-{number}.html.gz"
        (folder / "html" / name).write_bytes(gzip.compress(_page(story).encode()))
        truth = {"file": name, "set": "news", "url": f"https://site{number}.test/a", "text": story}
        lines.append(json.dumps(truth))
    (folder / "truth.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


def test_training_repeats_itself_byte_for_byte(corpus, tmp_path):
    """Two processes with other hash seeds write the same files, which load and tell a story."""
    for number in "12":
        subprocess.run(
            [sys.executable, "-m", train.__name__, str(corpus), "--out", str(tmp_path / number)],
            env={"PYTHONHASHSEED": number},
            check=True,
        )
    names = sorted(path.name for path in (tmp_path / "1").iterdir())
    assert len(names) == 4
    for name in names:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes(), name
    assert classifier.load(tmp_path / "1").trees.keys() == {"text", "html", "helped"}


def test_training_says_what_is_missing(tmp_path, capsys):
    """A folder without truth is told by its name, with the exit code of wrong usage."""
    assert train.main([str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_dumps_hold_all_words_of_the_page(corpus):
    """Each dump style keeps every word that a reader of the page sees."""
    page = next(labelled(corpus))
    for style, dump in DUMPS.items():
        words = " ".join(dump(page.data.decode()).split())
        for line in ("Home", "All rights reserved. Contact us", page.text.split("\n\n")[2]):
            assert line in words, style


def _read(body):
    data = f"<html><body>{body}</body></html>".encode()
    raw = RawDocument("id", Origin("page.html", "", "0"), "unknown", "text/html", data)
    return read_html(raw, Cleaning())[0]


def test_doubt_is_about_words_of_the_story(make_story):
    """Sure scores leave no doubt, nor do doubts about a menu; those about a paragraph do."""
    page = _read(f"<ul>{MENU}</ul>" + "".join(f"<p>{p}" for p in make_story(1, 3).split("\n\n")))
    menu, story = [0.02] * 4, [0.98] * 3
    assert not classifier.is_unsure(page, np.array(menu + story))
    assert not classifier.is_unsure(page, np.array([0.4, *menu[1:], *story]))
    assert classifier.is_unsure(page, np.array([*menu, 0.4, 0.5, *story[2:]]))
    assert classifier.is_unsure(page, np.full(7, 0.01))


def test_every_block_has_a_probability(make_story):
    """The packaged models give each block of a page one number between 0 and 1."""
    page = _read(f"<ul>{MENU}</ul><p>{make_story(2, 1)}")
    found = classifier.scores(page)
    assert found.shape == (len(page.blocks),)
    assert np.all((found > 0) & (found < 1))


def test_trees_say_what_lightgbm_says():
    """LightGBM's library, asked directly, gives the numbers that its package gives."""
    models = classifier.packaged()
    early = {"pred_early_stop": True, "pred_early_stop_freq": 20, "pred_early_stop_margin": 6.0}
    random = np.random.default_rng(5)
    for trees in models.trees.values():
        peer = lightgbm.Booster(model_str=trees.model)
        for rows in (1, 7, 300):
            data = (3 * random.normal(size=(rows, peer.num_feature()))).astype(np.float32)
            expected = peer.predict(data, num_threads=1, **early)
            np.testing.assert_array_equal(trees.predict(data), expected)
    with pytest.raises(PipelineError, match="LightGBM"):
        trees.predict(data[:, :-1])


def test_a_missing_system_library_is_told_in_a_sentence(tmp_path):
    """Where LightGBM does not load, the command says what it needs, without a traceback."""
    stub = tmp_path / "lightgbm"
    stub.mkdir()
    (stub / "__init__.py").touch()
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "ingest"]
    paths = os.pathsep.join((str(tmp_path), str(Path(__file__).parents[1])))
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "1.txt").write_text("A line of text.", "utf-8")
    told = subprocess.run(
        [*command, str(tmp_path / "raw"), str(tmp_path / "clean")],
        env={"PYTHONPATH": paths},
        capture_output=True,
        check=False,
    )
    assert told.returncode == 1
    assert b"libgomp1" in told.stderr
    assert b"Traceback" not in told.stderr


def test_what_either_helper_kept_counts(make_story):
    """Two helpers that took a half of the story each speak for the blocks of both."""
    digest = "0" * 64
    raw = RawDocument(
        digest, Origin("a", "", digest), "s", "text/html", _page(make_story(1, 6)).encode()
    )
    page, _ = read_html(raw, Cleaning())
    half = len(page.blocks) // 2
    first = (1.0,) * half + (0.0,) * (len(page.blocks) - half)
    second = tuple(1.0 - share for share in first)
    gram = np.zeros(len(page.blocks), dtype=np.float32)

    def columns(*shares):
        found = tuple(Evidence("helper", share) for share in shares)
        return classifier.columns(replace(page, evidence=found), gram)

    both = columns(first, second)
    np.testing.assert_array_equal(both, columns((1.0,) * len(page.blocks)))
    assert not np.array_equal(both, columns(first), equal_nan=True)
