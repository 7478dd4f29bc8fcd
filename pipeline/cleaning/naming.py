"""Names for blocks that the score removes: what each kind of furniture looks like, surely or not.

None of these may remove a block by itself: a story uses the same words. Each is asked for some
blocks of a page, in order, and yields the label of those that it knows.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.cleaning.beginnings import beginning_label
from pipeline.cleaning.lexicon import WHOLE_LINES, fold, whole_label
from pipeline.cleaning.menus import is_row, parts
from pipeline.cleaning.offers import cues
from pipeline.cleaning.prose import Outline, outline
from pipeline.cleaning.stems import holders, look
from pipeline.cleaning.walls import READER
from pipeline.model import Label, Page

_ROLES = (
    r"reporter|writer|editor|correspondent|columnist|journalist|freelancer?|contributor|author of|"
    r"covers|covering|redakteur(?:in)?|korrespondent(?:in)?|journaliste|chroniqueu\w+|periodista|"
    r"redactora?|corresponsal|giornalista|cronista|jornalista|rep[oó]rter|colunista|redacteur|"
    r"verslaggever|correspondente?|skribent|reporter|dziennikar\w+|muhabir\w*|gazeteci|wartawan"
)
_BIO = re.compile(
    r"^(?:(?:[A-ZÀ-ÞА-Я][\w'’.-]+|de|van|der|den|von|da|di|del|la|el) ){1,5}(?:is|was|has been|"
    r"covers|writes|reports|joined|ist|war|"
    r"schreibt|"
    r"berichtet|arbeitet|est|couvre|écrit|es|fue|cubre|escribe|è|scrive|é|escreve|cobre|is een|"
    rf"schrijft|är|jest)\b.{{0,80}}?\b(?i:{_ROLES})\b"
    r"|\b(?i:(?:you can )?(?:follow|reach|contact|e-?mail) (?:him|her|them|me|\w+ \w+)?\s*"
    r"(?:on (?:twitter|x|facebook|linkedin|bluesky)|at \S+@))"
    r"|(?i:about the author|über (?:den autor|die autorin)|à propos de l['’]auteur|sobre (?:el|"
    r"la|o|a) "
    r"autora?|sull['’]autore|over de auteur|об авторе|عن الكاتب|लेखक के बारे में)"
    r"|(?:—|–|-|,|是|は)\s?(?:корреспондент|обозреватель|журналист)|作者(?:为|為|是|系)|"
    r"(?:本报|本報)记者|"
    r"(?:記者|特派員|編集委員|论说委员|論説委員)(?:。|です|として)|كاتب(?:ة)? (?:صحفي|في|و)|"
    r"صحفي(?:ة)? في|"
    r"(?:पत्रकार|संवाददाता|लेखक) हैं"
)
_BIO_WORDS_TEXT = """
is was been covers writes reports joined ist war schreibt berichtet arbeitet est couvre es fue
cubre escribe scrive escreve cobre schrijft jest follow reach contact email mail
"""
_BIO_WORDS, _AUTHOR = frozenset(_BIO_WORDS_TEXT.split()), ("author", "autor", "auteur")
"""One of these words, or of these stems, stands in each such note that is written in ASCII."""
_LEGAL = re.compile(
    r"all rights reserved|alle rechte vorbehalten|tous droits réservés|"
    r"todos los derechos reservados|"
    r"tutti i diritti riservati|todos os direitos reservados|alle rechten voorbehouden|"
    r"无断转载|無断転載|版权所有|版權所有|все права защищены|جميع الحقوق محفوظة|सर्वाधिकार सुरक्षित|"
    r"\bcookies?\b|privacy policy|terms of (?:use|service)|datenschutz|nutzungsbedingungen|"
    r"confidentialité|política de privacidad|informativa|termos de uso|"
    r"trust principles|licensing rights|opens? (?:in )?(?:a )?new (?:tab|window)|©",
    re.IGNORECASE,
)
_NEWSLETTER = re.compile(
    r"newsletter|mailing list|\binbox\b|infolettre|bolet[ií]n|nieuwsbrief|nyhetsbrev|メルマガ|"
    r"メールマガジン|"
    r"ニュースレター|电子报|電子報|рассылк|النشرة|न्यूज़लेटर|न्यूजलेटर|뉴스레터|postfach|e-mail address",
    re.IGNORECASE,
)
_PRODUCT = re.compile(
    r"(?:[$€£¥₹]\s?\d[\d.,]*|\d[\d.,]*\s?(?:€|₽|元|円|zł))(?!\w)|\b\d+ ?% off\b|free shipping|"
    r"\b(?:promo|coupon|discount) code|\baffiliate|download (?:our|the) app|shop now|buy now|"
    r"view deal|"
    r"check (?:the )?price|\\bbuy (?:it )?(?:from|at|on) \\w+$|price when reviewed|zum angebot|"
    r"voir l.offre|app store|google play",
    re.IGNORECASE,
)
_LIVE = re.compile(
    r"(?:live|liveticker|en direct|en vivo|ao vivo|in diretta|直播|速報|онлайн|مباشر|लाइव)\W|"
    r"\d+ ?(?:mins?|minutes?|hours?|hrs?|h|m|days?) ago$|vor \d+ (?:minuten?|stunden?)|"
    r"il y a \d+ (?:minutes?|heures?)|hace \d+ (?:minutos?|horas?)|\d+ (?:minuti|ore) fa$|"
    r"há \d+ (?:minutos?|horas?)|\d+ ?(?:分|時間)前|\d+ ?(?:分钟|小时)前|\d+ (?:минут\w*|"
    r"час\w*) назад|"
    r"منذ \d+|\d+ (?:मिनट|घंटे) पहले",
    re.IGNORECASE,
)
_NOTE_WORDS_TEXT = """
newsletter newsletters mailing inbox infolettre boletín boletin nieuwsbrief nyhetsbrev
postfach email e mail рассылка рассылку النشرة न्यूज़लेटर न्यूजलेटर 뉴스레터 rights rechte
rechten droits derechos diritti direitos права الحقوق सर्वाधिकार cookie cookies privacy
terms datenschutz confidentialité nutzungsbedingungen privacidad informativa termos
trust licensing tab window off shipping promo coupon discount affiliate app google shop
buy deal price angebot offre us eur euro
"""
_NOTE_WORDS = frozenset(_NOTE_WORDS_TEXT.split())
_NOTE_SIGNS = ("©", "$", "€", "£", "¥", "₹", "₽", "zł")
_NOTE_STEMS = {
    "ja": ("メルマガ", "メールマガ", "ニュースレ", "転載", "円"),
    "zh": ("电子报", "電子報", "转载", "轉載", "版权所有", "版權所有", "元"),
}
"""One of these stands in each note that is told by its words."""
_LIVE_WORDS = 12
_LIVE_STARTS = frozenset("aehilvAEHILV0123456789")
"""ASCII characters by which the chrome of a live page begins."""
_ROW = range(2, 11)
_SHARE_WORDS = frozenset(line.split()[0] for line in WHOLE_LINES[Label.SHARE])
"""Words of a row of icons, and those by which one begins."""
_SUMMARY_TEXT = """
key points|key takeaways|the takeaways|in brief|at a glance|summary|table of contents|contents|
on this page|what you need to know|das wichtigste in kürze|auf einen blick|zusammenfassung|
inhaltsverzeichnis|l'essentiel|en bref|sommaire|lo esencial|puntos clave|claves|en resumen|índice|
i punti chiave|in breve|in sintesi|indice|pontos-chave|em resumo|resumo|in het kort|samengevat|
inhoud|
目次|要点|ポイント|この記事のポイント|目录|目錄|重點|要點|摘要|содержание|коротко|главное за минуту|
أبرز النقاط|ملخص|मुख्य बातें|विषय सूची|सारांश
"""
_SUMMARY = frozenset(fold(line) for line in _SUMMARY_TEXT.replace("\n", "").split("|"))
"""What stands above a list of points or of contents; as often a subhead of the story itself."""
_IN_COMMENTS = frozenset({None, Label.SHARE})
"""What stands among the comments of readers."""
_MAX_NOTE = 60
_BIO_SIZES = range(2, 91)
_TEASER = range(5, 31)
"""Words of a note, of a note on an author, and of the headline of another story."""
_MIN_COPY = 3
"""Words of a line that is no copy by chance."""
_LINKED = 0.8
"""Share of a block's characters inside links from which it leads elsewhere."""


