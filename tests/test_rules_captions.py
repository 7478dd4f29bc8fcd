"""Captions and photo credits of many languages leave the text; sentences of a story stay."""

import pytest

from pipeline.cleaning.captions import captions
from pipeline.cleaning.prose import outline
from pipeline.cleaning.text import page_from_text
from pipeline.identity import sha256
from pipeline.model import Origin, RawDocument
from pipeline.settings import Cleaning

CAPTIONS = {
    "en": [
        "Ines Calder, second from left, opens the pier in Oslo, Friday. (Bo Lind, Pool, AP)",
        "Harbour chief Bo Lind poses on the new pier in Oslo on Friday, Nov. 1, 2013.",
        "FILE - In this Oct. 3, 2012, file photo, divers look at the piles of the old pier.",
        "A diver (right) hands a broken pile to a colleague (left) at the old pier.",
        "Ferries lie at the old pier. Photograph: Ann Roe/The Harbour Trust",
        "Divers at the pier on Monday. Credit: Ann Roe for The Harbour Times",
        "A diver looks at the pile, which a storm broke.Credit: Harbour Pictures",
        "A diver looks at the broken pile. Ann Roe (REUTERS)",
        "A diver looks at the pile that broke in May (Ann Roe/SIPA)",
    ],
    "de": [
        "Hafenchefin Ines Calder (2. v. l.) spricht am Kai mit Tauchern.",
        "Von links: Ines Calder, Bo Lind und Anna Rot posieren am neuen Steg.",
        "Archivfoto: Fähren am alten Steg im Winter.",
        "Die Fähren am alten Steg. Foto: Anna Rot/dpa",
        "Ein Taucher am alten Steg. (Symbolfoto: picture alliance/dpa | Anna Rot)",
        "Der alte Steg fährt bald keine Fähren mehr, Foto: Hafen Images",
        "V. l.: Ines Calder, Bo Lind und Anna Rot im Rathaus",
        "Symbolbild: Ein Taucher bereitet sich auf den Einsatz vor.",
    ],
    "fr": [
        "Ines Calder (au centre) pose avec des plongeurs sur le quai, le 3 mai 2013.",
        "De gauche à droite, Ines Calder, Bo Lind et Anne Roux assistent à la cérémonie.",
        "Photo d'archives : les bateaux au vieux quai.",
        "Le vieux quai au petit matin. Photo : Anne Roux / AFP",
    ],
    "es": [
        "Inés Calder (izq.) saluda a Luis Paz (der.) en el muelle.",
        "Foto de archivo: los transbordadores en el muelle viejo.",
        "El muelle viejo al amanecer. Foto: Ana Ruiz/EFE",
        "De izquierda a derecha, Inés Calder, Luis Paz y Ana Ruiz posan en el muelle.",
    ],
    "pt": [
        "Inês Calder (à esquerda) cumprimenta Rui Paz (à direita) no cais.",
        "Foto de arquivo: os barcos no cais velho.",
        "O cais velho ao amanhecer. Foto: Ana Reis/Lusa",
    ],
    "it": [
        "Ines Calder (a sinistra) stringe la mano a Marco Neri (a destra) sul molo.",
        "Foto d'archivio: i traghetti al vecchio molo.",
        "Il vecchio molo all'alba. Foto: Anna Rossi/ANSA",
    ],
    "nl": [
        "Ines Calder (links) en Bo Lind (rechts) op de nieuwe kade.",
        "Archieffoto: de veerboten aan de oude kade.",
    ],
    "ja": [
        "握手する港湾局長（左）と潜水士の代表（右）",
        "資料写真：古い桟橋に並ぶ渡し船",
        "古い桟橋で警備に当たる警察官ら＝ＡＰ",
        "新しい桟橋を調べる潜水士（港湾局提供）",
        "写真は古い桟橋＝二〇一三年、佐藤花子撮影",
    ],
    "zh": [
        "图为工人在旧码头更换木桩。",
        "资料图片：停靠在旧码头的渡轮",
        "港务局长（左）与潜水员代表（右）握手。",
    ],
    "ru": [
        "Инес Кальдер (слева) и Борис Линд (справа) на новом причале.",
        "Архивное фото: паромы у старого причала.",
    ],
    "ar": [
        "صورة أرشيفية: العبارات عند الرصيف القديم",
        "رئيسة الميناء (يسار) وكبير الغواصين (يمين) على الرصيف الجديد",
    ],
    "hi": ["फाइल फोटो: पुराने घाट पर खड़ी नावें", "बंदरगाह प्रमुख (बाएं) और गोताखोर (दाएं) नए घाट पर"],
}
STORIES = {
    "en": [
        "Calder, left, said on Nov. 2, 2013, that the board had asked the city for money twice.",
        "The board meets on Friday, Nov. 8, 2013, to vote on the pier for the second time.",
        "The picture is bleaker at the old pier, where two of three piles have to go.",
        "He left the party from the right of the hall and walked out before the vote.",
        "A photo of the broken pile, which a diver took in May, went round the world.",
        "The image of the harbour has suffered, and the credit for its repair is disputed.",
        "Reuters and AFP reported on Monday that the pier would close for two years.",
        "The seat went to Bo Lind (Labour/Co-op), who has sat on the board since May.",
        "The board owes the credit: nobody else had looked at the piles.",
        "Captions under the drawings tell how the first pier was built in 1903.",
    ],
    "de": [
        "Die Partei rückt weiter nach rechts, während die Linke nach links schaut.",
        "Das Bild, das sich den Tauchern bot, war schlimmer als befürchtet.",
        "Das Foto zeigte nach Angaben der Polizei den Steg am Tag vor dem Sturm.",
    ],
    "fr": [
        "La gauche et la droite se disputent depuis des mois le prix du nouveau quai.",
        "Le crédit de deux millions a été voté par la ville à une large majorité.",
        "La photo du pilier brisé, prise en mai, a fait le tour du monde.",
    ],
    "es": [
        "La izquierda votó a favor de la obra y la derecha se abstuvo en el pleno.",
        "La foto del pilote roto, tomada en mayo, dio la vuelta al mundo.",
        "El archivo del puerto guarda los planos del primer muelle desde 1903.",
    ],
    "pt": ["A esquerda votou a favor da obra e a direita absteve-se na assembleia."],
    "it": [
        "La sinistra ha votato a favore dei lavori, la destra si è astenuta in aula.",
        "Nella foto, scattata in maggio, si vedeva il palo rotto del vecchio molo.",
    ],
    "nl": ["Links stemde voor de kade en rechts onthield zich van stemming."],
    "ja": ["左右の意見が分かれるなか、港湾局は写真の公開を見送ったと説明した。"],
    "zh": ["从图片上看，旧码头的木桩已经断裂，港务局周一表示将尽快更换。"],
    "ru": ["На фото, которое сделал водолаз, видна сломанная свая старого причала."],
    "ar": ["أظهرت صورة التقطها أحد الغواصين في مايو أن الرصيف القديم تضرر كثيرا."],
    "hi": ["मई में ली गई एक फोटो में पुराने घाट का टूटा हुआ खंभा दिखाई दिया था।"],
}


def taken(line):
    """Return whether the line is a caption or a photo credit to the rule."""
    data = line.encode()
    raw = RawDocument("d", Origin("a", "", sha256(data)), "s", "text/plain", data)
    return bool(list(captions(outline(page_from_text(raw, Cleaning())))))


@pytest.mark.parametrize(("language", "line"), [(k, x) for k, v in CAPTIONS.items() for x in v])
def test_a_caption_is_taken(language, line):
    """A line that says it is a caption, ends in a photo credit or places people is a caption."""
    assert taken(line)


@pytest.mark.parametrize(("language", "line"), [(k, x) for k, v in STORIES.items() for x in v])
def test_a_sentence_of_a_story_is_no_caption(language, line):
    """Sentences that speak of sides, photographs, credits and agencies stay."""
    assert not taken(line)


def test_both_sides_have_each_language():
    """No language is tried on captions alone."""
    assert set(CAPTIONS) == set(STORIES)
