"""Photo captions and photo credits in text that has no figures left."""

import re
from collections.abc import Iterator

from pipeline.cleaning.prose import Outline
from pipeline.cleaning.stems import holders, look, tellers

_AGENCY = (
    r"(?:reuters|ap|afp|epa|efe|dpa|ansa|getty(?: images)?|xinhua|kyodo|tass|sputnik|bloomberg|"
    r"belga|anp|apa|keystone|lusa|nurphoto|imago|picture alliance|shutterstock|istock|alamy|"
    r"unsplash|pexels|zuma press|pool|pti|ani|upi|usa today sports|ritzau|scanpix|tt|ntb|"
    r"lehtikuva)"
)
_NAME = r"[A-ZÀ-ÞА-Я][\w.'’-]+(?: [\w.'’-]+){0,4}"
_SLASHED = rf"(?i:{_AGENCY})\s?/\s?{_NAME}(?:\s?/\s?[\w .'’-]+){{0,3}}"
_BACK_SLASHED = rf"{_NAME}\s?/\s?(?i:{_AGENCY})(?:\s?/\s?[\w .'’-]+){{0,3}}(?: via (?i:{_AGENCY}))?"
_PHOTO_WORD = (
    r"(?i:photo(?:graph)?s?|foto|fotos|fotografía|photographie|picture|image|imagen|bild|billede|"
    r"crédits?|credits?|copyright|imagem|immagine|beeld|photo credit|image source|image credit|"
    r"foto di|courtesy|symbolfoto|symbolbild|archivfoto|archivbild|fotograf|illustration|grafik|"
    r"montage|写真|撮影|图片|圖片|摄影|фото|"
    r"фотография|صورة|تصوير|फोटो|फ़ोटो)"
)
_LABELLED = (
    rf"(?:{_PHOTO_WORD})(?:\s+(?i:credit|by|source|courtesy|of|par|de|von|di))*\s*"
    r"[:：/|©]\s*[^.!?]{2,80}"
)
_BRACKETED = (
    rf"[(（\[](?:(?:{_PHOTO_WORD})\s*(?:[:/]|(?i:by|courtesy|via|von|par))\s*[^()]{{2,80}}"
    rf"|(?i:{_AGENCY})\s+(?:{_PHOTO_WORD})[^()]{{0,80}}"
    rf"|{_NAME}\s?[,/]\s?[^()]{{0,60}}(?i:\b{_AGENCY}\b)[^()]{{0,40}}"
    rf"|{_SLASHED})[)）\]]"
)
_CREDIT_LINE = re.compile(
    rf"[(（\[©]?\s*(?:{_SLASHED}|{_BACK_SLASHED}|{_LABELLED}|{_BRACKETED}"
    rf"|(?i:getty images|(?:ap|reuters|afp) (?:photo|file photo|pool)))\s*[)）\]]?\.?"
)
_NAMED = (
    rf"(?:^|(?<=[.!?”\"»)]))\s?{_NAME} \((?i:{_AGENCY})(?:\s?/\s?[\w .]{{2,30}})?"
    r"(?: via [\w .]{2,30})?\)"
    r"|\([A-ZÀ-Þ][\w.'’-]+(?: [\w.'’-]+){1,3}\s?/\s?[A-Z]{3,8}\)"
)
"""A photographer before or beside an agency in brackets."""
_JAPANESE = (
    r"＝(?:ＡＰ|AP|ＡＦＰ|AFP|ロイター|共同|時事|ゲッティ|[^。、＝]{2,14}(?:撮影|提供))"
    r"|[（(][^（）()。]{2,16}(?:提供|撮影)[)）]|(?:共同|時事)通信社"
)
_CREDIT_TAIL = re.compile(
    rf"(?:{_SLASHED}|{_BRACKETED}|(?<=[.!?”\"] ){_BACK_SLASHED}|(?<=[.!?”\"] ){_LABELLED}"
    rf"|{_NAMED}|{_JAPANESE}|(?<=[.!?”\"»]){_LABELLED}|, (?:Foto|Photo|Bild)\s?: [^.!?]{{2,60}}"
    rf"|(?<=\s)/ (?i:{_AGENCY})|(?<=\s)© (?i:{_AGENCY})"
    rf"|(?<=\s)\|\s*(?:{_LABELLED}|{_BACK_SLASHED})"
    rf"|(?<=\s)©\s*(?:\d{{4}}\s+)?(?:{_BACK_SLASHED}|{_NAME}, (?i:{_AGENCY})))\.?$"
)
_TAIL_MARK = re.compile(r"[/(（\[:：|©＝]|通信社")
"""One of these stands in each of those; most sentences have none, and the pattern is dear."""
_MONTHS = (
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|avr|juin|juil|"
    r"août|"
    r"déc|ene|abr|ago|dic|fev|set|out|gen|mag|giu|lug|ott|maart|mei|янв|фев|мар|апр|мая|июн|июл|"
    r"авг|сен|окт|ноя|дек"
)
_POSITION = re.compile(
    r"\((?:\d(?:st|nd|rd|th) )?[LRC]\)|\((?:top |bottom |far )?(?:left|right|centre|center|top|"
    r"bottom)(?:,[^()]{1,30})?\)|,? ?(?:second|third|fourth|fifth|\d(?:nd|rd|th)|far|front|center|"
    r"centre) (?:from )?(?:the )?(?:left|right)\b|\bfrom left(?: to right)?\b|"
    r"\([vn]\. ?l\.(?: ?n\. ?r\.)?\)|\bv\. ?l\. ?n\. ?r\.|\bvon links(?: nach rechts)?\b|"
    r"\((?:\d\. v\. ?[lr]\.|links|rechts|mitte|m\.|l\.|r\.|vorne|hinten)\)|"
    r"\((?:à )?(?:gauche|droite|au centre|g|d)\)|de gauche à droite|"
    r"\((?:a la )?(?:izquierda|derecha|izq\.?|der\.?|i|d|centro|c)\)|de izquierda a derecha|"
    r"\((?:a )?(?:sinistra|destra|al centro)\)|da sinistra(?: a destra)?|"
    r"\((?:à )?(?:esquerda|direita|centro|ao centro)\)|da esquerda para a direita|"
    r"[（(][左右中](?:から\d人目|から[二三四]人目|端|起|[一二三四])?[)）]|左から|左起|从左至右|"
    r"從左至右|"
    r"[(（](?:слева|справа|в центре|второй слева|второй справа)[)）]|слева направо|"
    r"\((?:إلى )?(?:اليسار|اليمين|يسار|يمين|وسط|الوسط)\)|من اليمين إلى اليسار|"
    r"من اليسار إلى اليمين|"
    r"\((?:बाएं|दाएं|बाएँ|दाएँ|मध्य|बीच में)\)|बाएं से दाएं|बाएँ से दाएँ|\((?:links|rechts|midden)\)|"
    r"van links naar rechts",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r", (?:left|right|center|centre|à gauche|à droite|links|rechts|izquierda|derecha|a sinistra|"
    r"a destra|à esquerda|à direita|слева|справа)[,.]"
)
_PICTURED = re.compile(
    r"\b(?:poses?|sits?|stands?|looks? on|arrives?|shakes? hands|attends?|walks?|waves?|smiles?|"
    r"meets?|speaks?|gestures?|reacts?|celebrates?|holds?) (?:\w+ ){0,4}?"
    r"(?:for|with|during|at|in|on|outside|before|after|as|next|beside|near)\b|"
    r"\bin this (?:\w+ ){0,4}?(?:file )?(?:photo|picture|image|frame)|\bfile (?:photo|picture)|"
    r"\bis (?:seen|pictured|shown)\b|\bare (?:seen|pictured|shown)\b|\bfor photographers\b|"
    r"\b(?:posier\w+|steht|stehen|sitzt|sitzen|spricht|winkt|begrüßt|schüttelt|schütteln|lächelt|"
    r"jubel[nt]|posent?|salue(?:nt)?|serre(?:nt)? la main|souri(?:en)?t|assiste(?:nt)?|"
    r"s['’]exprime|posan?|saludan?|sonríe|"
    r"asiste|estrecha|conversan?|posano|saluta|sorride|stringe la mano|posam?|cumprimenta|sorri|"
    r"poseert|poseren|zwaait|spreekt)\b|позиру\w+|выступает|пожима\w+ рук\w*|"
    r"握手|撮影に応じ|笑顔|ポーズ|手を振|合影|出席|讲话|يصافح|يتحدث|خلال|हाथ मिलाते|बोलते हुए|दौरान"
)
_STILL = re.compile(
    r"\b(?:poses?|sits?|stands?|looks? on|shakes? hands|waves?|smiles?|gestures?|walks?|"
    r"(?:is|are) (?:seen|pictured|shown))\b"
)
"""Verbs in the present tense that tell of a picture when the day of it follows."""
_SCENE = re.compile(
    rf"\b(?:{_MONTHS})[^\W\d]*\.? \d{{1,2}}, \d{{4}}\b"
    rf"|\b\d{{1,2}}\.? (?:de )?(?:{_MONTHS})[^\W\d]*\.?,? (?:de |del )?\d{{4}}\b"
    r"|\d{4}年\d{1,2}月\d{1,2}日",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, ")
_LEAD = re.compile(
    r"(?:v\. ?l\.(?: ?n\. ?r\.)?|file photo|file -|file –|file—|handout photo|photo caption|"
    r"image caption|caption|"
    r"bildunterschrift|(?:archiv|symbol|agentur)(?:foto|bild)|légende|photo d['’]archives?|"
    r"photo d['’]illustration|image d['’]archives?|pie de (?:foto|imagen)|foto de archivo|"
    r"imagen de archivo|fotografía de archivo|archivo|didascalia|foto d['’]archivio|"
    r"immagine d['’]archivio|legenda|foto de arquivo|imagem de arquivo|archieffoto|archiefbeeld|"
    r"図|写真説明|資料写真|資料图|资料图(?:片)?|資料圖(?:片)?|архивное фото|"
    r"фото из архива|на фото:|صورة أرشيفية|أرشيفية|في الصورة:|फाइल फोटो|फ़ाइल फ़ोटो|फोटो कैप्शन|"
    r"arkivbild|arkivfoto|zdjęcie ilustracyjne|arşiv)(?:\s*[:：;,.–—-]|\s*[)）】\]]|"
    r"\s+(?=[A-Z\d「『“\"]))"
    r"|in this (?:\w+ ){0,3}photo\b|图为|圖為|写真は[^。]*＝|[(（【\[](?:archivbild|symbolbild|"
    r"資料写真|资料图|file photo)",
    re.IGNORECASE,
)
_MAX_CHARS = 1_500
"""A longer line is no caption, whatever it holds."""
_MAX_CREDIT = 140
_MAX_STILL = 400
"""Characters of a photo credit, and of a caption that nothing but its verb and day tell."""

_CREDITED_TEXT = """
reuters ap afp epa efe dpa ansa getty xinhua kyodo tass sputnik bloomberg belga anp apa
keystone lusa nurphoto imago alliance shutterstock istock alamy unsplash pexels zuma sipa
pool pti ani upi usa ritzau scanpix tt ntb lehtikuva photo photos photograph photographs
foto fotos fotografía photographie picture pictures image images imagen bild billede
crédit crédits credit credits copyright imagem immagine beeld courtesy fotograf
illustration grafik montage фото фотография صورة تصوير फोटो फ़ोटो file caption
bildunterschrift légende pie didascalia legenda archivo archivio arquivo archivfoto
archivbild symbolfoto symbolbild agenturfoto agenturbild archieffoto archiefbeeld
архивное архива أرشيفية फाइल फ़ाइल arkivbild arkivfoto zdjęcie arşiv handout
"""
_CREDITED = frozenset(_CREDITED_TEXT.split())
"""Words of which one stands in each photo credit and in each caption that says it is one."""
_PLACED_TEXT = """
left right center centre gauche droite izquierda derecha sinistra destra esquerda direita слева
справа
центре يسار يمين اليسار اليمين बाएं दाएं बाएँ दाएँ मध्य midden poses pose shakes shake
waves smiles gestures looks seen pictured shown stands sits walks
"""
_PLACED = frozenset(_PLACED_TEXT.split())
"""Words of which one stands in each caption that tells who stands where."""
_MARKS = (
    *("(l)", "(r)", "(c)", "(l.", "(r.", "(m.", "(d)", "(g)", "(i)", "(2nd ", "(1st ", "(3rd "),
    *("(izq", "(der", "(centr", "(center", "(links", "(rechts", "(mitte", "(vorne", "(hinten"),
    *(
        "(au centre",
        "(al centro",
        "(ao centro",
        "(вто",
        "(وسط",
        "(الوسط",
        "(बीच",
        "(2.",
        "(v.",
        "(n.",
    ),
)
"""The same for what stands in brackets."""
_MARKED = re.compile("|".join(map(re.escape, _MARKS)))
_MAY_PLACE = re.compile(
    r"[(（](?:[^a-z]|[lrcgdi]\)|[vnmlr]\.|left|right|cent|top|bottom|far |links|rechts|mi|vorne|"
    r"hinten|au cent|gauche|droite|a |al |ao |izq|der|sinistra|destra|esq|dir)|"
    r"左|from left|(?:second|third|fourth|fifth|nd|rd|th|far|front|center|centre) (?:from )?"
    r"(?:the )?(?:left|right)\b|v\. ?l\.|v[oa]n links|gauche|izquierda|sinistra|esquerda|слева|"
    r"اليسار|बाए"
)
"""One of these stands in each lower-case line that tells a place; the long pattern is dear."""
_GERMANIC = ("von links", "van links", "v.l.", "v. l.")
"""The same where "links" alone may be English."""
_UNSPACED = {
    "ja": (
        "写真",
        "＝",
        "提供",
        "通信社",
        "撮影",
        "図",
        "資料",
        "（左",
        "（右",
        "（中",
        "(左",
        "(右",
        "左から",
    ),
    "zh": (
        "图片",
        "圖片",
        "摄影",
        "攝影",
        "资料",
        "資料",
        "图为",
        "圖為",
        "左起",
        "从左",
        "從左",
        "（左",
        "（右",
        "(左",
    ),
}


def captions(lines: Outline) -> Iterator[tuple[int, str]]:
    """Yield the lines that are captions or photo credits, each with the rule that tells it."""
    credited, placed = _candidates(lines)
    for i in sorted(credited | placed):
        line = lines.bare[i]
        if i in credited and is_photo_credit(line):
            yield i, "photo-credit"
            if i and _is_picture_name(lines, i - 1):
                yield i - 1, "picture-name"
        elif len(line) <= _MAX_CHARS and (
            (i in credited and _is_credited(line)) or (i in placed and _is_placed(line))
        ):
            yield i, "caption"


def _candidates(lines: Outline) -> tuple[set[int], set[int]]:
    """Return the lines with a word of photo credits, and those with one of places."""
    page = look(lines)
    credited = holders(page, ("©", "c)"))
    placed = {page.line_at(found.start()) for found in _MARKED.finditer(page.text)}
    if page.languages & {"de", "nl"}:
        found = holders(page, _GERMANIC)
        credited |= found
        placed |= found
    for language in page.languages & _UNSPACED.keys():
        found = holders(page, _UNSPACED[language])
        credited |= found
        placed |= found
    return credited | tellers(page, _CREDITED), placed | tellers(page, _PLACED)


def is_photo_credit(line: str) -> bool:
    """Tell whether the whole line names a photographer or a picture agency."""
    return len(line) <= _MAX_CREDIT and _CREDIT_LINE.fullmatch(line.strip()) is not None


def is_caption(line: str) -> bool:
    """Tell whether the line describes a picture: it says so, is credited, or tells places.

    One mark of place alone is no caption: it needs a second mark, a verb of posing, or the day of
    the picture. ("Abe, left, said on Nov. 2, 2013" has only a weak one and tells no pose.)
    """
    return len(line) <= _MAX_CHARS and (_is_credited(line) or _is_placed(line))


def _is_credited(line: str) -> bool:
    """Tell whether the line says that it is a caption, or ends in a photo credit."""
    if _LEAD.match(line):
        return True
    tail = line[-160:]
    return _TAIL_MARK.search(tail) is not None and _CREDIT_TAIL.search(tail) is not None


def _is_placed(line: str) -> bool:
    """Tell whether the line tells who stands where in a picture, or what one sees and when."""
    places = len(_POSITION.findall(line)) if _MAY_PLACE.search(line.lower()) else 0
    if places:
        return places + bool(_PICTURED.search(line)) + bool(_SCENE.search(line)) >= 2
    is_dated = len(line) <= _MAX_STILL and "day, " in line and _WEEKDAY.search(line)
    if is_dated and _STILL.search(line):
        return _SCENE.search(line) is not None
    aside = _ASIDE.search(line) and _PICTURED.search(line)
    return bool(aside and _SCENE.search(line))


def _is_picture_name(lines: Outline, i: int) -> bool:
    """Tell whether a line is a few words without a capital, as file names of pictures give."""
    line = lines.bare[i]
    return lines.sizes[i] <= 6 and not lines.terminal[i] and line == line.lower() and line.isascii()
