"""Subscription offers: walls and meters, plans and prices, and how far such a region reaches.

A story about subscriptions uses the same words. What tells the offer is that it speaks to the
reader ("you've reached your limit", "subscribe to read on") outside quotation marks.
"""

import re
from collections.abc import Iterator

from pipeline.cleaning.lexicon import BEGINNINGS, WHOLE_LINES, fold
from pipeline.cleaning.prose import Outline, outline
from pipeline.model import Label, Page, Ruling, Verdict

METER = re.compile(
    r"(?:you(?:['’]ve| have)|you are (?:at|over)|you['’]re (?:at|over|out)).{0,30}"
    r"(?:limit|free (?:articles?|stor(?:y|ies)|views?)|(?:monthly|weekly) articles?)"
    r"|\b(?:you have )?(?:\d+|one|two|three|your last|\{\{?\w+\}?\}) (?:more )?free "
    r"(?:articles?|stor(?:y|ies)|reads?)\b.{0,20}(?:left|remaining|this month|per month)"
    r"|this is your (?:last|final|first|\w+) free (?:article|story)"
    r"|sie haben .{0,40}(?:limit|kostenlose[nr]? artikel|gratis-?artikel)"
    r"|vous avez (?:atteint|lu|épuisé|consulté) .{0,40}(?:limite|articles? gratuits?|quota)"
    r"|(?:has|ha|usted ha) (?:alcanzado|llegado|leído|agotado) .{0,40}(?:límite|artículos? gratis"
    r"|artículos? gratuitos?)"
    r"|hai (?:raggiunto|letto|esaurito) .{0,40}(?:limite|articoli gratuiti)"
    r"|você (?:atingiu|chegou|leu|esgotou) .{0,40}(?:limite|matérias? gratuitas?|"
    r"artigos? gratuitos?|textos? gratuitos?)"
    r"|je hebt .{0,40}(?:limiet|gratis artikel)"
    r"|無料(?:記事|閲覧).{0,12}(?:上限|残り)|残り\d+本|免费(?:文章|阅读).{0,12}(?:上限|已用完|次数)"
    r"|вы (?:прочитали|исчерпали|достигли) .{0,40}(?:лимит|бесплатн)"
    r"|لقد (?:وصلت|بلغت|استنفدت).{0,40}(?:الحد|المجانية)"
    r"|आपने .{0,40}(?:सीमा|मुफ्त लेख|फ्री आर्टिकल)",
    re.IGNORECASE,
)
"""The reader has used up free articles."""

