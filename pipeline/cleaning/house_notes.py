"""House notes: full sentences in which the outlet, not the story, speaks to the reader.

A newsletter, an app or a channel of the outlet's is offered, or the terms of its texts are told. A
story about such things says that somebody offers them; a note asks the reader, in the imperative,
for "our" newsletter or one in "your" inbox, and quotes nobody.
"""

import re
from collections.abc import Iterator, Mapping

from pipeline.cleaning.offer_lines import QUOTED, SPOKEN, speaks
from pipeline.cleaning.prose import Outline, outline, word_count
from pipeline.cleaning.stems import holders, look
from pipeline.model import Label, Page, Ruling, Verdict

_MAX_WORDS = 60
"""Words past which a paragraph is no note."""
_MAX_ASIDE = 15
"""Words of a sentence that stands beside an invitation: "Want more of this?"."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？।])")

_ASK = (
    r"(?:please |(?:to [^,]{3,60}|want [^?]{3,60}\?|never miss [^,:;–—-]{3,40}|don['’]t miss "
    r"[^,:;–—-]{3,40})[,:;–— -]+)?(?:sign up|subscribe|register|join|get|download|follow|like|"
    r"install|receive|turn on|add|scan)\b"
    r"|(?:jetzt |bitte |hier )*(?:abonnieren sie|abonniere|melden sie|melde|laden sie|lade|folgen "
    r"sie|folge|folgt|erhalten sie|registrieren sie|bestellen sie)\b"
    r"|(?:abonnez-vous|inscrivez-vous|recevez|téléchargez|suivez|rejoignez)(?!\w)"
    r"|(?:suscríb(?:ete|ase)|apúntate|recib[ea]|descarg(?:a|ue)|síguenos|siga(?:nos)?|únete|"
    r"únase|regístr(?:ate|ese))(?!\w)"
    r"|(?:iscriviti|iscrivetevi|abbonati|ricevi|scarica|segui(?:ci)?|unisciti)(?!\w)"
    r"|(?:assine|inscreva-se|receba|cadastre-se|baixe|siga(?:-nos)?|subscreva|participe)(?!\w)"
    r"|(?:abonneer je|meld je|schrijf je|ontvang|download|volg)(?!\w)"
    r"|(?:zapisz się|pobierz|subskrybuj|obserwuj|polub|dołącz|śledź)(?!\w)"
    r"|(?:подпи(?:шитесь|шись|сывайтесь|сывайся)|скача(?:йте|й)|получайте|присоединяйтесь)(?!\w)"
    r"|(?:prenumerera|anmäl dig|ladda ner|följ)(?!\w)"
    r"|(?:ikuti|unduh|dapatkan|berlangganan)(?!\w)"
)
"""How a note asks the reader to do something."""
_OURS = (
    r"\bour\b|\bus on\b|\bunser\w*|\buns (?:auf|bei)\b|\b(?:notre|nos|nous)\b|"
    r"\bnuestr[oa]s?\b|\bsíguenos\b|"
    r"\bnostr[oaie]\b|\bseguici\b|\bnoss[oa]s?\b|-nos\b|\bonze?\b|\bnasz\w*|\bнаш\w*|\bнас\b|\bvår(?:t|a)?\b|\boss\b|\bkami\b"
)
"""Whose it is that is asked for."""
_YOURS = (
    r"\b(?:in|into|to) your (?:inbox|mailbox|phone)\b|\bin (?:ihr|dein)(?:em)? postfach\b|"
    r"\ben tu (?:correo|bandeja)|\bnella tua (?:casella|mail|e-?mail)|\bno seu e-?mail|"
    r"\bin je (?:inbox|mailbox)\b"
)
"""Where it will come."""
_WHAT = (
    r"newsletter|\bbriefings?\b|\balerts?\b|\bnotifications?\b|\binbox\b|mailing list|\be-?mails?\b"
    r"|\bapps?\b|\bchannels?\b|social media|facebook|twitter|instagram|telegram|whatsapp|linkedin|"
    r"youtube|tiktok|google news|\bkanal|\bkanäle|infolettre|lettre d['’]information|"
    r"\bapplication\b|\bchaîne\b|réseaux sociaux|bolet[ií]n|\baplicación\b|\bcanal(?:es)?\b|"
    r"redes sociales|\bcanal[ei]\b|\bsocial\b|\baplicativo\b|\bcanais\b|redes sociais|nieuwsbrie|"
    r"\bkanaal\b|aplikacj|\bkanał|рассылк|приложени|\bканал|телеграм|соцсет|nyhetsbrev|\bappen\b|"
    r"\baplikasi\b"
)
_INVITES = re.compile(
    # What fails most is asked first; the search for what is offered is dear.
    rf"(?=\W*(?:{_ASK}))"
    rf"(?=.*(?:(?:{_OURS})(?:\W+[\w'’-]+){{0,3}}?\W+(?:{_WHAT})|{_YOURS}))"
    rf"\W*(?:{_ASK}).*?(?:{_WHAT}|{_YOURS})"
)
"""The asking first, for what is ours or comes to you: "Follow our money" asks for nothing."""
_THINGS_TEXT = """
newsletter briefing alert notification inbox mail app channel social facebook twitter instagram
telegram whatsapp linkedin youtube tiktok google kanal kanäle lettre chaîne sociaux bolet aplica
canal canais nieuwsbrie kanaal рассылк приложени канал телеграм соцсет nyhetsbrev
bülten uygulama メルマガ メールマガ ニュースレ 公式 通讯 通訊 电子报 電子報 公众号 公眾號 客户端
客戶端 频道 頻道 뉴스레터 알림 앱 채널
نشرتنا تطبيقنا قناتنا قنواتنا حساباتنا صفحاتنا بريدك न्यूज़लेटर न्यूजलेटर ऐप चैनल
"""
_THINGS = tuple(_THINGS_TEXT.split())
"""Pieces of what is asked for: a look that costs a hundredth of the pattern's."""
_INVITES_LATE = re.compile(
    r".*?(?:\b(?:bülten|uygulama|kanal)[ıiuü]m[ıiuü]z\S*.{0,40}"
    r"(?:abone olun|kaydolun|indirin|takip edin)"
    r"|(?:メルマガ|メールマガジン|ニュースレター|公式アプリ|公式アカウント).{0,16}"
    r"(?:登録|ダウンロード|フォロー|購読)(?:して|を?お願い|ください|はこちら)"
    r"|(?:订阅|訂閱|关注|關注|下载|下載)(?:我们|我們|本报|本報|本站)的?.{0,10}"
    r"(?:通讯|通訊|电子报|電子報|公众号|公眾號|客户端|客戶端|app|频道|頻道)"
    r"|(?:뉴스레터|알림|앱|채널)\S{0,3}\s?.{0,12}(?:구독|신청|설치|다운로드)"
    r"(?:하세요|해 ?주세요|하십시오)"
    r"|^\W*(?:اشترك|سجل|سجّل|حمل|حمّل|تابع|انضم)\S* .{0,40}"
    r"(?:نشرتنا|تطبيقنا|قناتنا|قنواتنا|حساباتنا|صفحاتنا|بريدك)"
    r"|(?:हमारे|हमारी|हमारा).{0,30}(?:न्यूज़लेटर|न्यूजलेटर|ऐप|चैनल).{0,30}(?:करें|जुड़ें))",
)
"""The same in languages that put the asking last, or "our" into the thing."""
_MAIL = re.compile(
    r"newsletter|\bbriefing|inbox|mail|bolet[ií]n|lettre|nieuwsbrie|рассылк|nyhetsbrev|bülten|"
    r"メルマガ|ニュースレター|通讯|通訊|电子报|電子報|뉴스레터|نشرتنا|न्यू",
)
_TERMS = re.compile(
    r"\ball rights reserved\.|may not be (?:published|reproduced)[^.]{0,30}(?:broadcast|rewritten|"
    r"redistributed|without)|(?:this|the) (?:story|article|report) (?:has not been|was not|is not) "
    r"edited by [^.]{0,60}(?:syndicated|auto-?generated|agency) |\bthe trust principles\b|"
    r"^\W*our (?:standards|principles):|alle rechte vorbehalten\.|tous droits réservés\.|"
    r"todos los derechos reservados\.|tutti i diritti riservati\.|todos os direitos reservados\.|"
    r"alle rechten voorbehouden\.|все права защищены\.|無断(?:転載|複製).{0,10}(?:禁|ご遠慮)|"
    r"未经(?:许可|授权).{0,10}(?:转载|复制)|무단 ?전재.{0,12}금지|جميع الحقوق محفوظة\.",
)
"""The terms of a text as a sentence. A short line of them needs no rule of its own."""
_MORE = re.compile(
    r"\W*(?:browse|see|find|read|explore|discover) (?:more|all) (?:of )?(?:our )?(?:\w+ )?"
    r"(?:stories|news|articles|coverage|reporting) (?:from|by|at|on|in|about|here)\b",
)
_MAX_MORE = 20
_OWN_TEXT = """
our us your unser unsere unseren unserem unserer unseres uns ihr ihrem dein deinem notre nos nous
nuestro nuestra nuestros nuestras síguenos tu nostro nostra nostri nostre seguici tua nosso nossa
nossos nossas seu onze ons je nasz nasza nasze naszą naszego naszej naszym naszymi naszych nas
наш наша наше нашу
нашей нашего нашем нашими наши наших нас vår vårt våra oss kami
"""
_OWN = frozenset(_OWN_TEXT.split())
"""One of these stands in each invitation in a language that asks first."""
_INVITED: Mapping[str, str] = {
    "tr": "bülten uygulama kanal",
    "ja": "メルマガ メールマガ ニュースレ 公式アプリ 公式アカ",
    "zh": "订阅我们 訂閱我們 关注我们 關注我們 下载我们 下載我們 本报 本報 本站",
    "ko": "뉴스레터 알림 앱 채널",
    "ar": "نشرتنا تطبيقنا قناتنا قنواتنا حساباتنا صفحاتنا بريدك",
    "hi": "न्यूज़लेटर न्यूजलेटर ऐप चैनल",
}
"""Pieces of text of which one stands in each invitation in the other languages."""
_TOLD: Mapping[str, str] = {
    "en": "rights_reserved may_not_be edited_by our_standards: our_principles: trust_principles "
    "browse_more more_stories all_stories more_news all_news more_articles all_articles "
    "more_coverage all_coverage more_reporting of_our",
    "de": "rechte_vorbehalten",
    "fr": "droits_réservés",
    "es": "derechos_reservados",
    "it": "diritti_riservati",
    "pt": "direitos_reservados",
    "nl": "rechten_voorbehouden",
    "ru": "права_защищены",
    "ja": "転載 複製",
    "zh": "转载 复制",
    "ko": "전재",
    "ar": "حقوق",
}
"""The same for notes that ask for nothing."""


