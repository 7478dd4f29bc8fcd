"""Each rule on a line it must rule and on a line of a story it must leave alone."""

from pathlib import Path

import pytest

from pipeline.cleaning.captions import is_caption
from pipeline.cleaning.judge import judge
from pipeline.cleaning.prose import outline
from pipeline.cleaning.repeats import repeats
from pipeline.cleaning.rules import DECIDING
from pipeline.cleaning.text import page_from_text
from pipeline.identity import sha256
from pipeline.model import Label, Origin, RawDocument, Ruling
from pipeline.settings import Cleaning

STORY = (
    (
        "The harbour board voted on Tuesday to close the old ferry pier for two years while divers "
        "replace the timber piles that storms have worn away."
    ),
    (
        "Commuters who cross the bay each morning will be carried by bus instead, a journey the "
        "ferry "
        "operator expects to take forty minutes longer at busy hours."
    ),
    (
        "The board's chairwoman, Ines Calder, said after the meeting that the pier would not have "
        "lived through another winter of storms."
    ),
    (
        "Shopkeepers near the ferry terminal asked for a rent holiday, which the harbour board "
        "will "
        "discuss when it meets again in May."
    ),
)


def verdicts(*lines):
    """Return page and verdicts of these lines, where the score keeps sentences and nothing else."""
    data = "\n\n".join(lines).encode()
    raw = RawDocument("d" * 32, Origin("a.txt", "", sha256(data)), "src", "text/plain", data)
    page = page_from_text(raw, Cleaning())
    return page, judge(page, [0.9 if end else 0.1 for end in outline(page).terminal], DECIDING)


def ruled(*lines):
    """Return the verdicts of a text with these lines, by line."""
    page, found = verdicts(*lines)
    return {page.blocks[v.block].text: v for v in found}


def after(line):
    """Return the verdict on a line that follows the story."""
    return ruled(*STORY, line)[line]


def inside(line):
    """Return the verdict on a line in the middle of the story."""
    return ruled(*STORY[:2], line, *STORY[2:])[line]


CREDITS = [
    "(Reporting by Ann Roe; Editing by Bo Lind)",
    "Additional reporting by Ann Roe in Oslo.",
    "Ann Roe in Oslo contributed to this report.",
    "Reporting by Ann Roe; writing by Bo Lind",
    "(Bericht von Ann Roe, redigiert von Bo Lind)",
    "(Reportage de Ann Roe, édité par Bo Lind)",
    "(Reporte de Ana Ruiz; Editado por Luis Paz)",
    "(Tradotto da Anna Rossi, in redazione a Roma Marco Neri)",
    "(Reportagem de Ana Reis; Edição de Rui Paz)",
    "(编辑：王芳)",
    "（取材：佐藤花子）",
    "- AFP",
]


@pytest.mark.parametrize("line", CREDITS)
def test_a_credit_leaves_the_text_and_fills_a_column(line):
    """Lines that say who reported, wrote or edited are credits."""
    verdict = after(line)
    assert (verdict.ruling, verdict.label) == (Ruling.FIELD, Label.CREDIT)


@pytest.mark.parametrize(
    "line",
    [
        (
            "Reporting by the inspectors had been late for years, the board was told, and nobody "
            "was "
            "asked why the piles had not been measured since the spring."
        ),
        "The storms of last winter contributed to the damage, the divers wrote in their report.",
    ],
)
def test_a_story_about_reporting_is_no_credit(line):
    """Sentences about reports and contributions stay."""
    assert inside(line).ruling is Ruling.KEEP


CAPTIONS = [
    "Harbour master Bo Lind (L) and chairwoman Ines Calder (2nd R) walk on the pier in Oslo.",
    (
        "Ines Calder, second from left, poses with divers before the meeting in Oslo Friday, Jan. "
        "2014."
    ),
    "Divers at work below the pier. REUTERS/Ann Roe",
    "Divers at work below the pier on Monday. (AP Photo/Ann Roe)",
    "The pier at dawn. Photo: Ann Roe/Harbour Trust",
    "The old pier at dusk | Photo Credit: PTI",
    "Die Fähren liegen am alten Steg © Anna Roe/dpa",
    "Divers at work below the pier © 2013 Ann Roe, AFP",
    "FILE PHOTO: Divers prepare to go down at the old pier.",
    "Hafenchefin Ines Calder (links) und Taucher Bo Lind (rechts) am Kai.",
    "La présidente Ines Calder (à gauche) et le plongeur Bo Lind (à droite) sur le quai.",
    "Los buzos posan junto a Ines Calder (izquierda) y Bo Lind (derecha).",
    "AFP/Ann Roe",
    "Foto: Ann Roe / dpa",
    "Photo: Ann Roe",
    "Getty Images",
]


