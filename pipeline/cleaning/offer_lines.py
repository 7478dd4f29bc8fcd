"""What the lines of a subscription offer look like: prices, plans, small print."""

import re

from pipeline.cleaning.prose import Outline
from pipeline.cleaning.stems import Look, holders
from pipeline.cleaning.walls import IMPERATIVE, READER

OFFER = re.compile(
    r"subscri|\bplans?\b|premium|unlimited|\baccess|e-?paper|\bad-free|no ad(?:vertisement)?s|"
    r"newsletters?|free trial|\bbilled|\brenew|cancel|digital (?:edition|replica)|devices|"
    r"archives?\b|"
    r"exclusive|inbox|benefits?|save \d|% off|\bgift|complimentary|\bpay(?:ment)?\b|checkout|"
    r"credit card|\bmember|log ?in|sign (?:in|up)|\bper (?:month|week|year)|\bunlock|included|"
    r"your account|password|"
    r"\babo\b|abonn|monat|kündbar|testen|zugang|werbefrei|"
    r"mois|illimité|engagement|essai|sans publicité|"
    r"suscri|al mes|acceso|ilimitad|gratis|abbona|al mese|accesso|illimitat|prova|"
    r"assin|por mês|acesso|ilimitado|maand|onbeperkt|toegang|"
    r"会員|購読|有料|月額|無料|登録|ログイン|订阅|會員|会员|付费|訂閱|每月|登录|"
    r"подпис|месяц|доступ|бесплатн|отмен|без рекламы|на всех устройствах|\bгод\b|войти|"
    r"اشتراك|مشترك|شهر|باقة|سنوي|مجان|غير محدود|حساب|إلغاء|"
    r"सदस्य|सब्सक्राइब|सब्सक्रिप|प्रति माह|मासिक|वार्षिक|योजना|रद्द|विज्ञापन|महीने|"
    r"¢|\bcents?\b|\bdigital\b|\bbasic\b|month|registr|anmeld|kostenlos|inscri|grátis|"
    r"zarejestruj|kaydol|daftar|"
    r"e-?mail|passwor|\bagree\b|\bapp\b|compte|connecter|formule|cuenta|permanencia|"
    r"artículos|contenidos|conta\b|login|dispositivos|disdi|riservat|sito e app|"
    r"prenumer|bindning|logga in|månad|subskry|miesi|rocznie|konto|zaloguj|dostęp|"
    r"abonelik|aylık|yıllık|iptal|giriş|langgan|paket|bulan|tahun|masuk|"
    r"구독|회원|무료|월 |연 |해지|로그인|解約|読み放題|プラン|月度|年度|月訂|年訂|取消|登入|會員|"
    r"^(?:continue|weiter|continuer|continuar|continua|verder|fortsätt|dalej|devam)$",
    re.IGNORECASE,
)
_CURRENCY = (
    r"(?:[$€£¥₹₽₩₺₫]|US\$|A\$|R\$|NT\$|Rs\.?|USD|EUR|GBP|CHF|kr\.?|zł|руб\w*\.?|元|円|원|TL|Rp|"
    r"ريال(?:ا)?|دولار(?:ات|ا)?|درهم(?:ا)?|euros?|dollars?)"
)
_SIGNS = (
    *("$", "€", "£", "¥", "₹", "₽", "₩", "₺", "¢", "usd", "euro", "chf", "zł", "rs.", "dollar"),
    *("руб", "元", "円", "원", "ريال", "دولار", "درهم"),
)
_LOCAL = {"id": ("rp",), "sv": ("kr",), "tr": (" tl",)}
"""Signs of money in lower case, and those that are common syllables in other languages."""
_AMOUNT = r"\d[\d.,' ]*\d|\d"
_PERIOD = (
    r"(?:mo(?:nth)?s?|weeks?|wk|y(?:ea)?rs?|days?|quarters?|monat(?:e|lich)?|jahre?|wochen?|"
    r"mois|ans?|"
    r"semaines?|mes(?:es)?|años?|semanas?|mese|mesi|anno|anni|mês|anos?|maand(?:en)?|jaar|weken|"
    r"månad|år|miesiąc|rok|ay|yıl|bulan|tahun|개월|년|월|か月|ヶ月|年|月|个月|個月|"
    r"мес(?:яц\w*)?|год\w*|недел\w*|شهر|سنة|महीने|माह|वर्ष|साल)"
)
_PRICE_LINE = re.compile(
    rf"\W*(?:(?:from|only|just|ab|nur|dès|desde|solo|a partir de|poi|puis|danach|daarna|depois|"
    rf"después|月額|月|월)\s+)?"
    rf"(?:{_CURRENCY}\s?(?:{_AMOUNT})|(?:{_AMOUNT})\s?{_CURRENCY}|(?:{_AMOUNT}|one|two|three|"
    rf"six|twelve)\s"
    rf"?{_PERIOD}(?!\w)|(?:{_AMOUNT})\s?/\s?(?:\d+\s)?{_PERIOD}(?!\w))\s*(?:[/.]\s?|per\s|a\s|pro\s|par\s|al\s|por\s|\s)*(?:{_PERIOD})?\W*",
    re.IGNORECASE,
)
_MONEY = re.compile(rf"{_CURRENCY}\s?\d|\d\s?{_CURRENCY}(?!\w)", re.IGNORECASE)
QUOTED = re.compile(r"[\"“”«»„「」]")
SPOKEN = re.compile(
    r"\b(?:said|says|told|according to|announced|reported|asked|argues?|warned|explained|sagte|"
    r"erklärte|laut|teilte|a déclaré|selon|dijo|según|ha detto|secondo|disse|segundo|zei|volgens|"
    r"сообщил\w*|заявил\w*|сказал\w*|sade|säger|enligt|poinformował\w*|kata|açıkladı|"
    r"söyledi|était|disai(?:t|ent)|clamait|decían?|rezaba|(?:era|fue) (?:el|la|un|una|su|lo|il|lo)|"
    r"war (?:das|der|die|ein|ihr|sein|es)|lautete|hieß|diceva|recitava|(?:era|foi) [oa]|dizia|"
    r"luidde|löd|głosił\w*|brzmiał\w*|гласил\w*|было|was the (?:motto|slogan|message|word))\b|"
    r"と述べた|と語った|によると|と話す|밝혔다|말했다|表示|据|(?<!\w)و?(?:قال|أعلن)|"
    r"कहा",
    re.IGNORECASE,
)
"""Somebody in the story says or said it: an offer speaks for itself, and in the present."""
SMALL_PRINT = re.compile(
    r"by (?:continuing|registering|subscribing|signing|clicking|creating)|(?:your )?subscriptions? "
    r"(?:will )?(?:auto|renew)|(?:auto-?)?renews|(?:offer|trial) (?:ends|valid|available|for new)|"
    r"terms (?:apply|and conditions)|billed|you (?:can|may) cancel|prices? (?:include|exclude|may)|"
    r"new (?:subscribers|customers) only|mit (?:der|ihrer) (?:registrierung|anmeldung|bestellung)|"
    r"(?:das abo|danach) (?:verlängert|läuft)|nur für neukunden|en (?:vous inscrivant|continuant|"
    r"poursuivant|créant)|offre (?:réservée|valable|sans)|al (?:registrarte|suscribirte|continuar|"
    r"registrarse)|oferta válida|(?:registrandoti|iscrivendoti|proseguendo)|offerta valida|"
    r"ao (?:continuar|assinar|se cadastrar|registar)|door (?:verder|je aan te)|"
    r"продолжая|нажимая|регистрируясь|登録すると|お申し込み|注册即|註冊即|点击|بالتسجيل|بمتابعتك",
    re.IGNORECASE,
)
"""How the terms below an offer begin."""
_STATED = 8
"""Words from which a full sentence in the third person is a statement, not a slogan."""
_MAX_PRICE = 60
"""Characters past which a line is no price."""
MAX_ITEM = 12
"""Words past which a line with an amount of money is no item of a plan."""