def _stems(table: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    return {k: tuple(s.replace("_", " ") for s in text.split()) for k, text in table.items()}


_INVITED_STEMS, _TOLD_STEMS = _stems(_INVITED), _stems(_TOLD)


def house_note(page: Page) -> Iterator[Verdict]:
    """Cut sentences that ask for the outlet's newsletter, app or channels, or tell its terms."""
    lines = outline(page)
    # A line that is no sentence is for the rules that know furniture by its first words.
    asked = [
        i
        for i, tokens in enumerate(lines.tokens)
        if lines.terminal[i] and lines.sizes[i] <= _MAX_WORDS
        if not _OWN.isdisjoint(tokens)
    ]
    found = {i: _told(lines.bare[i], lines.sizes[i]) for i in _holding(lines, _TOLD_STEMS)}
    late = _holding(lines, _INVITED_STEMS)
    for places, asks in ((asked, _INVITES), (late, _INVITES_LATE)):
        found |= {i: _invitation(lines.bare[i], asks) or found.get(i) for i in places}
    for i, label in sorted(found.items()):
        line = lines.bare[i]
        if label and not (QUOTED.search(line) or SPOKEN.search(line)):
            yield Verdict(i, Ruling.CUT, label, "house-note", 0.05)


def _holding(lines: Outline, stems: Mapping[str, tuple[str, ...]]) -> Iterator[int]:
    page = look(lines)
    for i in holders(page, {stem for name in page.languages for stem in stems.get(name, ())}):
        if lines.terminal[i] and lines.sizes[i] <= _MAX_WORDS:
            yield i


def _told(line: str, size: int) -> Label | None:
    lower = line.lower()
    if _TERMS.search(lower):
        return Label.LEGAL
    return Label.RELATED if size <= _MAX_MORE and _MORE.match(lower) else None


def _invitation(line: str, asks: re.Pattern[str]) -> Label | None:
    lower = line.lower()
    if not any(thing in lower for thing in _THINGS) or not _is_invitation(lower, asks):
        return None
    return Label.NEWSLETTER if _MAIL.search(lower) else Label.ADVERT


def _is_invitation(line: str, asks: re.Pattern[str]) -> bool:
    """Tell whether a lower-case line invites the reader, and every sentence speaks to them."""
    parts = [part for part in _SENTENCE.split(line) if part.strip()]
    invites = [asks.match(part) for part in parts]
    if not any(invites):
        return False
    rest = (part for part, found in zip(parts, invites, strict=True) if not found)
    return all(word_count(p) <= _MAX_ASIDE and ("?" in p or speaks(p)) for p in rest)
