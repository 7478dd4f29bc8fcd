"""Wire marks: read off headlines and desk notes, kept as a column, and never found in prose."""

import pytest

from pipeline.cleaning.clean import clean
from pipeline.cleaning.facts import facts
from pipeline.cleaning.prose import outline
from pipeline.cleaning.wire import graver, is_note, note_mark, title_mark, wire_note
from pipeline.dedup.canonical import wire_rank
from pipeline.identity import sha256
from pipeline.model import (
    Block,
    Claim,
    Markup,
    Origin,
    Page,
    RawDocument,
    Ruling,
    Verdict,
)
from pipeline.settings import Cleaning

TITLE = "Old ferry pier to close for two years, harbour board says"
STORY = """
The harbour board voted on Tuesday to close the old ferry pier while divers replace its piles.
Commuters who cross the bay will be carried by bus, a journey of forty minutes at busy hours.
The chairwoman, Ines Calder, said that the pier would not have lived through another winter.
Shopkeepers near the terminal asked for a rent holiday, which the board will discuss in May.
""".strip().splitlines()


def record(data=b"x", **more):
    """Return a text record."""
    return RawDocument("d", Origin("a", "", sha256(data)), "s", "text/plain", data, **more)


def cleaned(*lines, **more):
    """Return the clean document of a text with these paragraphs."""
    return clean(record("\n\n".join(lines).encode(), **more), Cleaning())


def mark_of(document):
    """Return mark and source."""
    return document.facts.wire_mark, document.facts.wire_mark_source


HEADLINES = {
    # Reuters
    "UPDATE 2-{}": "UPDATE 2",
    "UPDATE 1 - {}": "UPDATE 1",
    "UPDATE2: {}": "UPDATE 2",
    "UPDATE 10-{}": "UPDATE 10",
    "WRAPUP 3-{}": "WRAPUP 3",
    "CORRECTED-{}": "CORRECTED",
    "CORRECTED (OFFICIAL)-{}": "CORRECTED",
    "CORRECTED-(OFFICIAL)-{}": "CORRECTED",
    "CORRECTED-UPDATE 1-{}": "CORRECTED",
    "REFILE-{}": "REFILE",
    "REFILE-UPDATE 3-{}": "REFILE",
    "RPT-{}": "REPEAT",
    "RPT-UPDATE 2-{}": "UPDATE 2",
    "REPEAT: {}": "REPEAT",
    "WITHDRAWN: {}": "KILL",
    # AP, Kyodo, Yonhap, Xinhua, Bloomberg, Dow Jones
    "{}, 1st Ld-Writethru": "LEAD 1",
    "1st Ld-Writethru: {}": "LEAD 1",
    "2nd Lead - {}": "LEAD 2",
    "{}, 3rd NewsWatch": "LEAD 3",
    "(2nd LD) {}": "LEAD 2",
    "(LEAD) {}": "LEAD",
    "LEAD: {}": "LEAD",
    "(URGENT) {}": "URGENT",
    "URGENT: {}": "URGENT",
    "ALERT - {}": "URGENT",
    "FLASH: {}": "URGENT",
    "BREAKING: {}": "URGENT",
    "Breaking News: {}": "URGENT",
    "Update: {}": "UPDATE",
    "{} (Update2)": "UPDATE 2",
    "{} (Corrected)": "CORRECTED",
    "{} -- 2nd Update": "UPDATE 2",
    "{} [UPDATED]": "UPDATE",
    "Correction: {}": "CORRECTED",
    "STORY REMOVED: {}": "KILL",
    # German
    "Eilmeldung: {}": "URGENT",
    "+++ EIL +++ {}": "URGENT",
    "KORREKTUR: {}": "CORRECTED",
    "Berichtigung: {}": "CORRECTED",
    "KORREKTUR/ROUNDUP 2: {}": "CORRECTED",
    "ROUNDUP 2: {}": "WRAPUP 2",
    "WDH: {}": "REPEAT",
    "{} (2. Zusammenfassung)": "WRAPUP 2",
    "(1. Lead) {}": "LEAD 1",
    # French
    "LEAD 2-{}": "LEAD 2",
    "RECTIFICATIF - {}": "CORRECTED",
    "ACTUALISATION 1-{}": "UPDATE 1",
    "{} (ACTUALISATION)": "UPDATE",
    # Spanish
    "ACTUALIZA 2-{}": "UPDATE 2",
    "CORREGIDO-{}": "CORRECTED",
    "AMP2.- {}": "UPDATE 2",
    "{} (Ampliación)": "UPDATE",
    "ANULACIÓN: {}": "KILL",
    # Italian, Portuguese
    "PUNTO 1-{}": "UPDATE 1",
    "AGGIORNAMENTO: {}": "UPDATE",
    "Rettifica: {}": "CORRECTED",
    "ATUALIZA 1-{}": "UPDATE 1",
    "CORREÇÃO: {}": "CORRECTED",
}