WALL = re.compile(
    r"\b(?:subscribe|sign ?up|register|log ?in|sign in|join|upgrade|pay|become an? \w+|"
    r"create an? (?:free )?account)\b(?: now| today| here| or \w+(?: \w+)?)? (?:to|and) "
    r"(?:(?:continue|keep) (?:reading|watching)|read|unlock|access|view|see|finish|get (?:full|"
    r"unlimited|access))\b"
    r"|\b(?:to|please) (?:continue|keep) reading\b|\bto (?:read|see|view|unlock) (?:the (?:full|rest|"
    r"entire)|this (?:article|story|content))|read the (?:full|rest of the) (?:story|article) (?:with|by|for)"
    r"|\balready (?:a |an )?(?:\w+ )?(?:subscribe[rd]|member|registered)\b ?\?"
    r"|already have an? (?:account|subscription) ?\?|(?:not|don['’]t have) .{0,16}(?:subscription|account) ?\?"
    r"|(?:this|the full) (?:article|story|content|page) is (?:only |exclusively |exclusive |reserved )?"
    r"(?:available |reserved )?(?:to|for) (?:our )?(?:paid |paying |premium |registered )?(?:subscribers|members)"
    r"|(?:exclusive|only) (?:content )?for (?:our )?(?:subscribers|members)"
    r"|remaining (?:content|part of this \w+) is|unlock (?:this|unlimited|full|the rest|all|premium)"
    r"|^(?:please )?subscribe (?:now|today|for|from)\b|(?:get|enjoy|with) unlimited (?:digital )?access"
    r"|start your (?:\w+[ -]){0,3}(?:trial|subscription)|(?:cancel|unsubscribe) any ?time"
    r"|(?:auto-?)?renews? automatically|choose (?:a|your) (?:plan|subscription)"
    r"|what['’]s included in (?:our|your)|(?:weiterlesen|jetzt lesen|zugang) (?:mit|mit dem) \S*abo"
    r"|(?:jetzt|hier) (?:abonnieren|registrieren|kostenlos testen)|um (?:weiterzulesen|diesen artikel)"
    r"|(?:sie sind|bereits) (?:bereits |schon )?\S*abonnent|sie haben (?:bereits|schon) ein \S*abo"
    r"|(?:dieser|der) (?:artikel|inhalt|beitrag) ist .{0,20}abonnent|als abonnent(?:in)? (?:weiter)?lesen"
    r"|(?:jederzeit|monatlich) kündbar"
    r"|(?:abonnez-vous|connectez-vous|identifiez-vous|inscrivez-vous) .{0,20}(?:pour|et)"
    r"|pour (?:lire la suite|continuer (?:la|votre|à) lecture|accéder à|continuer à lire)"
    r"|(?:déjà|vous êtes) (?:déjà )?abonnée?|(?:cet )?article (?:est )?réservé aux abonnés"
    r"|(?:il vous reste|la suite de cet article).{0,60}(?:lire|abonné|découvrir)"
    r"|sans engagement|résiliable à tout moment"
    r"|(?:suscríb(?:ete|ase)|regístr(?:ate|ese)|inici[ae] sesión|hazte (?:socio|suscriptor)) .{0,20}para"
    r"|para (?:seguir leyendo|continuar leyendo|leer (?:el|este) artículo)"
    r"|¿ya (?:eres|es|estás|tienes) .{0,16}(?:suscri|cuenta|socio|registrad)"
    r"|(?:contenido|artículo) (?:exclusivo|sólo|solo) para (?:suscriptores|socios)|cancela cuando quieras"
    r"|(?:abbonati|registrati|accedi) .{0,20}per |per (?:continuare a leggere|leggere (?:l['’]articolo|tutto))"
    r"|(?:sei|hai) già (?:un )?abbonat|(?:articolo|contenuto) (?:riservato|esclusivo|per) (?:agli |per gli )?"
    r"abbonati|disdici quando vuoi"
    r"|(?:assine|cadastre-se|faça (?:seu )?login|entre) .{0,20}(?:para|e tenha|e continue)"
    r"|para continuar (?:lendo|a ler|a leitura)|já é assinante|(?:conteúdo|matéria) exclusiv[oa] para assinantes"
    r"|cancele quando quiser"
    r"|(?:word|neem|log in|registreer|maak) .{0,30}(?:om (?:verder|door) te lezen|abonnee en)"
    r"|om (?:verder|door) te lezen|(?:bent|ben) (?:u|je) al (?:een )?abonnee|al abonnee ?\?"
    r"|(?:alleen|exclusief) voor abonnees|maandelijks opzegbaar"
    r"|この記事は(?:有料|会員)|(?:会員|有料)(?:登録|会員)(?:すると|して|になると|の方)|残り\d+文字|"
    r"続きを(?:読む|お読み)(?:には|になるには|いただくには)|ログインして続き|全文を読むには"
    r"|(?:订阅|登录|注册|开通会员)(?:后|以|即可)(?:继续)?(?:阅读|查看)|(?:訂閱|登入|註冊)(?:後|以|即可)(?:繼續)?"
    r"(?:閱讀|查看)|本文(?:仅限|为)(?:付费|会员)|(?:阅读|查看)全文请|已(?:经)?是(?:订阅|会员)"
    r"|(?:оформите|купите) подписку|(?:чтобы|для того чтобы) (?:дочитать|читать дальше|продолжить чтение)"
    r"|уже (?:есть подписка|подписаны|зарегистрированы)|(?:материал|статья) доступ\w+ (?:только )?(?:по "
    r"подписке|подписчикам)"
    r"|(?:اشترك|سجل|سجّل)\w* .{0,20}(?:لمتابعة|لقراءة|للوصول|لمواصلة)|لمتابعة القراءة|لقراءة المقال كامل"
    r"|(?:هل أنت|لديك) .{0,12}(?:مشترك|حساب|اشتراك)"
    r"|(?:पूरा|आगे) (?:लेख |पढ़ने|खबर ).{0,30}(?:सब्सक्राइब|सदस्यता|लॉग|साइन)|पहले से (?:सदस्य|सब्सक्राइबर)",
    re.IGNORECASE,
)
"""The reader is asked to subscribe, register or log in so as to read on."""

