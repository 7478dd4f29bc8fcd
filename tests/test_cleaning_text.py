"""Plain text to blocks: spans, hard-wrapped paragraphs, credit seams, limits."""

import textwrap
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.clean import clean
from pipeline.cleaning.seams import pieces
from pipeline.cleaning.text import page_from_text, spans
from pipeline.errors import DocumentError, RejectReason
from pipeline.identity import sha256
from pipeline.model import Origin, RawDocument, Ruling
from pipeline.settings import Cleaning

PARAGRAPHS = (
    (
        "The harbour board voted on Tuesday to close the old ferry pier for two years while divers "
        "replace the timber piles that storms have worn away since the spring."
    ),
    (
        "Commuters who cross the bay each morning will be carried by bus instead, a journey the "
        "operator expects to take forty minutes longer at the busiest hours."
    ),
    (
        '"Nobody likes it, but the pier would not have lived through another winter," said the '
        "board's chairwoman, Ines Calder, after the meeting."
    ),
    "Shopkeepers near the terminal asked for a rent holiday, which the board will discuss in May.",
)


def raw(text, **more):
    """Return a text record."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return RawDocument(
        "d" * 32, Origin("a.txt", "", sha256(data)), "src", "text/plain", data, **more
    )


def blocks(text):
    """Return the block texts of a text."""
    return [block.text for block in page_from_text(raw(text), Cleaning()).blocks]


@pytest.mark.parametrize(
    "separator", ["\n", "\n\n", "\r\n", "\r", "\n \t \n", "\f", "\u2029", "\n\xa0\n"]
)
def test_every_kind_of_line_end_separates_paragraphs(separator):
    """Paragraphs come out one a block, whatever separates them."""
    assert blocks(separator.join(PARAGRAPHS)) == list(PARAGRAPHS)


@pytest.mark.parametrize("width", [60, 65, 76])
@pytest.mark.parametrize("separator", ["\n", "\n\n"])
def test_hard_wrapped_paragraphs_are_joined(width, separator):
    """Lines that were broken at a fixed width become the paragraphs they were."""
    story = PARAGRAPHS * 3
    wrapped = separator.join(textwrap.fill(p, width, break_on_hyphens=False) for p in story)
    assert blocks(wrapped) == list(story)


def test_indented_paragraphs_of_wire_copy_stay_apart():
    """In wrapped text an indented line begins a paragraph, as wire copy marks them."""
    wrapped = "\n".join(textwrap.fill(p, 65, initial_indent="    ") for p in PARAGRAPHS)
    assert blocks(wrapped) == list(PARAGRAPHS)


def test_short_sentences_a_line_are_not_joined():
    """A text with a sentence a line of about equal length is not taken for wrapped text."""
    lines = [
        "The mayor opened the new bridge over the river this Monday.",
        "More than two hundred people came to the opening at midday.",
        "Traffic will be led over the bridge from tomorrow morning.",
        "The old bridge is to be pulled down before winter arrives.",
        "The works cost nine million, a third more than was planned.",
    ]
    assert blocks("\n".join(lines)) == lines


@pytest.mark.parametrize("width", [64, 72])
def test_a_brief_of_two_wrapped_sentences_is_joined(width):
    """A few wrapped lines are enough when the next ones go on in the middle of a sentence."""
    story = (PARAGRAPHS[0], "It meets in May.")
    assert blocks("\n".join(textwrap.fill(p, width) for p in story)) == list(story)


@pytest.mark.parametrize(
    "lines",
    [
        (
            "Harbour Tug Co third quarter net",
            "Net profit 52,405 vs loss 67,967 and a year ago a loss of 1,204",
            "Sales 289,572 vs 188,713 in the same quarter a year ago, a record",
            "Year",
            "Net loss 51,019 vs loss 201,680",
        ),
        (
            "  o Storm damage to the piers and what the insurers say of it all",
            "  o Ferries",
            "  o The harbour board and its members since the year of the flood",
            "  o Tugs",
        ),
    ],
)
def test_rows_and_items_of_about_one_length_are_not_joined(lines):
    """A table or a list whose lines happen to be as long as wrapped ones keeps its lines."""
    assert blocks("\n".join(lines)) == [line.strip() for line in lines]


@pytest.mark.parametrize(
    "credit",
    [
        "(Reporting by Ann Roe in Oslo; Editing by Bo Lind)",
        "(Additional reporting by Ann Roe)",
        "Ann Roe and J. P. Lind contributed to this report.",
        (
            "Associated Press writers Ann Roe in Oslo and Bo Lind in Bergen contributed to this "
            "report."
        ),
        "(Geschrieben von Ann Roe, redigiert von Bo Lind)",
        "(Reportage de Ann Roe, édité par Bo Lind)",
        "(Reporte de Ann Roe; Editado por Bo Lind)",
        "- AFP",
        "(Reuters)",
    ],
)
def test_a_credit_stuck_to_a_paragraph_becomes_a_block(credit):
    """The story's last sentence stays, the credit behind it is a block of its own."""
    assert blocks(f"{PARAGRAPHS[3]} {credit}") == [PARAGRAPHS[3], credit]