@pytest.mark.parametrize("form", HEADLINES)
def test_a_mark_is_read_off_a_headline(form):
    """The mark has its normal spelling and the headline is what is left."""
    assert title_mark(form.format(TITLE)) == (HEADLINES[form], TITLE)


ORDINARY = """
Update your phone now
Update on the harbour works
UPDATE ACT PASSES SENATE
Updates to the ferry timetable
Kill Bill returns to the screens
KILL-SWITCH FOR FERRIES PLANNED
Killings fall for a third year
Corrected vision helps old sailors
Correction in share prices ends
Recasts the debate on piers
EXCLUSIVE-Harbour board to close the pier
FLASH-FLOOD WARNING FOR THE BAY
Flash: a history of light
URGENT-CARE CENTRE OPENS AT THE PIER
LEAD-FREE PAINT FOR THE PIER
Lead: the metal of the old pier
Repeat offender jailed
Repeat: the song that stays
Alert system fails on the pier
Breaking Down the harbour budget
Withdrawn coins turn up in the bay
Ferry firm (EIL) reports a loss
Sailors choose the best pages (AMP)
1st Lead Street to be closed
2nd leading ferry firm fails
Actualiza tu teléfono
Resumen 2 de la liga
Punto de encuentro: el muelle
Rectificatif budgétaire adopté
Eilmeldungen im Wandel der Zeit
Korrektur der Fahrpläne kommt
Berichtigung des Grundbuchs
Aggiornamento dei prezzi del porto
Correção monetária sobe
""".strip().splitlines()


@pytest.mark.parametrize("title", ORDINARY)
def test_an_ordinary_headline_has_no_mark(title):
    """A word that desks use, too, is no mark where it is part of the headline."""
    assert title_mark(title) == (None, title)


@pytest.mark.parametrize("title", ["BC-US--Old-Pier, KILL", "ADVISORY-Story on pier is withdrawn"])
def test_a_notice_in_the_place_of_a_headline_stays_as_it_is(title):
    """A slug of a kill and an advisory that withdraws give the mark alone."""
    assert title_mark(title) == ("KILL", title)


