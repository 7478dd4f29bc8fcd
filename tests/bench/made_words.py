"""What made stories are put together from: words, names, figures, phrases, outlets, offers.

All of it is the same for every seed, so that sets of several seeds speak one language.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ids = NDArray[np.int32]

WORDS, NAMES, FIGURES = 100_000, 20_000, 6_000
PLAIN, CAPITAL, STOP, COMMA, PARAGRAPH, MISREAD = range(6)
FORMS = 6
"""Each word has a string for each of these, with what follows it: "rain ", "Rain ", "rain. "."""

_FUNCTION = """the of to and a in that for on was with by said it as at from he is his be has
were an have not had but are which after would they who their will been its one more about two
when or there this than into other last could some first year over also out up no years if time
all new she we can before because most where what during under between against while may many
our those only government people should around being through still since any now did made such
both these even three another how then well way her him so them I my do does much same own must
us"""

SPELLINGS = """color colour|favor favour|labor labour|honor honour|neighbor neighbour|center centre
theater theatre|liter litre|fiber fibre|defense defence|offense offence|license licence
organize organise|organized organised|realize realise|recognized recognised|analyze analyse
traveled travelled|canceled cancelled|labeled labelled|modeling modelling|program programme
catalog catalogue|dialog dialogue|percent pct|million mln|billion bn|gray grey|tire tyre|plow plough
adviser advisor|aging ageing|aluminum aluminium|check cheque|jewelry jewellery|mold mould
toward towards|among amongst|while whilst|enrollment enrolment|fulfill fulfil|pediatric paediatric
anemia anaemia|encyclopedia encyclopaedia|maneuver manoeuvre|airplane aeroplane|skeptic sceptic"""

_HEADS = "b c d f g h j k l m n p r s t v w st tr pl"
_TAILS = "n r st nd s ed ing er tion ly al ment"

_BLURS = ("m rn", "rn m", "l 1", "e c", "a o", "0 O")

_WHO = "a spokesman for|a spokeswoman for|an official at|two people close to|the head of|sources in"
_WHOM = "the ministry|the company|the police|the central bank|the party|the union|the city council"
_SAID = "said on {}|told reporters on {}|said in a statement on {}|declined to comment on {}"
_DAYS = "Monday Tuesday Wednesday Thursday Friday"
_TURNS = """according to the latest figures from the statistics office
in an interview with the local radio station
who asked not to be named because the talks are private
the shares fell in early trading before they recovered
it was not immediately clear what had caused the accident
for the first time since the end of the war
the results were published in the journal this week
analysts polled by the agency had expected a smaller rise
the two sides are due to meet again next month
no one was injured and the road was reopened in the evening
the company did not immediately respond to a request for comment
he pleaded not guilty to all charges at a hearing
on condition of anonymity because they were not allowed to speak to the press
with additional reporting by our correspondents in the region"""

_CITIES = """LONDON PARIS BERLIN MADRID ROME VIENNA WARSAW ATHENS OSLO LISBON TOKYO SEOUL DELHI
MUMBAI JAKARTA MANILA SYDNEY NAIROBI CAIRO LAGOS ACCRA TUNIS ANKARA BAKU TBILISI LIMA BOGOTA
SANTIAGO QUITO MONTEVIDEO TORONTO CHICAGO BOSTON DENVER HOUSTON ATLANTA SEATTLE GENEVA"""
_AGENCIES = ("{} (Meridian) - ", "{}, (WNS) -- ", "{} – ", "(Meridian) {} — ")
_PLACES = "gazette herald tribune courier mirror observer journal standard argus echo"

_OFFERS = """To read the full story, subscribe to the {} today.
Subscribers get every page we print, on every device, for {} a month.
The first {} weeks cost nothing, and you can cancel whenever you wish.
Already a member? Sign in below to go on reading this article.
You have read {} of your free articles this month.
Our journalism is paid for by readers like you, so please think about helping us.
Give a gift subscription to a friend and save {} percent on your own renewal.
Sign up for the {} briefing, our free morning letter with the news that matters.
Choose the plan that suits you: print and digital, digital only, or weekends.
By going on you agree to our terms of use and to our privacy policy.
Members of the {} are invited to debates, tastings and visits to our newsroom.
Download the {} app for alerts, crosswords and the paper as it was printed.
This offer is open to new subscribers only and ends on the {} of the month.
Billed as {} a year; the price goes up when the introductory period is over.
Support local reporting that nobody else does, for less than a coffee a week."""


@dataclass(frozen=True)
class Lexicon:
    """Words by number; a block of numbers for each sort of word."""

    strings: pa.StringArray
    """(words * FORMS,) the string of each word in each form."""
    functions: Ids
    """Words between words, each as often as Zipf's law has it."""
    contents: Ids
    """The made words, the same way."""
    names: range
    figures: range
    respelled: Ids
    """(words,) the word in the style of the other house, mostly itself."""
    phrases: tuple[Ids, ...]
    """What every desk writes, the commonest first."""