@pytest.mark.parametrize("line", CAPTIONS)
def test_a_caption_leaves_the_text_and_fills_a_column(line):
    """Lines that tell who stands where, or name a photographer, are captions."""
    verdict = inside(line)
    assert (verdict.ruling, verdict.label) == (Ruling.FIELD, Label.CAPTION)


@pytest.mark.parametrize(
    "line",
    [
        (
            "Calder, left, said on Nov. 2, 2013, that the harbour board had asked for money twice "
            "and "
            "that the city had not answered."
        ),
        (
            "The party came second from the left of the ballot paper and won nine of the seats "
            "that "
            "the harbour towns fill."
        ),
        (
            "Photographs of the piles, taken by divers in the spring, showed the damage to the "
            "board "
            "for the first time."
        ),
    ],
)
def test_prose_about_places_and_pictures_is_no_caption(line):
    """One mark of place, or a word about photographs, makes no caption."""
    assert inside(line).ruling is Ruling.KEEP


@pytest.mark.parametrize(
    "line",
    [
        "Ferry pier to close | Harbour Times",
        "The harbour board will meet again in May. © Harbour Times Ltd.",
        "The pier opened in 1903 and closed last week, the board said. © 2013 AFP",
    ],
)
def test_the_name_of_an_outlet_after_a_bar_is_no_photo_credit(line):
    """Neither a site's name nor a copyright note makes a caption of the line before it."""
    assert not is_caption(line)


def test_a_file_name_before_a_photo_credit_is_part_of_the_caption():
    """A few words in small letters just before a photo credit name the picture."""
    found = ruled("Pier to close for two years, board says", "old pier", "AP/Ann Roe", *STORY)
    assert found["old pier"].label is Label.CAPTION
    assert ruled(*STORY[:2], "old pier", *STORY[2:])["old pier"].label is not Label.CAPTION


OFFERS = [
    "You’ve reached your limit of {{limit}} free articles this month.",
    "You have 2 free articles remaining this month.",
    "Subscribe to continue reading",
    "Subscribe now for unlimited access.",
    "Already a subscriber? Log in",
    "To read the full story, subscribe or sign in.",
    "This article is for subscribers only.",
    "Start your free trial",
    "Sie haben Ihr Limit an kostenlosen Artikeln erreicht.",
    "Jetzt weiterlesen mit dem Digital-Abo",
    "Sie sind bereits Abonnent? Hier anmelden",
    "Cet article est réservé aux abonnés.",
    "Abonnez-vous pour lire la suite",
    "Déjà abonné ? Connectez-vous",
    "Suscríbete para seguir leyendo",
    "¿Ya eres suscriptor? Inicia sesión",
    "Ha alcanzado el límite de artículos gratis",
    "Abbonati per continuare a leggere",
    "Sei già abbonato? Accedi",
    "Assine para continuar lendo",
    "Já é assinante? Faça seu login",
    "Word abonnee om verder te lezen",
    "Al abonnee? Log in",
    "この記事は有料会員限定です",
    "続きを読むには会員登録が必要です",
    "订阅后继续阅读",
    "登录即可阅读全文",
    "Оформите подписку, чтобы читать дальше",
    "Материал доступен только по подписке",
    "اشترك الآن لمتابعة القراءة",
    "पूरा लेख पढ़ने के लिए सब्सक्राइब करें",
]


@pytest.mark.parametrize("line", OFFERS)
def test_a_wall_or_meter_is_cut_as_paywall(line):
    """Lines that ask the reader to subscribe or log in so as to read on are offers."""
    verdict = after(line)
    assert (verdict.ruling, verdict.label, verdict.rule) == (Ruling.CUT, Label.PAYWALL, "offer")


def test_plan_price_and_feature_lines_belong_to_the_offer():
    """From a wall on, short lines of plans, prices and features are the offer, to its end."""
    offer = [
        "You have used all your free articles this month.",
        "Smart Monthly",
        "$12",
        "1 Month",
        "Harbour Saver",
        "$99/Year",
        "Renews automatically, cancel anytime",
        "Here's what's included in our plans",
        "Daily crossword",
        "Access to the full archive since 1911",
        "Read on all your devices — phone, tablet or PC",
    ]
    found = ruled(*STORY, *offer)
    assert [found[line].label for line in offer] == [Label.PAYWALL] * len(offer)
    assert all(found[line].ruling is Ruling.KEEP for line in STORY)