NOTES = {
    "Eds: Updates with quotes, background": "UPDATE",
    "EDS: ADDS details on buses. With AP Photos.": "UPDATE",
    "Eds: SUBS 3rd graf": "UPDATE",
    "Eds: UPDATES with details; CORRECTS name in 4th graf": "CORRECTED",
    "Eds: With AP Photos.": None,
    "Editors: A kill is mandatory. Make certain the story is not published.": "KILL",
    "EDITORS' NOTE: Corrects name of chairwoman": "CORRECTED",
    "(Adds comment, background, shares)": "UPDATE",
    "(Updates prices)": "UPDATE",
    "(Recasts, adds details from the vote)": "UPDATE",
    "(New throughout, updates prices, market activity and comments)": "UPDATE",
    "(Corrects spelling of name in paragraph 3)": "CORRECTED",
    "(Refiles to fix typo)": "REFILE",
    "(Repeats story with no change to text)": "REPEAT",
    "(This story has been refiled to fix a typo in paragraph 3)": "REFILE",
    "(This Nov. 2 story corrects the name of the chairwoman)": "CORRECTED",
    "CORRECTION: in paragraph 2 the name of the pier was wrong": "CORRECTED",
    "Correction: An earlier version of this story misspelled a name.": "CORRECTED",
    "ATTENTION - ADDS quotes ///": "UPDATE",
    "ADDS details, quotes": "UPDATE",
    "BC-US--Old-Pier, 2nd Ld-Writethru,567": "LEAD 2",
    "1st Ld-Writethru": "LEAD 1",
    "MANDATORY KILL": "KILL",
    "UPDATE 2": "UPDATE 2",
    "(2. Zusammenfassung)": "WRAPUP 2",
    "(Neu: Reaktion der Reederei)": "UPDATE",
    "(Korrigiert im zweiten Absatz den Namen)": "CORRECTED",
    "Berichtigung: Im zweiten Absatz wurde der Name korrigiert.": "CORRECTED",
    "(Wiederholung: Name im Titel)": "REPEAT",
    "ATTENTION - AJOUTE réactions ///": "UPDATE",
    "(Actualisé avec réactions)": "UPDATE",
    "(Corrige le nom au 2e paragraphe)": "CORRECTED",
    "(Actualiza con declaraciones de la alcaldesa)": "UPDATE",
    "(Corrige nombre en segundo párrafo)": "CORRECTED",
    "(Aggiunge dettagli, quotazioni)": "UPDATE",
    "(Corregge nome nel secondo paragrafo)": "CORRECTED",
    "(Atualiza com detalhes)": "UPDATE",
}


@pytest.mark.parametrize("line", NOTES)
def test_a_note_leaves_the_text_and_gives_its_mark(line):
    """Between title and story the line is taken as a note, and its mark is the document's."""
    document = cleaned(TITLE, line, *STORY)
    assert document.text == "\n".join(STORY)
    (verdict,) = (v for v in document.verdicts if v.rule == "wire-note")
    assert verdict.ruling is (Ruling.FIELD if NOTES[line] else Ruling.CUT)
    assert mark_of(document) == (NOTES[line], NOTES[line] and "note")
    assert document.facts.title == TITLE


PROSE = """
Editors: Ann Roe, Bo Lind
Eds: Ann Roe and Bo Lind
Recasts the debate as one about money, the chairwoman said of the report.
Adds the chairwoman: the pier is old, and nobody wants to pay for the new one.
(Adds Calder: "The pier is old, and nobody wants to pay for a new one.")
(Laughs)
Corrections to the chart of the bay took nine years, the board said on Tuesday.
Correction: the market fell by a tenth and nobody on the pier had foreseen it.
Attention: the pier is slippery when it rains, a sign at the gate says.
Updates are given at the gate of the pier each morning at eight.
This story has been told on the pier for a hundred years.
The board asked the men to kill the rats of the pier before the winter.
Editor's note: The writer was a member of the board until 2009.
1st Lead Street will be closed as well, the board said on Tuesday.
""".strip().splitlines()


@pytest.mark.parametrize("line", PROSE)
def test_prose_with_the_words_of_desks_is_no_note(line):
    """In the body such a line is no note, and gives no mark."""
    page = cleaned(TITLE, *STORY[:2], line, *STORY[2:]).page
    assert not list(wire_note(page))
    assert mark_of(cleaned(TITLE, *STORY[:1], line, *STORY[1:])) == (None, None)


def test_fewer_signs_make_a_note_before_the_story_than_in_it():
    """A bracket without a desk's word is a note only before the story."""
    line = "(Adds lemon and salt)"
    assert is_note(line, is_head=True)
    assert not is_note(line, is_head=False)


@pytest.mark.parametrize("start", ["", "  "])
def test_a_note_before_the_dateline_is_split_off(start):
    """A note in the story's first line leaves the text, the rest of the line stays."""
    document = cleaned(
        TITLE, f"{start}(Adds quotes) OSLO, Nov 2 (Reuters) - {STORY[0]}", *STORY[1:]
    )
    assert document.text.startswith("OSLO, Nov 2 (Reuters) - The harbour")
    assert (document.facts.dateline, *mark_of(document)) == ("OSLO", "UPDATE", "note")
    assert "(Adds quotes)" in [b.text for b in document.page.blocks]