Named = Iterator[tuple[int, Label]]


def standing(page: Page, asked: Sequence[int]) -> Named:
    """Name lines that are furniture when they stand alone, wherever they stand."""
    lines = outline(page)
    for i in asked:
        line = lines.bare[i]
        if label := whole_label(line):
            yield i, label
        elif fold(line) in _SUMMARY:
            yield i, Label.MENU


def comment(page: Page, asked: Sequence[int]) -> Named:
    """Name what follows a heading of comments below the body, until other furniture."""
    lines = outline(page)
    wanted = frozenset(asked)
    below = False
    for i in range(lines.main.end, max(asked, default=-1) + 1):
        line = lines.bare[i]
        label = whole_label(line) or beginning_label(line)
        below = (below and label in _IN_COMMENTS) or (bool(label) and label is Label.COMMENTS)
        if below and i in wanted:
            yield i, Label.COMMENTS


def opening(page: Page, asked: Sequence[int]) -> Named:
    """Name lines that begin like furniture and are no sentence of the body."""
    lines = outline(page)
    for i in asked:
        inside = lines.main.start <= i < lines.main.end
        if lines.sizes[i] <= _MAX_NOTE and not (inside and lines.terminal[i]):
            label = beginning_label(lines.bare[i])
            if label:
                yield i, label