_OFFER = re.compile(
    r"subscri|\bplans?\b|premium|unlimited|\baccess|e-?paper|\bad-free|no ad(?:vertisement)?s|"
    r"newsletters?|free trial|\bbilled|\brenew|cancel|digital (?:edition|replica)|devices|archives?\b|"
    r"exclusive|inbox|benefits?|save \d|% off|\bgift|complimentary|\bpay(?:ment)?\b|checkout|"
    r"credit card|\bmember|log ?in|sign (?:in|up)|\bper (?:month|week|year)|\bunlock|included|"
    r"your account|password|"
    r"\babo\b|abonn|monat|kündbar|testen|zugang|werbefrei|"
    r"mois|illimité|engagement|essai|sans publicité|"
    r"suscri|al mes|acceso|ilimitad|gratis|abbona|al mese|accesso|illimitat|prova|"
    r"assin|por mês|acesso|ilimitado|maand|onbeperkt|toegang|"
    r"会員|購読|有料|月額|無料|登録|ログイン|订阅|會員|会员|付费|訂閱|每月|登录|"
    r"подпис|месяц|доступ|бесплатн|اشتراك|مشترك|شهر|सदस्यता|सब्सक्रिप|प्रति माह|मासिक",
    re.IGNORECASE,
)
_CURRENCY = r"(?:[$€£¥₹₽₩₺]|US\$|A\$|R\$|Rs\.?|USD|EUR|GBP|CHF|kr\.?|zł|руб\.?|元|円)"
_AMOUNT = r"\d[\d.,' ]*\d|\d"
_PERIOD = (
    r"(?:mo(?:nth)?s?|weeks?|wk|y(?:ea)?rs?|days?|quarters?|monat(?:e|lich)?|jahre?|wochen?|mois|ans?|"
    r"semaines?|mes(?:es)?|años?|semanas?|mese|mesi|anno|anni|mês|anos?|maand(?:en)?|jaar|weken|"
    r"か月|ヶ月|年|月|个月|個月|мес(?:яц\w*)?|год\w*|недел\w*|شهر|سنة|महीने|माह|वर्ष|साल)"
)
_PRICE_LINE = re.compile(
    rf"\W*(?:(?:from|only|just|ab|nur|dès|desde|solo|a partir de)\s+)?"
    rf"(?:{_CURRENCY}\s?(?:{_AMOUNT})|(?:{_AMOUNT})\s?{_CURRENCY}|(?:{_AMOUNT}|one|two|three|six|twelve)\s"
    rf"?{_PERIOD}(?!\w))\s*(?:[/.]\s?|per\s|a\s|pro\s|par\s|al\s|por\s|\s)*(?:{_PERIOD})?\W*",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“”«»„]")
_SPOKEN = re.compile(
    r"\b(?:said|says|told|according to|announced|reported|asked|argues?|warned|explained|sagte|"
    r"erklärte|laut|teilte|a déclaré|selon|dijo|según|ha detto|secondo|disse|segundo|zei|volgens|"
    r"сообщил\w*|заявил\w*|сказал\w*)\b|と述べた|と語った|によると|表示|据|قال|أعلن|कहा",
    re.IGNORECASE,
)
_STEMS = tuple(
    stem.replace("_", " ")
    for stem in """subscri limit free sign log regist member unlock cancel renew trial account
    continu keep_ remaining plan read_the read_this read_full included upgrade only_for exclusiv
    weiterlesen weiterzulesen jetzt_ hier_ abonn abo_ sie_haben kündbar zugang kostenlos
    pour_ engagement résiliable lire_ vous_avez para_ ¿ya suscri cuando_quieras já_ quiser assin
    você_ per_ abbonat disdici hai_ lezen opzegbaar je_hebt llegado alcanzado leído agotado
    無料 残り 会員 有料 続き ログイン 全文 免费 订阅 登录 注册 会员 訂閱 登入 註冊 阅读
    подпис чита чтение уже_ вы_ доступ اشترك سجل سجّل قراءة لقد مشترك لديك लेख पढ़ सदस्य सब्सक्र
    सीमा आपने""".split()
)
"""One of these stands in every wall and meter: a cheap look before the long patterns."""
_REACH = 3
"""Short lines without offer words that a region steps over inside the story."""
_OTHER = frozenset({Label.RELATED, Label.SHARE, Label.COMMENTS, Label.ADVERT})