@pytest.mark.parametrize(
    "sentence",
    [
        "The list (compiled by the library) holds every ship lost since 1880.",
        "But no city has contributed to this boom quite like Lagos.",
        "She said the reporting by local papers was fair; editing by committee was not.",
        "The ministry told Reuters that it had no comment on the report.",
    ],
)
def test_a_sentence_that_speaks_of_reporting_is_not_split(sentence):
    """Words of a credit inside running prose are story."""
    assert blocks(f"{PARAGRAPHS[3]} {sentence}") == [f"{PARAGRAPHS[3]} {sentence}"]


TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \n\r\t\f\v\x00\x1c\x85\xa0\u2028\u200b.,;()-*#1a"),
        st.characters(codec="utf-8"),
    ),
    max_size=300,
)


@given(TEXTS)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_spans_reassemble_the_text_but_for_white_space(text):
    """Spans are in order, do not overlap, and only white space lies between them."""
    end = 0
    for a, b in spans(text):
        assert end <= a < b
        assert not text[end:a].strip()
        assert not text[a].isspace()
        assert not text[b - 1].isspace()
        end = b
    assert not text[end:].strip()


@given(TEXTS.filter(lambda text: text.strip()))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_block_text_is_its_span_with_white_space_folded(text):
    """Each block's text is what its span of the decoded text holds, white space folded."""
    page = page_from_text(raw(text, charset="utf-8"), Cleaning())
    decoded = text.removeprefix("\ufeff")
    for i, block in enumerate(page.blocks):
        assert block.index == i
        assert block.text == " ".join(decoded[block.start : block.end].split())
    assert page.chars == len(decoded)


@given(TEXTS.filter(lambda text: text.strip()))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_every_block_has_one_verdict(text):
    """A cleaned document rules on each block exactly once, in order."""
    document = clean(raw(text, charset="utf-8"), Cleaning())
    assert [v.block for v in document.verdicts] == [b.index for b in document.page.blocks]
    for verdict in document.verdicts:
        assert (verdict.label is None) == (verdict.ruling is Ruling.KEEP)
        assert 0 <= verdict.score <= 1


@given(st.lists(st.sampled_from(["(Reporting by A B)", "He said.", " ", "- AFP", "x"]), max_size=8))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_pieces_of_a_paragraph_leave_only_white_space_out(parts):
    """The seams of a paragraph lose no character."""
    text = " ".join(parts)
    kept = "".join(text[a:b] for a, b in pieces(text))
    assert "".join(kept.split()) == "".join(text.split())


def test_wrapped_text_has_spans_over_several_physical_lines():
    """The span of a joined paragraph reaches over its line ends."""
    text = textwrap.fill(PARAGRAPHS[0], 70) + "\n\n" + textwrap.fill(PARAGRAPHS[1], 70)
    page = page_from_text(raw(text), Cleaning())
    assert [text[b.start : b.end].count("\n") for b in page.blocks] == [2, 2]


def test_too_many_blocks_are_refused():
    """A document over the limit of blocks is rejected, not cut."""
    with pytest.raises(DocumentError) as caught:
        page_from_text(raw("a\n\nb\n\nc"), Cleaning(max_blocks=2))
    assert caught.value.reason is RejectReason.TOO_LARGE


@pytest.mark.parametrize("text", ["", " \n\t\r\n ", "\xa0\u2003\u2028"])
def test_white_space_alone_is_refused(text):
    """A document of nothing but white space is rejected as empty."""
    with pytest.raises(DocumentError) as caught:
        page_from_text(raw(text), Cleaning())
    assert caught.value.reason is RejectReason.EMPTY