def priced(page: Look) -> list[int]:
    """Return the lines with a sign of money, in order."""
    local = (sign for language in page.languages for sign in _LOCAL.get(language, ()))
    return sorted(holders(page, (*_SIGNS, *local)))


def is_statement(lines: Outline, i: int) -> bool:
    """Tell whether the line is a full sentence in the third person, which asks nobody anything."""
    line = lines.bare[i]
    is_long = lines.terminal[i] and lines.sizes[i] >= _STATED
    return is_long and not (speaks(line) or SMALL_PRINT.match(line))


def speaks(line: str) -> bool:
    """Tell whether a line names the reader or the outlet, or begins by asking for something."""
    return READER.search(line) is not None or IMPERATIVE.match(line) is not None


def is_offer_line(lines: Outline, i: int) -> bool:
    """Tell whether a line amid an offer has a word, a price or small print of one."""
    line = lines.bare[i]
    return bool(OFFER.search(line) or SMALL_PRINT.match(line)) or is_item(lines, i)


def is_item(lines: Outline, i: int) -> bool:
    """Tell whether a line is a price, or a short one that names an amount of money."""
    line = lines.bare[i]
    is_item = lines.sizes[i] <= MAX_ITEM and not lines.terminal[i]
    return is_price(line) or (is_item and _MONEY.search(line) is not None)


def is_price(line: str) -> bool:
    """Tell whether the line is nothing but an amount of money or a span of time."""
    return len(line) <= _MAX_PRICE and _PRICE_LINE.fullmatch(line) is not None