KILLS = [
    'The story headlined "Old pier to close" is wrong and is withdrawn.',
    "This story has been withdrawn because its main claim could not be borne out.",
    "Please kill the story on the old pier. No substitute will be sent.",
    "The Associated Press has withdrawn its story about the old pier.",
    "Die Meldung über den alten Pier wird hiermit zurückgezogen.",
    "Cette dépêche sur la jetée est annulée.",
    "Esta noticia sobre el muelle queda anulada.",
    "Questa notizia sul molo è annullata.",
    "Esta notícia sobre o cais foi cancelada.",
]


@pytest.mark.parametrize("line", KILLS)
def test_a_notice_of_withdrawal_keeps_its_sentences(line):
    """The notice is what the document says: it stays, and the mark is KILL."""
    document = cleaned(line)
    assert document.text == line
    assert mark_of(document) == ("KILL", "note")


def test_a_story_about_a_withdrawal_is_not_withdrawn():
    """What others did with their stories is prose."""
    told = "The harbour paper has withdrawn its offer to print the story, its publisher said."
    assert mark_of(cleaned(TITLE, told, *STORY)) == (None, None)


def test_the_title_is_without_its_mark_in_text_and_delivery():
    """Copies that differ by a mark have one title."""
    document = cleaned(f"UPDATE 2-{TITLE}", *STORY)
    assert (document.facts.title, *mark_of(document)) == (TITLE, "UPDATE 2", "title")
    document = cleaned(*STORY, title=f"REFILE-{TITLE}")
    assert (document.facts.title, *mark_of(document)) == (TITLE, "REFILE", "title")


def of_claims(*claims):
    """Return the facts of a page of prose that claims these titles (value, source)."""
    markup = Markup("/html/body/p", "p", ("body",), (), 0, 0, hidden=False)
    blocks = tuple(Block(i, text, markup=markup) for i, text in enumerate(STORY))
    made = tuple(Claim("title", value, source) for value, source in claims)
    page = Page("html", blocks, made, (), "utf-8", "utf-8", 0)
    verdicts = [Verdict(i, Ruling.KEEP, None, "score", 0.9) for i in range(len(blocks))]
    assert outline(page).main.words
    return facts(page, verdicts, record())


def test_one_of_a_pages_titles_may_have_the_mark():
    """A mark in the tab alone counts; that of another headline does not."""
    found = of_claims((TITLE, "h1"), (f"UPDATE 2-{TITLE} | Times", "title-tag"))
    assert (found.title, found.wire_mark, found.wire_mark_source) == (TITLE, "UPDATE 2", "title")
    found = of_claims((TITLE, "h1"), (TITLE, "og:title"), ("BREAKING: Storm in the bay", "h1"))
    assert (found.title, found.wire_mark) == (TITLE, None)


def test_the_gravest_mark_counts():
    """Title and note are weighed together; the source is that of the mark that counts."""
    note = "(Corrects spelling of name in paragraph 3)"
    assert mark_of(cleaned(f"UPDATE 2-{TITLE}", note, *STORY)) == ("CORRECTED", "note")
    assert mark_of(cleaned(f"UPDATE 2-{TITLE}", "(Adds quotes)", *STORY)) == ("UPDATE 2", "title")
    order = ["KILL", "CORRECTED", "REFILE", "UPDATE 10", "UPDATE 9", "UPDATE", "WRAPUP 3"]
    order += ["LEAD 2", "URGENT", "REPEAT"]
    for place, mark in enumerate(order):
        assert graver(reversed(order[place:])) == mark
    assert graver([]) is None
    assert note_mark(STORY[0]) is None


def test_marks_rank_copies():
    """Withdrawn, correction and revision are told apart for the choice of the canonical."""
    assert wire_rank("KILL") == (True, 0, 0)
    assert wire_rank("CORRECTED") > wire_rank("REFILE") > wire_rank(None) == (False, 0, 0)
    assert wire_rank("UPDATE 10") > wire_rank("UPDATE 2") > wire_rank("UPDATE") > wire_rank(None)
    assert wire_rank("LEAD") == wire_rank("WRAPUP 1") == (False, 0, 1)
    assert wire_rank("REPEAT") == wire_rank(None) > wire_rank("URGENT")
