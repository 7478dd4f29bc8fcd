"""Matplotlib figures as SVG that a page may hold: colours are classes, nothing is styled inline.

So one picture serves light and dark pages, and a Content-Security-Policy without inline styles.
"""

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.figure import Figure

from pipeline.report.labels import LABELS

_NAMES = (
    *("ink", "faint", "edge", "kept", "agency", "unmarked", "own"),
    *(f"step-{n}" for n in range(7)),
    *("canonical", "exact", "near", "contained", "update"),
    *(f"label-{label}" for label in (*LABELS, "other")),
)
COLOUR = {name: f"#0000{number:02x}" for number, name in enumerate(_NAMES, 1)}
"""By name: the colour to draw with. The page's style gives ``.fill-NAME`` and ``.stroke-NAME``."""
_NAME = {colour: name for name, colour in COLOUR.items()}
_KEPT = frozenset(
    {"stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "text-anchor"}
    | {"font-size", "font-weight", "opacity", "fill-opacity", "stroke-opacity"}
)
_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r"#([\w-]+)")
_STYLE: dict[Any, Any] = {
    "font.size": 11,
    "svg.fonttype": "none",
    "svg.hashsalt": "copydesk",
    "text.parse_math": False,
    "text.color": COLOUR["ink"],
    "axes.edgecolor": COLOUR["faint"],
    "axes.labelcolor": COLOUR["ink"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": COLOUR["ink"],
    "ytick.color": COLOUR["ink"],
    "grid.color": COLOUR["faint"],
    "legend.frameon": False,
}


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the style of the report; characters that the measuring font lacks are no matter."""
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        yield


def inline(figure: Figure, name: str, title: str, links: Mapping[str, str] | None = None) -> str:
    """Return a figure as SVG for the inside of a page; ``name`` keeps ids apart on it.

    ``links`` names each address that parts of it lead to, once for whoever goes by keyboard or ear.
    """
    with io.StringIO() as out:
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(out, format="svg", transparent=True, metadata=nothing)
        root = ET.fromstring(out.getvalue())  # noqa: S314 - it is our own
    _prune(root)
    used = {
        found for e in root.iter() for v in e.attrib.values() for found in _REFERENCE.findall(v)
    }
    for element in root.iter():
        if element.tag == f"{{{_SVG}}}a":
            _name_link(element, links or {})
        _restyle(element)
        _rename(element, name, used)
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    root.set("class", "plot")
    root.set("role", "group" if links else "img")
    root.set("aria-label", title)
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _LINK)
    return ET.tostring(root, encoding="unicode")


def _name_link(link: ET.Element, names: Mapping[str, str]) -> None:
    """Name the link that is a text; one that is a mark leads to the same page, for the mouse."""
    if link.find(f".//{{{_SVG}}}text") is None:
        link.set("aria-hidden", "true")
        link.set("tabindex", "-1")
    else:
        link.set("aria-label", names[link.get(f"{{{_LINK}}}href", "")])


def _prune(root: ET.Element) -> None:
    """Take out what only tools read, and the sheet that styles every line of the page."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{{{_SVG}}}metadata", f"{{{_SVG}}}style"}:
                parent.remove(child)


def _restyle(element: ET.Element) -> None:
    """Turn the style of an element into classes and attributes."""
    classes = []
    for part in element.attrib.pop("style", "").split(";"):
        key, _, value = (piece.strip() for piece in part.partition(":"))
        if key in {"fill", "stroke"} and value in _NAME:
            classes.append(f"{key}-{_NAME[value]}")
        elif key in {"fill", "stroke"} or key in _KEPT:
            element.set(key, value)
    if element.tag == f"{{{_SVG}}}text" and not any(c.startswith("fill-") for c in classes):
        classes.append("fill-ink")
    if classes:
        element.set("class", " ".join(classes))


def _rename(element: ET.Element, name: str, used: set[str]) -> None:
    """Keep the ids that are referred to, with the name of the picture before them."""
    own = element.attrib.pop("id", None)
    if own in used:
        element.set("id", f"{name}-{own}")
    element.attrib.pop("target", None)
    for key in ("clip-path", f"{{{_LINK}}}href"):
        value = element.get(key, "")
        if value.startswith(("#", "url(#")):
            element.set(key, value.replace("#", f"#{name}-"))
