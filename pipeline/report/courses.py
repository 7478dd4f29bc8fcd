"""The drift lines of a source: each number of it day by day, one below the other.

They are drawn by hand: there may be hundreds, and Matplotlib takes a fifth of a second for one.
"""

from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree as ET

from pipeline.report import words
from pipeline.report.facts import Course, Figure, Watched

_WIDTH, _LEFT, _RIGHT, _ROW, _HIGH, _TOP, _FOOT = 692, 150, 566, 42, 30, 8, 26
"""Units of SVG: the picture, where lines begin and end, a row, the line in it, above, below."""
_TICKS = 6
_LEAST_TOP = {"documents": 4.0, "words": 100.0, "share": 1.0, "score": 1.0}


def drift_lines(watched: Watched, number: int) -> Figure:
    """Draw the numbers of a source; those that were nought all the time are left out.

    ``number`` keeps the names of pictures on one page apart.
    """
    drawn = [c for c in watched.courses if c.breaks or any(c.values)]
    name = words.visible(watched.source)
    height = _TOP + _ROW * len(drawn) + _FOOT
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {_WIDTH} {height}",
            "class": "plot",
            "role": "img",
            "aria-label": f"What came of {name}, day by day",
        },
    )
    place = _places(len(watched.days))
    for row, course in enumerate(drawn):
        _draw(svg, course, _TOP + _ROW * row + _HIGH, place)
    _draw_days(svg, watched, height, place)
    return Figure(
        f"drift-{number}",
        f"What came of {watched.source}",
        "Each line is a number of the source by day; below its name from where to where the line "
        "goes, on the right the newest. A line of red dashes is where an alarm says it broke.",
        ET.tostring(svg, encoding="unicode"),
        ("day", *(_head(course) for course in drawn)),
        tuple(
            (words.day(day), *(_cell(c, c.values[n]) for c in drawn))
            for n, day in enumerate(watched.days)
        ),
    )


def _places(size: int) -> list[float]:
    step = (_RIGHT - _LEFT) / max(size - 1, 1)
    return [round(_LEFT + step * n, 1) for n in range(size)]


def _draw(svg: ET.Element, course: Course, floor: float, place: Sequence[float]) -> None:
    top = max(_LEAST_TOP[course.unit], *(v for v in course.values if v is not None), 0.0)
    points = [
        None if v is None else (x, round(floor - _HIGH * 0.9 * v / top, 1))
        for x, v in zip(place, course.values, strict=True)
    ]
    _text(svg, course.name, 0, floor - 12, "fill-ink")
    _text(svg, f"0 to {_told(course.unit, top)}", 0, floor + 1, "fill-soft", size=10)
    _path(svg, f"M{_LEFT} {floor}H{_RIGHT}", "stroke-faint", 0.6)
    broken = [any(a <= n <= b for a, b in course.breaks) for n in range(len(points))]
    _path(svg, _line(points, [not b for b in broken]), "stroke-course", 1.5)
    # From the last point before it, so that the fall itself shows.
    since = [b or after for b, after in zip(broken, [*broken[1:], False], strict=True)]
    _path(svg, _line(points, since), "stroke-cut", 2.2, "3 2")
    for first, _ in course.breaks:
        _path(svg, f"M{place[first]} {floor - _HIGH}V{floor}", "stroke-cut", 0.8)
    newest = next((v for v in reversed(course.values) if v is not None), None)
    if newest is not None:
        _text(svg, _told(course.unit, newest), _RIGHT + 10, floor - 6, "fill-ink")


def _line(points: Sequence[tuple[float, float] | None], own: Sequence[bool]) -> str:
    """Return a path through neighbouring points that are its own; one alone is a dot."""
    steps: list[str] = []
    is_open = False
    for point, is_own in zip(points, own, strict=True):
        if point is None or not is_own:
            is_open = False
            continue
        steps.append(f"{'L' if is_open else 'M'}{point[0]} {point[1]}")
        is_open = True
    alone = [a[0] == b[0] == "M" for a, b in pairwise([*steps, "M"])]
    return "".join(s + "h0" * is_alone for s, is_alone in zip(steps, alone, strict=True))


def _draw_days(svg: ET.Element, watched: Watched, height: float, place: Sequence[float]) -> None:
    every = max(1, -(-len(watched.days) // _TICKS))
    for n in range(0, len(watched.days), every):
        day = watched.days[n]
        told = words.day(day) if n == 0 else f"{day.day} {day:%b}"
        _path(svg, f"M{place[n]} {_TOP}V{height - _FOOT + 4}", "stroke-faint", 0.4)
        _text(svg, told, place[n], height - 8, "fill-soft", size=10)


def _path(svg: ET.Element, way: str, colour: str, width: float, dashes: str = "") -> None:
    if not way:
        return
    facts = {"d": way, "class": colour, "fill": "none", "stroke-width": f"{width:g}"}
    facts |= {"stroke-linejoin": "round", "stroke-linecap": "round"}
    ET.SubElement(svg, "path", facts | ({"stroke-dasharray": dashes} if dashes else {}))


def _text(svg: ET.Element, told: str, x: float, y: float, colour: str, *, size: int = 12) -> None:
    facts = {"x": f"{x:g}", "y": f"{y:g}", "class": colour, "font-size": f"{size}"}
    ET.SubElement(svg, "text", facts).text = words.visible(told)


def _told(unit: str, value: float) -> str:
    if unit == "share":
        return f"{value:.0%}".replace("%", " %")
    if unit == "score":
        return f"{value:.2f}"
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _head(course: Course) -> str:
    return f"{course.name}, %" if course.unit == "share" else course.name


def _cell(course: Course, value: float | None) -> str | int:
    """Return a cell of the table behind; whole numbers, so that they stand in line."""
    if value is None:
        return ""
    if course.unit == "score":
        return f"{value:.2f}"
    return round(100 * value) if course.unit == "share" else round(value)