def bio(page: Page, asked: Sequence[int]) -> Named:
    """Name the note on the author that follows a story."""
    lines = outline(page)
    start = max(1, lines.main.end - 2)
    for i in asked:
        if i < start or lines.sizes[i] not in _BIO_SIZES:
            continue
        line = lines.bare[i][:400]
        if (_may_be_bio(line) or not _BIO_WORDS.isdisjoint(lines.tokens[i])) and _BIO.search(line):
            yield i, Label.BIO


def _may_be_bio(line: str) -> bool:
    lower = line.lower()
    return not line.isascii() or any(stem in lower for stem in _AUTHOR)


def wall_words(page: Page, asked: Sequence[int]) -> Named:
    """Name lines that ask for a subscription or a login, in whatever form."""
    wanted = frozenset(asked)
    return ((i, Label.PAYWALL) for i, _ in cues(outline(page), wanted.__contains__))


def icons(page: Page, asked: Sequence[int]) -> Named:
    """Name rows whose every item is a way to share."""
    lines = outline(page)
    for i in asked:
        if lines.sizes[i] not in _ROW or lines.tokens[i][0] not in _SHARE_WORDS:
            continue
        items = parts(lines.bare[i])
        items = items if len(items) > 1 else lines.bare[i].split()
        if all(whole_label(item) is Label.SHARE for item in items):
            yield i, Label.SHARE


def note(page: Page, asked: Sequence[int]) -> Named:
    """Name legal notes, calls for newsletters, product boxes and the chrome of live pages."""
    lines = outline(page)
    marked = _marked(lines)
    for i in asked:
        line, size = lines.bare[i], lines.sizes[i]
        label = None
        if size <= _MAX_NOTE and (i in marked or not _NOTE_WORDS.isdisjoint(lines.tokens[i])):
            label = _noted(line, terminal=lines.terminal[i])
        if label is None and size <= _LIVE_WORDS and _is_live(line):
            label = Label.MENU
        if label:
            yield i, label


def _marked(lines: Outline) -> set[int]:
    """Return the lines with a sign or, in unspaced scripts, a stem of a note."""
    page = look(lines)
    found = holders(page, _NOTE_SIGNS)
    for language, stems in _NOTE_STEMS.items():
        if language in page.languages:
            found |= holders(page, stems)
    return found


def _noted(line: str, *, terminal: bool) -> Label | None:
    if _NEWSLETTER.search(line) and (READER.search(line) or not terminal):
        return Label.NEWSLETTER
    if _LEGAL.search(line):
        return Label.LEGAL
    return Label.ADVERT if _PRODUCT.search(line) and not terminal else None


def _is_live(line: str) -> bool:
    may_be = line[:1] in _LIVE_STARTS or not line[:1].isascii()
    return may_be and _LIVE.match(line) is not None


def copy(page: Page, asked: Sequence[int]) -> Named:
    """Name lines of some length in the body that the page says elsewhere, too."""
    lines = outline(page)
    body = range(lines.main.start, lines.main.end)
    longer = [i for i in asked if i in body and lines.sizes[i] >= _MIN_COPY]
    times = Counter(lines.tokens) if longer else Counter[tuple[str, ...]]()
    return ((i, Label.REPEAT) for i in longer if times[lines.tokens[i]] > 1)


def lone_letter(page: Page, asked: Sequence[int]) -> Named:
    """Name lines of a single letter."""
    lines = outline(page)
    for i in asked:
        line = lines.bare[i]
        if len(line) <= 3 and len(fold(line)) == 1 and fold(line).isalpha():
            yield i, Label.NOISE


def menu(page: Page, asked: Sequence[int]) -> Named:
    """Name rows of short items, links of few words, and the short lines before the story."""
    lines = outline(page)
    for i in asked:
        size = lines.sizes[i]
        is_head = i < lines.main.start and size <= 4 and not lines.terminal[i]
        is_link = size <= 4 and _is_link(page, i)
        if is_head or is_link or is_row(lines.bare[i], size):
            yield i, Label.MENU


def teaser(page: Page, asked: Sequence[int]) -> Named:
    """Name headlines outside the body, and links of some length, that lead to other stories."""
    lines = outline(page)
    for i in asked:
        if lines.sizes[i] not in _TEASER:
            continue
        inside = lines.main.start <= i < lines.main.end
        plain = not lines.terminal[i] or lines.bare[i].endswith(("?", "!", "…", "..."))
        if (plain and not inside) or _is_link(page, i):
            yield i, Label.RELATED


def _is_link(page: Page, i: int) -> bool:
    mark = page.blocks[i].markup
    return mark is not None and mark.link_chars >= _LINKED * max(1, len(page.blocks[i].text))
