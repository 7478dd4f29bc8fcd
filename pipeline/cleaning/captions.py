"""Photo captions and photo credits in text that has no figures left."""

import re

_AGENCY = (
    r"(?:reuters|ap|afp|epa|efe|dpa|ansa|getty(?: images)?|xinhua|kyodo|tass|sputnik|bloomberg|"
    r"belga|anp|apa|keystone|lusa|nurphoto|imago|picture alliance|shutterstock|istock|alamy|"
    r"unsplash|pexels|zuma press|pool|pti|ani|upi|usa today sports|ritzau|scanpix|tt|ntb|lehtikuva)"
)
_NAME = r"[A-ZÀ-ÞА-Я][\w.'’-]+(?: [\w.'’-]+){0,4}"
_SLASHED = rf"(?i:{_AGENCY})\s?/\s?{_NAME}(?:\s?/\s?[\w .'’-]+){{0,3}}"
_BACK_SLASHED = rf"{_NAME}\s?/\s?(?i:{_AGENCY})(?:\s?/\s?[\w .'’-]+){{0,3}}(?: via (?i:{_AGENCY}))?"
_PHOTO_WORD = (
    r"(?i:photo(?:graph)?s?|foto|fotos|fotografía|photographie|picture|image|imagen|bild|billede|"
    r"crédits?|credits?|copyright|imagem|immagine|beeld|photo credit|image source|image credit|"
    r"foto di|courtesy|写真|撮影|图片|圖片|摄影|фото|фотография|صورة|تصوير|फोटो|फ़ोटो)"
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
_CREDIT_TAIL = re.compile(
    rf"(?:{_SLASHED}|{_BRACKETED}|(?<=[.!?”\"] ){_BACK_SLASHED}|(?<=[.!?”\"] ){_LABELLED}"
    rf"|(?<=\s)\|\s*(?:{_LABELLED}|{_BACK_SLASHED})"
    rf"|(?<=\s)©\s*(?:\d{{4}}\s+)?(?:{_BACK_SLASHED}|{_NAME}, (?i:{_AGENCY})))\.?$"
)
_POSITION = re.compile(
    r"\((?:\d(?:st|nd|rd|th) )?[LRC]\)|\((?:top |bottom |far )?(?:left|right|centre|center|top|"
    r"bottom)"
    r"(?:,[^()]{1,30})?\)|,? ?(?:second|third|fourth|fifth|\d(?:nd|rd|th)|far|front|center|centre) "
    r"(?:from )?(?:the )?(?:left|right)\b|\bfrom left(?: to right)?\b|"
    r"\([vn]\. ?l\.(?: ?n\. ?r\.)?\)|\((?:links|rechts|Mitte|M\.|l\.|r\.)\)|"
    r"\((?:à )?(?:gauche|droite|au centre|g|d)\)|de gauche à droite|"
    r"\((?:izquierda|derecha|izq\.?|der\.?|i|d)\)|de izquierda a derecha|"
    r"\((?:a )?(?:sinistra|destra)\)|\((?:à )?(?:esquerda|direita)\)|da esquerda para a direita|"
    r"（[左右中](?:から\d人目)?）|[(（](?:слева|справа|в центре)[)）]|слева направо"
)
_ASIDE = re.compile(r", (?:left|right|center|centre|à gauche|à droite|links|rechts)[,.]")
_PICTURED = re.compile(
    r"\b(?:poses?|sits?|stands?|looks? on|arrives?|shakes? hands|attends?|walks?|waves?|smiles?|"
    r"meets?|"
    r"speaks?|gestures?|reacts?|celebrates?|holds?) (?:\w+ ){0,4}?"
    r"(?:for|with|during|at|in|on|outside|before|after|as|next|beside|near)\b|"
    r"\bin this (?:\w+ ){0,4}?(?:file )?(?:photo|picture|image|frame)|\bfile (?:photo|picture)|"
    r"\bis (?:seen|pictured|shown)\b|\bare (?:seen|pictured|shown)\b|\bfor photographers\b"
)
_SCENE = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}, \d{4}\b"
    r"|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{4}\b"
)
_LEAD = re.compile(
    r"(?:file photo|file -|file –|file—|handout photo|photo caption|image caption|caption|"
    r"bildunterschrift|légende|pie de foto|in this (?:\w+ ){0,3}photo|\(?archivbild|symbolbild|"
    r"archivo|imagen de archivo|図|資料写真|資料图|资料图)\s*[:：,-]?\s",
    re.IGNORECASE,
)
MAX_CHARS = 1_500
"""A longer line is no caption, whatever it holds."""


def is_photo_credit(line: str) -> bool:
    """Tell whether the whole line names a photographer or a picture agency."""
    return len(line) <= 140 and _CREDIT_LINE.fullmatch(line.strip()) is not None


def is_caption(line: str) -> bool:
    """Tell whether the line describes a picture: it says so, is credited, or tells places.

    One mark of place alone is no caption: it needs a second mark, a verb of posing, or the day of
    the picture. ("Abe, left, said on Nov. 2, 2013" has only a weak one and tells no pose.)
    """
    if len(line) > MAX_CHARS:
        return False
    if _LEAD.match(line) or _CREDIT_TAIL.search(line[-160:]):
        return True
    places = len(_POSITION.findall(line))
    posed = bool(_PICTURED.search(line))
    if places:
        return places + posed + bool(_SCENE.search(line)) >= 2
    return posed and bool(_ASIDE.search(line)) and bool(_SCENE.search(line))