def test_the_story_goes_on_after_an_offer_in_its_middle():
    """An offer inside the story ends where prose resumes, and other furniture keeps its label."""
    found = ruled(
        *STORY[:2], "Subscribe now for full access", "Only $1 a week", *STORY[2:], "Also read"
    )
    assert found["Only $1 a week"].label is Label.PAYWALL
    assert all(found[line].ruling is Ruling.KEEP for line in STORY)
    assert found["Also read"].label is Label.RELATED


FILE = Path(__file__).parent / "furniture_lines.txt"
LINES = {
    Label(name): lines.splitlines()
    for name, lines in (part.split("\n", 1) for part in FILE.read_text("utf-8").split("== ")[1:])
}


@pytest.mark.parametrize(
    ("label", "line"), [(label, line) for label, lines in LINES.items() for line in lines]
)
def test_furniture_lines_are_cut_with_their_label(label, line):
    """Lines that are furniture wherever they stand are cut as what they are."""
    verdict = after(line)
    assert (verdict.ruling, verdict.label) == (Ruling.CUT, label)


@pytest.mark.parametrize(
    "line",
    [
        (
            "Read more books, the librarian told the children, and the sea will never again look "
            "as "
            "empty to you as it does on a grey day."
        ),
        (
            "Share prices of the ferry operator fell by a tenth on Wednesday, the most since the "
            "pier "
            "was first closed three years ago."
        ),
        (
            "Advertisements for the bus line will hang at the terminal from Monday, the operator "
            "said, "
            "so that nobody waits for a ferry that does not come."
        ),
        (
            "Comments that the board received were split, with more than half of the writers "
            "asking "
            "for a shorter closure."
        ),
        (
            "Subscribe to the theory that storms have grown worse and the closure looks late, the "
            "harbour master wrote in a column on Sunday."
        ),
    ],
)
def test_sentences_that_begin_like_furniture_stay(line):
    """A sentence of the story may begin with the words of furniture."""
    assert inside(line).ruling is Ruling.KEEP


def test_the_title_fills_its_column_and_its_copies_go():
    """The line before the body that tells what it is about is the title, once."""
    heading = "Old ferry pier to close for two years, harbour board says"
    found = ruled("scorecard", heading, f"{heading} - Harbour Times", *STORY)
    assert found[heading].label is Label.TITLE
    assert found[f"{heading} - Harbour Times"].label is Label.REPEAT


def test_a_text_that_begins_with_prose_has_no_title():
    """The first paragraph of a body is not taken for a title."""
    assert not any(v.label is Label.TITLE for v in ruled(*STORY).values())


@pytest.mark.parametrize(
    "line",
    ["By Ann Roe", "By ANN ROE and Bo Lind", "Ann Roe, Associated Press", "Von Ann Roe", "Reuters",
     "Par Ann Roe", "Por Ana Ruiz", "Di Anna Rossi", "Door Jan de Vries", "Автор: Анна Рой"],
)  # fmt: skip
def test_a_byline_below_the_title_fills_its_column(line):
    """A line between title and body that names an author is the byline."""
    found = ruled("Old ferry pier to close, harbour board says", line, *STORY)
    assert (found[line].ruling, found[line].label) == (Ruling.FIELD, Label.BYLINE)


def test_a_line_inside_the_body_is_no_byline():
    """A subhead that begins with "By" inside the body is not taken for a byline."""
    assert inside("By Bus Instead Of Boat").label is not Label.BYLINE


@pytest.mark.parametrize(
    "line",
    ["Saturday, November 2, 2013 10:03 AM", "Published: 2 Nov 2013", "2. November 2013, 10:03 Uhr",
     "Publié le 2 novembre 2013 à 10h03", "2 de noviembre de 2013", "2013年11月2日 10:03",
     "Updated 2 Nov 2013, 3 min read", "2 ноября 2013, 10:03"],
)  # fmt: skip
def test_a_date_line_by_the_title_fills_its_column(line):
    """A line near the title that is nothing but a date is the date line."""
    found = ruled("Old ferry pier to close, harbour board says", line, *STORY)
    assert (found[line].ruling, found[line].label) == (Ruling.FIELD, Label.DATE)


def test_a_sentence_with_a_date_is_no_date_line():
    """A date in running prose makes no date line."""
    line = "On November 2, 2013, the pier was closed for the first time after a storm."
    assert inside(line).ruling is Ruling.KEEP


def kept(*lines):
    """Return the lines that stay."""
    page, found = verdicts(*lines)
    return [page.blocks[v.block].text for v in found if v.ruling is Ruling.KEEP]