def offer(page: Page) -> Iterator[Verdict]:
    """Cut walls, meters and the plan, price and feature lines that go with them."""
    lines = outline(page)
    for i in sorted(_region(lines)):
        yield Verdict(i, Ruling.CUT, Label.PAYWALL, "offer", 0.03)


def is_wall(line: str, *, size: int, terminal: bool) -> bool:
    """Tell whether the line speaks to the reader as a wall or a meter does.

    ``size`` is in words. A longer sentence must be made of it for a good part, with nobody quoted.
    """
    if size > 60:
        return False
    folded = line.casefold()
    if not any(stem in folded for stem in _STEMS):
        return False
    cues = [m for pattern in (METER, WALL) for m in pattern.finditer(line)]
    if not cues or _QUOTED.search(line) or _SPOKEN.search(line):
        return False
    covered = sum(len(m.group()) for m in cues) / len(line)
    if size < 12 or not terminal:
        return covered >= 0.25 or len(cues) > 1
    return covered >= 0.4 or len(cues) > 1 or (size <= 30 and cues[0].start() == 0)


def _region(lines: Outline) -> set[int]:
    walls = [
        i
        for i, line in enumerate(lines.bare)
        if is_wall(line, size=lines.sizes[i], terminal=lines.terminal[i])
    ]
    found = set(walls)
    for i in walls:
        if i + 1 not in found:
            found.update(_follow(lines, i))
        found.update(_lead(lines, i))
    return found


def _follow(lines: Outline, wall: int) -> Iterator[int]:
    """Yield the lines after a wall that belong to its offer, until the story goes on.

    Where no story follows, the offer's last lines need no offer word.
    """
    stop = next(
        (i for i in range(wall + 1, len(lines.bare)) if _is_story(lines, i)), len(lines.bare)
    )
    reach = _REACH if stop < len(lines.bare) else 3 * _REACH
    last, offers = wall, 0
    for i in range(wall + 1, stop):
        if _is_other(lines.bare[i]) or i - last > reach:
            break
        if _is_offer_line(lines.bare[i]):
            last, offers = i, offers + 1
    end = last + 1
    if stop == len(lines.bare) and offers >= 3:
        while end < min(stop, last + 1 + _REACH) and not _is_other(lines.bare[end]):
            end += 1
    yield from range(wall + 1, end)


def _lead(lines: Outline, wall: int) -> Iterator[int]:
    """Yield the short offer lines just before a wall, such as its heading or its prices."""
    for i in range(wall - 1, -1, -1):
        short = lines.sizes[i] <= 12 and not lines.terminal[i]
        if not (short and _PRICE_LINE.fullmatch(lines.bare[i])):
            return
        yield i


def _is_story(lines: Outline, i: int) -> bool:
    """Tell whether the line is prose that offers nothing to the reader."""
    if not lines.prose[i]:
        return False
    line = lines.bare[i]
    if _SPOKEN.search(line) or _QUOTED.search(line):
        return True
    return len(_OFFER.findall(line)) < 2 and not METER.search(line) and not WALL.search(line)


def _is_offer_line(line: str) -> bool:
    return bool(_OFFER.search(line) or _PRICE_LINE.fullmatch(line))


def _is_other(line: str) -> bool:
    """Tell whether the line opens furniture of another kind, which ends the offer."""
    folded = fold(line)
    return any(folded in WHOLE_LINES[label] for label in _OTHER) or bool(
        BEGINNINGS[Label.RELATED].match(line)
    )
