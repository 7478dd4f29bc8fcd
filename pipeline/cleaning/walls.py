"""What a paywall says to the reader, and by which words it speaks to one, by language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.cleaning.offer_words import WORDS, Words

_METERS: Mapping[str, str] = {
    "en": r"(?:you(?:['’]ve| have)|you are (?:at|over)|you['’]re (?:at|over|out)).{0,30}"
    r"(?:limit|free (?:articles?|stor(?:y|ies)|views?)|(?:monthly|weekly) articles?)"
    r"|\b(?:\d+|one|two|three|your last|\{\{?\w+\}?\}) (?:more )?free (?:articles?|stor(?:y|ies)|"
    r"reads?)\b.{0,20}(?:left|remaining|this month|per month)"
    r"|this is your \w+ free (?:article|story)|\b\d+ ?(?:of|/) ?\d+ free (?:articles?|stor)",
    "de": r"sie haben .{0,40}(?:limit|kostenlose[nr]? artikel|gratis-?artikel)",
    "fr": r"vous avez (?:atteint|lu|épuisé|consulté) .{0,40}(?:limite|articles? gratuits?|quota)",
    "es": r"\bha[ns]? (?:alcanzado|llegado|leído|agotado) .{0,40}"
    r"(?:límite|artículos? (?:gratis|gratuitos?))",
    "it": r"hai (?:raggiunto|letto|esaurito) .{0,40}(?:limite|articoli gratuiti)",
    "pt": r"você (?:atingiu|chegou|leu|esgotou) .{0,40}"
    r"(?:limite|(?:matéria|artigo|texto)s? gratuit[oa]s?)",
    "nl": r"je hebt .{0,40}(?:limiet|gratis artikel)",
    "ja": r"無料(?:記事|閲覧).{0,12}(?:上限|残り)|残り\d+本",
    "zh": r"免费(?:文章|阅读).{0,12}(?:上限|已用完|次数)|免費(?:文章|閱讀).{0,12}(?:上限|已用完)",
    "ru": r"вы (?:прочитали|исчерпали|достигли) .{0,40}(?:лимит|бесплатн)",
    "ar": r"لقد (?:وصلت|بلغت|استنفدت).{0,40}(?:الحد|المجانية)",
    "hi": r"आपने .{0,40}(?:सीमा|मुफ्त लेख|फ्री आर्टिकल)",
}
_WALLS: Mapping[str, str] = {
    "en": r"you(?:['’]re| are) using an?.{0,16}ad.?block\w*"
    r"|(?:please )?(?:turn(?:ing)? off|disabl\w+|paus\w+|whitelist).{0,24}ad.?block\w*(?: (?:or|"
    r"and) subscribe"
    r"(?: to continue)?)?"
    r"|\b(?:subscribe|sign ?up|register|log ?in|sign in|join|upgrade|pay|become an? \w+|"
    r"create an? (?:free )?account)\b(?: now| today| here| or \w+(?: \w+)?)? (?:to|and) "
    r"(?:(?:continue|keep) (?:reading|watching)|read|unlock|access|view|see|finish|"
    r"get (?:full|unlimited|access))\b"
    r"|\b(?:to|please) (?:continue|keep) reading\b"
    r"|\bto (?:read|see|view|unlock) (?:the (?:full|rest|entire)|this (?:article|story|content))"
    r"|read the (?:full|rest of the) (?:story|article) (?:with|by|for)"
    r"|\balready (?:a |an )?(?:\w+ )?(?:subscribe[rd]|member|registered)\b ?\?"
    r"|already have an? (?:account|subscription) ?\?"
    r"|(?:not|don['’]t have) .{0,16}(?:subscription|account) ?\?"
    r"|(?:this|the full) (?:article|story|content|page) is (?:only |exclusively |exclusive |"
    r"reserved )?(?:available |reserved )?(?:to|for) (?:our )?(?:paid |paying |premium |"
    r"registered )?(?:subscribers|members)"
    r"|(?:exclusive|only) (?:content )?for (?:our )?(?:subscribers|members)"
    r"|remaining (?:content|part of this \w+) is"
    r"|unlock (?:this|unlimited|full|the rest|all|premium)"
    r"|^(?:please )?subscribe (?:now|today|for|from)\b"
    r"|(?:get|enjoy|with) unlimited (?:digital )?access"
    r"|start your (?:\w+[ -]){0,3}(?:trial|subscription)|(?:cancel|unsubscribe) any ?time"
    r"|(?:auto-?)?renews? automatically|choose (?:a|your) (?:plan|subscription)"
    r"|what['’]s included in (?:our|your)",
    "de": r"(?:weiterlesen|jetzt lesen|zugang) (?:mit|mit dem) (?:\S*abo|(?:\S+ ){0,3}"
    r"(?:plus|premium|digital)\b)"
    r"|(?:jetzt|hier) (?:abonnieren|registrieren|kostenlos testen)"
    r"|um (?:weiterzulesen|diesen artikel)|(?:sie sind|bereits) (?:bereits |schon )?\S*abonnent"
    r"|sie haben (?:bereits|schon) ein \S*abo"
    r"|(?:dieser|der) (?:artikel|inhalt|beitrag) ist .{0,20}abonnent"
    r"|als abonnent(?:in)? (?:weiter)?lesen|(?:jederzeit|monatlich) kündbar",
    "fr": r"(?:abonnez-vous|connectez-vous|identifiez-vous|inscrivez-vous) .{0,20}(?:pour|et)\b"
    r"|pour (?:lire la suite|continuer (?:la|votre|à) lecture|accéder à|continuer à lire)"
    r"|(?:déjà|vous êtes) (?:déjà )?abonnée?|(?:cet )?article (?:est )?réservé aux abonnés"
    r"|(?:il vous reste|la suite de cet article).{0,60}(?:lire|abonné|découvrir)"
    r"|sans engagement|résiliable à tout moment",
    "es": r"(?:suscríb(?:ete|ase)|regístr(?:ate|ese)|inici[ae] sesión|"
    r"hazte (?:socio|suscriptor)) .{0,20}para"
    r"|para (?:seguir leyendo|continuar leyendo|leer (?:el|este) artículo)"
    r"|¿ya (?:eres|es|estás|tienes) .{0,16}(?:suscri|cuenta|socio|registrad)"
    r"|(?:contenido|artículo) (?:exclusivo|sólo|solo) para (?:suscriptores|socios)"
    r"|cancela cuando quieras",
    "it": r"(?:abbonati|registrati|accedi) .{0,20}per "
    r"|per (?:continuare a leggere|leggere (?:l['’]articolo|tutto))"
    r"|(?:sei|hai) già (?:un )?abbonat|disdici quando vuoi"
    r"|(?:articolo|contenuto) (?:riservato|esclusivo|per) (?:agli |per gli )?abbonati",
    "pt": r"(?:assine|cadastre-se|faça (?:seu )?login|entre) .{0,20}(?:para|e tenha|e continue)"
    r"|para continuar (?:lendo|a ler|a leitura)|já é assinante"
    r"|(?:conteúdo|matéria) exclusiv[oa] para assinantes|cancele quando quiser",
    "nl": r"(?:word|neem|log in|registreer|maak) .{0,30}(?:om (?:verder|door) te lezen|abonnee en)"
    r"|om (?:verder|door) te lezen|(?:bent|ben) (?:u|je) al (?:een )?abonnee|al abonnee ?\?"
    r"|(?:alleen|exclusief) voor abonnees|maandelijks opzegbaar",
    "ja": r"この記事は(?:有料|会員)|(?:会員|有料)(?:登録|会員)(?:すると|して|になると|の方)"
    r"|残り\d+文字"
    r"|続きを(?:読む|お読み)(?:には|になるには|いただくには)|ログインして続き|全文を読むには",
    "zh": r"(?:订阅|登录|注册|开通会员)(?:后|以|即可)(?:继续)?(?:阅读|查看)|(?:阅读|查看)全文请"
    r"|(?:訂閱|登入|註冊)(?:後|以|即可)(?:繼續)?(?:閱讀|查看)|本文(?:仅限|为)(?:付费|会员)"
    r"|已(?:经)?是(?:订阅|会员)",
    "ru": r"(?:оформите|купите) подписку|уже (?:есть подписка|подписаны|зарегистрированы)"
    r"|(?:чтобы|для того чтобы) (?:дочитать|читать дальше|продолжить чтение)"
    r"|(?:материал|статья) доступ\w+ (?:только )?(?:по подписке|подписчикам)",
    "ar": r"(?:اشترك|سجل|سجّل)\w* .{0,20}(?:لمتابعة|لقراءة|للوصول|لمواصلة)|لمتابعة القراءة"
    r"|لقراءة المقال كامل|(?:هل أنت|لديك) .{0,12}(?:مشترك|حساب|اشتراك)",
    "hi": r"(?:पूरा|आगे) (?:लेख |पढ़ने|खबर ).{0,30}(?:सब्सक्राइब|सदस्यता|लॉग|साइन)"
    r"|पहले से (?:सदस्य|सब्सक्राइबर)",
}
_RESERVED: Mapping[str, str] = {
    "en": r"\d ?% (?:of (?:this|the) (?:article|story|text|piece) )?(?:is |are )?(?:left|"
    r"remaining|"
    r"still) ?(?:to (?:be )?read|unread)?|(?:this (?:article|story|content|text)|the (?:rest|full "
    r"(?:article|story|text))) (?:\w+ ){0,5}?(?:is|are) (?:\w+ ){0,3}?(?:to|for) (?:\w+ ){0,2}"
    r"(?:subscribers|members)",
    "de": r"noch \d+ ?% (?:dieses|des) (?:artikels|textes|beitrags)|(?:dieser (?:artikel|text|"
    r"beitrag|inhalt)|der (?:rest|ganze artikel|vollständige artikel)) .{0,30}(?:nur|exklusiv|"
    r"ausschließlich|abonnent\w* vorbehalten).{0,20}(?:abonnent|abo\b|vorbehalten)",
    "fr": r"il vous reste .{0,30}(?:à (?:lire|découvrir)|article|texte)"
    r"|(?:cet article|ce contenu|la suite|le reste|l['’]intégralité) .{0,30}?(?:est |sont )?"
    r"(?:réservée?s?|accessibles?) (?:uniquement |exclusivement )?(?:aux|à nos) abonné",
    "es": r"(?:te|le) queda .{0,24}(?:por leer|artículo)|(?:este (?:artículo|contenido|texto)|"
    r"el resto(?: del artículo)?) .{0,20}(?:exclusivo|reservado|sólo|solo|disponible)"
    r".{0,16}(?:suscriptores|socios)",
    "it": r"(?:questo (?:articolo|contenuto)|il resto(?: dell['’]articolo)?) è (?:\w+ ){0,2}?"
    r"(?:agli|per(?: gli| i nostri)?|ai nostri) abbonati",
    "pt": r"(?:est[ea] (?:artigo|matéria|conteúdo|texto)|o resto(?: do artigo)?) é (?:\w+ ){0,2}?"
    r"(?:para|a|aos)(?: os| nossos)? assinantes",
    "nl": r"(?:dit artikel|dit verhaal|de rest(?: van dit artikel)?) is (?:\w+ ){0,2}?"
    r"(?:voor|aan) (?:onze )?abonnees",
    "ja": r"残り\s?\d+\s?[%％]"
    r"|(?:この記事|この続き|続き|残り)は.{0,6}(?:会員|購読者)(?:限定|のみ|向け)",
    "zh": r"(?:本文|余下内容|剩余内容|餘下內容)"
    r"(?:仅限|僅限|只限|仅供|僅供|为|為).{0,4}(?:会员|會員|订阅|訂閱)",
    "ru": r"(?:эта статья|этот материал|этот текст|продолжение|полный текст) (?:\w+ )?"
    r"(?:доступ\w+ )?(?:только )?(?:для |по )?подпис",
    "ar": r"(?:هذا المقال|بقية المقال|باقي المقال) .{0,16}للمشتركين",
    "hi": r"(?:यह लेख|बाकी लेख|शेष लेख) .{0,12}(?:सदस्यों|सब्सक्राइबर)",
}


_GAP = "[^.!?。！？।]{0,50}?"
"""What may stand between two parts of a wall: the rest of one sentence."""
_SO_AS = r"(?:(?:please|to|um|pour|para|per|om|för att|aby|untuk|чтобы) )?"
"""How an aim begins that stands before its act."""


def _walls(words: Words) -> str:
    """Return the pattern of what a wall says in one language."""
    asked = (
        f"(?:{words.act}){_GAP}(?:{words.aim})",
        f"{_SO_AS}(?:{words.aim}){_GAP}(?:{words.act})",
        words.known,
    )
    return f"{_reserved(words)}|{words.edge}(?:{'|'.join(asked)})"


def _calls(words: Words) -> str:
    """Return the pattern of a part of a wall, for lines that stand among prices."""
    return f"{words.edge}(?:(?:{words.door}){words.end}|{words.aim}|{words.kept}|{words.known})"


def _reserved(words: Words) -> str:
    """Return the pattern by which a wall keeps this text for those who pay."""
    return f"{words.edge}(?:{words.this}){_GAP}(?:{words.kept})"


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


METER = _any(_METERS.values())
"""The reader has used up free articles."""


def _said(language: str, words: Words) -> tuple[str | None, ...]:
    tables = (_METERS, _WALLS, _RESERVED)
    return _walls(words), *(table.get(language) for table in tables)


@dataclass(frozen=True, slots=True)
class Language:
    """What walls and meters say in one language, and a cheap look before the long pattern.

    The patterns are for lower-case lines: without case they would take twice the time.
    """

    name: str
    stems: tuple[str, ...]
    beside: tuple[str, ...]
    cue: re.Pattern[str]
    call: re.Pattern[str]
    """A part of a wall: too little by itself."""

    def may_wall(self, lower: str) -> bool:
        """Tell whether a lower-case line that has a stem has what stands beside it in a wall."""
        return not self.beside or any(piece in lower for piece in self.beside)


def _pieces(text: str) -> tuple[str, ...]:
    return tuple(piece.replace("_", " ") for piece in text.split())


LANGUAGES = tuple(
    Language(
        k,
        _pieces(words.stems),
        _pieces(words.beside),
        re.compile("|".join(p for p in _said(k, words) if p)),
        re.compile(_calls(words)),
    )
    for k, words in WORDS.items()
)
"""One entry a language."""

READER = re.compile(
    r"\b(?i:you|yours?|we|our|du|dein\w*|dich|dir|unser\w*|wir|vous|votre|vos|notre|nous|usted|"
    r"tus?|ti|estás|eres|"
    r"tienes|nuestr[oa]s?|tuo|tua|tuoi|nostr[oaie]|você|nosso|nossa|je|jij|jouw|uw|ons|onze|вы|"
    r"вас|"
    r"вам|ваш\w*|мы|наш\w*|dig|din|ditt|dina|vår\w*|twoj\w+|nasz\w*|anda|kami|sizin|bizim)\b"
    r"|\bus\b|(?<=\w )(?:Sie|Ihnen|Ihre?[mnrs]?)\b|^Sie (?:erhalten|bekommen|können|lesen)\b"
    r"|あなた|ください|您|你|请|請|我们|我們|आप|हमार|\bلك\b|لديك|يمكنك"
)
"""Words by which an outlet speaks to its reader, or of itself."""
IMPERATIVE = re.compile(
    r"\W*(?:please |to |already )?(?:subscribe|sign|log|register|join|get|enjoy|read|unlock|"
    r"access|"
    r"start|choose|try|save|pay|cancel|upgrade|become|create|continue|keep|stay|discover|explore|"
    r"give|gift|receive|support|see|view|click|download|follow|buy|renew|select)(?!\w)|"
    r"\W*(?:abonnieren|testen|lesen|registrieren|jetzt|weiterlesen|"
    r"abonnez|connectez|identifiez|inscrivez|profitez|accédez|lisez|découvrez|créez|choisissez|"
    r"suscríb|regístr|inici[ae]\b|hazte|disfruta|accede|lee\b|elige|"
    r"abbonati|registrati|accedi|leggi|scopri|scegli|"
    r"assine|cadastre|faça|entre\b|leia|aproveite|escolha|word\b|neem|log\b|registreer|maak|lees|"
    r"prenumerera|läs\b|köp\b|wykup|subskrybuj|czytaj|hemen|berlangganan|"
    r"оформите|купите|подпишитесь|читайте|войдите|اشترك|سجل|سجّل)",
    re.IGNORECASE,
)
"""The verbs by which an offer begins that asks the reader to do something."""

RESERVED = _any((*_RESERVED.values(), *(_reserved(words) for words in WORDS.values())))
"""This very text, or the rest of it, is kept for subscribers."""

_MORE = (
    r"(?:continue|keep) reading|(?:read|see|view|unlock|finish) (?:the (?:full|rest|entire|"
    r"whole)|"
    r"this (?:article|story))|rest of (?:the|this) (?:article|story)|remaining (?:content|"
    r"part)|"
    r"weiterlesen|weiterzulesen|ganzen artikel|lire la suite|continuer (?:la|votre|à) lecture|"
    r"la suite de cet article|continuer à lire|seguir leyendo|continuar leyendo|"
    r"leer (?:el|este) artículo|continuare a leggere|leggere (?:l['’]articolo|tutto)|"
    r"continuar (?:lendo|a ler|a leitura)|(?:verder|door) te lezen|続きを|全文を|残り\d+文字|"
    r"继续阅读|繼續閱讀|(?:阅读|查看)全文|дочитать|читать дальше|продолжить чтение|"
    r"لمتابعة القراءة|المقال كامل|पूरा (?:लेख|पढ़)|आगे पढ़ने"
)
READ_ON = _any(
    (
        _MORE,
        RESERVED.pattern,
        *(f"{words.edge}(?:{words.aim})" for words in WORDS.values()),
    )
)
"""There is more of the story than the reader gets: it names this text, or what is left of it."""