def test_a_paragraph_that_occurs_twice_is_kept_once():
    """Of two equal paragraphs exactly one stays."""
    lines = [*STORY[:2], STORY[1], *STORY[2:]]
    _, found = verdicts(*lines)
    assert kept(*lines) == list(STORY)
    assert [v.label for v in found if v.ruling is Ruling.CUT] == [Label.REPEAT]


NEAR = [
    ("with a dateline", "OSLO (AP) - " + STORY[0]),
    ("with other punctuation", STORY[0].replace(" for two years ", ", for two years, ")),
    ("with a small word changed", STORY[0].replace("on Tuesday to close", "Tuesday to close")),
    ("cut short", STORY[0][:90].rsplit(" ", 1)[0] + "..."),
]


@pytest.mark.parametrize(("how", "copy"), NEAR, ids=[how for how, _ in NEAR])
def test_nearly_the_same_paragraph_is_kept_once(how, copy):
    """A copy with another lead-in, other punctuation or a cut end is a copy."""
    found = kept(copy, "Harbour News", "Harbour Sport", *STORY)
    assert found == list(STORY) or found == [copy, *STORY[1:]]


FORMS = [
    ("Trains from Oslo will run every ten minutes from Monday until the bridge opens in May.",
     "Trains from Bergen will run every ten minutes from Monday until the bridge opens in May."),
    ("The ferry carried 41,200 people in June, after 38,900 in the same month of the year before.",
     "The ferry carried 43,700 people in June, after 38,900 in the same month of the year before."),
]  # fmt: skip


@pytest.mark.parametrize("pair", FORMS)
def test_two_sentences_of_one_form_both_stay(pair):
    """Sentences that differ in a name or a figure say two things."""
    assert kept(*STORY[:2], *pair, *STORY[2:]) == [*STORY[:2], *pair, *STORY[2:]]


def test_a_list_of_contents_and_its_headings_are_no_repeat():
    """A heading that stands in the list of contents too is left to the score."""
    heading = "What will the work on the old pier cost the city in the coming year?"
    data = "\n\n".join([*STORY[:2], heading, STORY[2], heading, STORY[3]]).encode()
    raw = RawDocument("d", Origin("a", "", sha256(data)), "s", "text/plain", data)
    assert repeats(outline(page_from_text(raw, Cleaning()))) == {}


def test_short_lines_may_occur_twice():
    """A refrain or a figure that is said twice is no repeat."""
    found = ruled(*STORY[:2], "It is gone.", STORY[2], "It is gone.", STORY[3])
    assert found["It is gone."].label is not Label.REPEAT


@pytest.mark.parametrize(
    "lines", [("1. Home", "2. Harbour News", "3. Pier"), ("Home > Harbour News > Pier",)]
)
def test_breadcrumbs_are_menu(lines):
    """The trail of sections before the story is cut as menu."""
    found = ruled(*lines, "Old ferry pier to close, harbour board says", *STORY)
    assert [found[line].label for line in lines] == [Label.MENU] * len(lines)


def test_a_numbered_list_in_the_story_is_no_breadcrumb():
    """Numbered lines inside the body are not taken for navigation."""
    found = ruled(*STORY[:2], "1. Home moorings", "2. Harbour tolls", *STORY[2:])
    assert found["1. Home moorings"].label is not Label.MENU


@pytest.mark.parametrize("line", ["___", "* * *", "a", "-----", "\x00"])
def test_lines_without_words_are_noise(line):
    """Rules and stars are cut as noise, a lone letter is named so; a figure alone is neither."""
    assert inside(line).label is Label.NOISE
    assert (inside(line).rule == "no-words") is (line != "a")
    assert inside("7").rule != "no-words"


def test_the_note_on_the_author_is_named_where_the_score_removes_it():
    """A line that tells who the author is is named so at the end, where the score removes it."""
    line = "Ann Roe is a reporter who covers harbours and ferries for the Times"
    assert after(line).label is Label.BIO
    assert after(f"{line}.").ruling is Ruling.KEEP


@pytest.mark.parametrize(
    "line",
    [
        "Download the app that our government is so proud of and see what is wrong with it.",
        "Follow our money from the treasury to the channel where it is spent.",
        "Join our neighbours in asking for an email from the minister before the vote.",
    ],
)
def test_an_imperative_of_the_story_is_no_house_note(line):
    """What is asked for must be the outlet's own: an essay speaks to its readers, too."""
    _, found = verdicts(STORY[0], STORY[1], line, STORY[2], STORY[3])
    assert found[2].ruling is Ruling.KEEP
