"""The labels of removed blocks: their order, their family, and what each means."""

LABELS = {
    "title": ("fact", "a headline: it stands in the column title"),
    "byline": ("fact", "who wrote it: it fills the column authors"),
    "date": ("fact", "a date line: it fills published_at"),
    "caption": ("fact", "a picture's caption: it stands in captions"),
    "credit": ("fact", "who reported or edited: it stands in credits"),
    "paywall": ("offer", "plans, meters and walls"),
    "newsletter": ("offer", "a letter to sign up for"),
    "advert": ("offer", "advertising"),
    "related": ("link", "other stories"),
    "menu": ("link", "navigation"),
    "share": ("link", "buttons to share or print"),
    "legal": ("house", "rights, terms, notes of the house"),
    "bio": ("house", "who the author is"),
    "comments": ("house", "what readers wrote"),
    "repeat": ("pattern", "said before in the same page"),
    "furniture": ("pattern", "a line of the site that stands in different stories"),
    "noise": ("pattern", "what the score takes for no story"),
}
"""By label: its family, which gives the colour, and its meaning."""


def family(label: str) -> str:
    """Return the family of a label; an unknown one is a pattern."""
    return LABELS.get(label, ("pattern", ""))[0]


def rank(label: str) -> int:
    """Return the place of a label among all; unknown ones stand last."""
    return list(LABELS).index(label) if label in LABELS else len(LABELS)