@cache
def lexicon() -> Lexicon:
    """Return the language that all made stories are written in."""
    rng = np.random.default_rng(1)
    pairs = [pair.split() for pair in SPELLINGS.replace("\n", "|").split("|")]
    phrases = [phrase.split() for phrase in _phrases()]
    functions = _FUNCTION.split()
    spoken = dict.fromkeys([*functions, *(word for some in (*pairs, *phrases) for word in some)])
    made = _made(WORDS, rng)
    figures = _figures(rng)
    words = [*spoken, *made, *_names(made, rng), *figures[0], *figures[1]]
    number = {word: n for n, word in enumerate(spoken)}
    respelled = np.arange(len(words), dtype=np.int32)
    for one, other in pairs:
        respelled[number[one]] = number[other]
    first = len(spoken) + WORDS
    respelled[first + NAMES : first + NAMES + FIGURES] += FIGURES
    # Words with two spellings are neither the commonest nor rare.
    twofold = [number[one] for one, _ in pairs]
    contents = np.insert(np.arange(len(spoken), first), 30 + 40 * np.arange(len(twofold)), twofold)
    return Lexicon(
        strings=pa.array([form for word in words for form in _forms(word)]),
        functions=_by_zipf(np.arange(len(functions)), 1 << 14, 1),
        contents=_by_zipf(contents, 1 << 21, 20),
        names=range(first, first + NAMES),
        figures=range(first + NAMES, first + NAMES + FIGURES),
        respelled=respelled,
        phrases=tuple(np.array([number[w] for w in words], np.int32) for words in phrases),
    )


def _forms(word: str) -> tuple[str, ...]:
    capital = word[0].upper() + word[1:]
    return (
        f"{word} ",
        f"{capital} ",
        f"{word}. ",
        f"{word}, ",
        f"{word}.\n\n",
        f"{_misread(word)} ",
    )


def _misread(word: str) -> str:
    """Return a word as a scanner may read it."""
    for clear, blurred in (pair.split() for pair in _BLURS):
        if clear in word:
            return word.replace(clear, blurred, 1)
    return word[:-1] + "."


def _by_zipf(words: NDArray[np.int_], size: int, shift: int) -> Ids:
    """Return ``size`` words among which that of rank ``r`` has a share like ``1 / (r + shift)``."""
    shares = np.cumsum(1 / (shift + np.arange(len(words))))
    places = np.searchsorted(shares / shares[-1], (np.arange(size) + 0.5) / size)
    return words[places].astype(np.int32)


def _made(count: int, rng: np.random.Generator) -> list[str]:
    """Return made-up words, all different; the first and commonest are short."""
    heads = [*map("".join, product(_HEADS.split(), "aeiou"))]
    tails = _TAILS.split()
    picks = rng.integers(len(heads), size=(count * 2, 4))
    ends = rng.integers(len(tails), size=count * 2)
    words = {}
    for n, (pick, end) in enumerate(zip(picks.tolist(), ends.tolist(), strict=True)):
        length = 1 + (n > 300) + (n > 8_000) + (n % 7 == 0)
        words["".join(heads[p] for p in pick[:length]) + tails[end]] = None
    return [*words][:count]


def _names(words: list[str], rng: np.random.Generator) -> list[str]:
    """Return half the people by their family name, half with a first name before it."""
    families = [words[n].capitalize() for n in range(2_000, 2_000 + NAMES)]
    firsts = [words[n].capitalize() for n in rng.integers(300, 2_000, NAMES)]
    return [
        f"{a} {b}" if n % 2 else b for n, (a, b) in enumerate(zip(firsts, families, strict=True))
    ]


def _figures(rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Return figures in the style of one house, and the same in that of another."""
    one, other = [], []
    for n, value in enumerate(rng.integers(11, 9_999, FIGURES).tolist()):
        tenth = f"{value % 997 // 10}.{value % 10}"
        styles = (
            (f"{value:,}", f"{value}"),
            (f"{tenth} percent", f"{tenth}%"),
            (f"{value % 900} million", f"{value % 900}m"),
            (f"${tenth} billion", f"US${tenth}bn"),
            (f"{value % 90}", f"{value % 90}"),
            (f"{1950 + value % 80}", f"{1950 + value % 80}"),
        )
        one.append(styles[n % 6][0])
        other.append(styles[n % 6][1])
    return one, other


def _phrases() -> list[str]:
    said = [s.format(day) for s, day in product(_SAID.split("|"), _DAYS.split())]
    spoken = [" ".join(p) for p in product(_WHO.split("|"), _WHOM.split("|"), said)]
    # A stride that shares no factor with their number, so that neighbours differ in all parts.
    mixed = [spoken[n * 223 % len(spoken)] for n in range(300)]
    return [*_TURNS.split("\n"), *mixed]


@cache
def offers() -> tuple[str, ...]:
    """Return 50 offer blocks of 40 to 80 words."""
    rng = np.random.default_rng(2)
    found = []
    while len(found) < 50:
        house = outlets()[len(found)].split(".")
        name = f"{house[1]} {house[0]}".title()
        lines = rng.permutation(_OFFERS.split("\n"))[:5].tolist()
        fills = [name, f"${rng.integers(2, 30)}.99", str(rng.integers(3, 29))]
        block = " ".join(line.format(fills[n % 3]) for n, line in enumerate(lines))
        if 40 <= len(block.split()) <= 80:
            found.append(block)
    return tuple(found)


@cache
def outlets() -> tuple[str, ...]:
    """Return 300 outlets, the busiest first; the first 50 have an offer each."""
    pairs = product(_PLACES.split(), _CITIES.lower().split())
    return tuple(f"{place}.{city}.example" for place, city in pairs)[:300]


@cache
def datelines() -> tuple[str, ...]:
    """Return what a story may open with, agency and all."""
    return tuple(style.format(city) for city, style in product(_CITIES.split(), _AGENCIES))