def test_chinese_lines_are_not_joined():
    """Lines of a script without blanks stay paragraphs unless they fill the width."""
    lines = [
        "市政府周二宣布，老码头将关闭两年。",
        "渡轮乘客将改乘公共汽车，路程会延长四十分钟。",
        "商店要求减免租金。",
    ] * 4
    assert blocks("\n".join(lines)) == lines


HOSTILE = {
    "brackets": "(" * 100_000,
    "dashes": "-" * 100_000 + "a",
    "one word": "a" * 100_000,
    "endless line": "the tide was out and the boats lay still " * 5_000,
    "credits": "(Reporting by " * 10_000,
    "thanks": "contributed to this report. " * 5_000,
    "walls": "Subscribe now to continue reading\nx\n" * 2_000,
    "dates": "2013-11-02 " * 10_000,
    "positions": "(L) " * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_pattern_is_slow_on_hostile_text(name):
    """Long runs that could send a pattern back and forth are cleaned in CPU seconds."""
    before = process_time()
    clean(raw(HOSTILE[name]), Cleaning())
    assert process_time() - before < 5


GERMAN = tuple(
    " ".join(paragraph.split())
    for paragraph in """
Der Hafenrat hat am Dienstagabend mit knapper Mehrheit beschlossen, den alten Anleger für zwei
Jahre zu schließen, weil Stürme das Holz der Pfähle zerfressen haben.

Die Fähre fährt so lange von der Mole ab, sagte die Vorsitzende Ines Kalder nach der Sitzung vor
rund hundert Zuhörern im Saal der Alten Post.

Händler an der Uferstraße verlangen nun eine Senkung der Miete, über die der Rat im Mai beraten
will, wenn die Kosten der Arbeiten feststehen.

Taucher haben im Winter jeden Pfahl geprüft und dabei mehr Schäden gefunden als die Gutachter
der Stadt vor fünf Jahren, als der Anleger zuletzt gesperrt war.
""".strip().split("\n\n")
)


@pytest.mark.parametrize("width", range(66, 81))
def test_german_is_unwrapped_though_its_nouns_begin_lines(width):
    """Paragraphs come back whole at every width, with and without chrome of short lines."""
    lines = [textwrap.fill(paragraph, width) for paragraph in GERMAN]
    text = "\n\n".join(("Startseite", "Politik", *lines, "Impressum"))
    found = [" ".join(text[a:b].split()) for a, b in spans(text)]
    assert found == ["Startseite", "Politik", *GERMAN, "Impressum"]


GERMAN_BRIEF = (
    "Der Stadtrat von Wiesenhafen hat am Montag den Neubau der Seebrücke beschlossen, die ein "
    "Sturm im Winter zerstört hatte. Die Arbeiten sollen im Juni beginnen und rund 4,2 Millionen "
    "Euro kosten, sagte die Bauamtsleiterin. Die Fischer liegen seit Dezember im inneren Becken "
    "und verlieren jeden Tag zwei Stunden."
)


@pytest.mark.parametrize("width", [61, 66, 72, 76])
def test_a_german_brief_is_unwrapped(width):
    """Where each paragraph that joining makes ends a sentence, one small letter is enough."""
    text = textwrap.fill(GERMAN_BRIEF, width)
    assert [" ".join(text[a:b].split()) for a, b in spans(text)] == [GERMAN_BRIEF]


def test_a_list_of_heads_of_one_width_is_not_joined():
    """Heads end no sentence: they stay apart though one of them begins with a small letter."""
    heads = (
        "Stadtrat beschließt nach langem Streit den Neubau der Seebrücke",
        "Fischer aus Wiesenhafen verlieren im inneren Becken zwei Stunden",
        "e-Fähre nach Norderhaven fährt ab Montag jede volle Stunde wieder",
        "Leuchtturm am alten Hafen bekommt im Herbst einen neuen Anstrich",
        "Buslinie zum Bahnhof bleibt nach der Sperrung der Straße erhalten",
        "Sportverein sucht für seine neue Halle noch immer einen Trainer",
    )
    text = "\n".join(heads)
    assert [" ".join(text[a:b].split()) for a, b in spans(text)] == list(heads)
