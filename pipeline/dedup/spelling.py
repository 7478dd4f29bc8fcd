"""One spelling for a word that news desks spell in several ways.

What comes out need not be a word ("contour" becomes "contor"): it only has to be the same for the
variants of one word and different for different words. So the suffix rules carry no lists of
exceptions; a rule is only as narrow as it must be to keep words apart that news tell apart ("filed"
and "filled").
"""

import re

_GROUPS = """
    million m mn mln mio
    billion bn bln
    trillion tn trn trln
    cent cents cts
    january jan
    february feb
    april apr
    august aug
    september sep sept
    october oct
    november nov
    december dec
    2 two ii
    3 three iii
    4 four iv
    5 five
    6 six
    7 seven vii
    8 eight viii
    9 nine ix
    10 ten
    11 eleven
    12 twelve
    1st first
    2nd second
    3rd third
    4th fourth
    5th fifth
    6th sixth
    7th seventh
    8th eighth
    9th ninth
    10th tenth
    adviser advisor
    advisers advisors
    aging ageing
    airplane aeroplane
    aluminum aluminium
    among amongst
    check cheque
    checks cheques
    cozy cosy
    curb kerb
    draft draught
    enroll enrol
    fulfill fulfil
    gray grey
    jail gaol
    jewelry jewellery
    judgment judgement
    learned learnt
    maneuver manoeuvre
    math maths
    mold mould
    mustache moustache
    odor odour
    pajamas pyjamas
    plow plough
    practice practise
    skeptic sceptic
    skeptical sceptical
    specialty speciality
    story storey
    tire tyre
    tires tyres
    while whilst
"""

_VARIANTS = {
    variant: spelled
    for spelled, *variants in (line.split() for line in _GROUPS.strip().splitlines())
    for variant in variants
}

_VARIANTS |= dict.fromkeys(("percent", "pct"), "per cent")
_CURRENCIES = "dollar dollars dlr dlrs euro euros eur pound pounds rupee rupees yen"
_VARIANTS |= dict.fromkeys(_CURRENCIES.split(), "")
"""Several tokens, or none: a currency is set before its figure or behind it."""

_RULES = tuple(
    (needle, re.compile(pattern), replacement)
    for needle, pattern, replacement in (
        ("is", r"(?<=..)is(e[drs]?|ers|ing|ations?|ational)$", r"iz\1"),  # organise
        ("ys", r"(?<=..)ys(e[drs]?|ers|ing)$", r"yz\1"),  # analyse
        (
            "our",
            r"(?<=...)our(?=(s|ed|ing|abl[ey]|ful|fully|hoods?|ites?|less|ly|al|ers?|ists?|y)?$)",
            "or",
        ),
        ("re", r"([btv])re(s?)$", r"\1er\2"),  # centre
        ("red", r"([btv])red$", r"\1ered"),  # centred
        ("ll", r"([aeiou][^aeiou]+[aeiou])ll(?=(ed|ers?|ings?|ists?)$)", r"\1l"),  # travelled
        ("ll", r"(?<=..)ll(?=(ments?|ful|fully)$)", "l"),  # enrollment, skillful
        ("ence", r"(?<=.)ence(?=(s|less)?$)", "ense"),  # defence
        ("gramme", r"gramme(?=[ds]?$)", "gram"),  # programme
        ("logue", r"(?<=.)logue(?=s?$)", "log"),  # dialogue
        ("wards", r"^(to|after|back|down|for|in|on|out|up)wards$", r"\1ward"),
        ("enquir", r"^enquir", "inquir"),
        ("uss", r"(?<=[cs])uss(?=(ed|ing|es)$)", "us"),  # focussed
        ("ae", r"(h|an|leuk|p|arch|gyn)ae(?=[cdmo])", r"\1e"),  # anaemia, paediatric
        ("aesth", r"aesth", "esth"),
        ("foet", r"^foet", "fet"),
    )
)
"""A word is asked for the letters of a rule first: that is far cheaper than the rule."""


def spelled(word: str) -> str:
    """Return the one spelling of a case-folded word; blanks in it part tokens."""
    if word in _VARIANTS:
        return _VARIANTS[word]
    for needle, pattern, replacement in _RULES:
        if needle in word:
            word = pattern.sub(replacement, word)
    return word
