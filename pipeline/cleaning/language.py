"""The language of a text: what the page declares, checked against the words."""

import re
from collections import Counter
from functools import cache
from typing import Any

from pipeline.cleaning.prose import word_count, words

_DECLARED = re.compile(r"([a-zA-Z]{2,3})(?:[-_][a-zA-Z0-9-]+)*")
_MIN_WORDS = 20
"""Words below which a guess is worth less than what the page declares, or nothing."""
_SAMPLE, _GLANCE = 4_000, 500
"""Characters that are read, and those of which most texts have words enough."""
_SURE = 0.9
_TOKENS = 200
"""Words among which the commonest ones of a language are counted."""
_LEAST = 0.12
_MORE = 1.6
"""Times by which the first language must lead the second for its words to be believed."""
_COMMON = {
    "en": "the of and to in is that for was with as his on be at by this had are from it have an",
    "de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als auch",
    "fr": "le la les des et en du une est dans que qui pour pas sur au avec il ce sont plus",
    "es": "el la los las del que y en una por con para se su como más pero sus ha es",
    "it": "il di che la è per della del una con non sono alla dei nel anche gli si le ha",
    "pt": "o que do da em um para uma os não com dos as no na ao pela mais foi é são",
    "nl": "de het een van en dat niet te zijn op voor met aan er ook maar door naar bij uit",
    "sv": "och att det som en på är av för med den till inte om ett han var jag från har",
    "da": "og af at er det en til på den der som ikke for med de et har var ved fra",
    "no": "og av at er det en til på den å som ikke for med de et har var ved fra",
    "af": "die van en in het is dat nie wat te vir op met om sy was hy nie aan ook",
    "ca": "de la que i el a en els les per amb una del és al no un ha com més",
    "gl": "o a de que e do da en os un unha para non por con as no na máis como",
    "sk": "a na sa je že v s z do pro by si ako ale podľa pri tiež sú ktorý bude už",
    "bg": "и на да за се от в с не че са по като е до това при ще или към",
    "sr": "и у је да на се за са од су који то не као али по што из бити би",
    "hr": "i u je da na se za s od su koji to ne kao ali po što iz biti bi",
    "ms": "yang dan di dengan untuk dari pada ini itu dalam tidak akan telah ke juga oleh",
    "pl": "w na z się nie że jest do to o jak po za od przez co dla ma są oraz",
    "cs": "na se je že v s z do pro by si jako ale podle při také jsou který bude už",
    "fi": "ja on ei että oli se hän mutta ovat joka kun myös mukaan sen tai jo olla niin",
    "tr": "ve bir bu da de için ile olarak daha çok olan gibi en sonra kadar ne ancak",
    "hu": "a az és hogy nem is egy meg volt csak ez el már de ki mint még ha vagy azt",
    "ro": "și în de la cu pe care nu din este sunt pentru mai că fi fost au prin ce după",
    "id": "yang dan di dengan untuk dari pada ini itu dalam tidak akan telah ke juga oleh",
    "vi": "và của là có trong cho với được các không một những người này đã khi để từ",
    "ru": "и в на не что с по как это он из за к от для до но его был так",
    "uk": "і в на не що з до у та це як за від його був для або але також про",
    "el": "και το να του της η ο με για που από την τον στο είναι στην δεν οι των",
}
"""The commonest words of a language; where two languages share theirs, a model tells them apart."""
_SPEAKERS: dict[str, tuple[str, ...]] = {
    word: tuple(code for code, listed in _COMMON.items() if word in listed.split())
    for word in sorted(frozenset(" ".join(_COMMON.values()).split()))
}
"""The languages of each of these words."""
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("he", re.compile("[\u0590-\u05ff]")),
)
"""Languages that one script gives away."""
_SCRIPTED = re.compile("[\u0590-\u05ff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]")
"""Any of those."""
_SHARE = 0.15


def language(text: str, declared: tuple[str, str] | None) -> tuple[str | None, str | None]:
    """Return the ISO 639 code of the text and where it was found.

    ``declared`` is value and source of the page's own declaration. It stands unless the words
    clearly speak another language. A short text without a declaration has none.
    """
    said = _base(declared[0]) if declared else None
    if declared and said is None:
        declared = None
    sample = text[:_SAMPLE]
    if word_count(sample[:_GLANCE]) < _MIN_WORDS and word_count(sample) < _MIN_WORDS:
        return (said, declared[1]) if said and declared else (None, None)
    plain = _plain(sample)
    guess, probability = (plain, 1.0) if plain else _guess(sample)
    if said and declared and (guess == said or probability < _SURE):
        return said, declared[1]
    return guess, "text"


def _plain(sample: str) -> str | None:
    """Return the language that script or commonest words leave no doubt of, or None."""
    if _SCRIPTED.search(sample):
        for code, script in _SCRIPTS:
            if len(script.findall(sample)) >= _SHARE * len(sample):
                return code
    tokens = words(sample)[:_TOKENS]
    said, counts = Counter(tokens), dict.fromkeys(_COMMON, 0)
    for word in said.keys() & _SPEAKERS.keys():
        for code in _SPEAKERS[word]:
            counts[code] += said[word]
    shares = sorted((count, code) for code, count in counts.items())
    (second, _), (first, code) = shares[-2:]
    is_plain = first >= _LEAST * len(tokens) and first >= _MORE * second
    return code if is_plain else None


def _base(value: str) -> str | None:
    found = _DECLARED.fullmatch(value.strip())
    code = found[1].lower() if found else None
    return None if code in {None, "und", "mul", "zxx"} else {"nb": "no", "nn": "no"}.get(code, code)


def _guess(text: str) -> tuple[str, float]:
    code, probability = _identifier().classify(text)
    return str(code), float(probability)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - loads a model

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
