"""Geometry of the hand-made charts: numbers for SVG with percent widths and pixel heights."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.report.catalogue import say
from pipeline.report.words import exact, quantity, trimmed

_CENTRE, _RADIUS, _INNER, _OUTER, _GAP = 60.0, 48.0, 42.5, 53.5, 5.0
_HALF_TURN = 180.0
_TOP = 14.0
_BASE, _BASE_OF_YEAR = 142.0, 180.0  # of 12 weeks, above their glyphs; of 52, above the months
_NAMES_BELOW = 18.0
_ROOM_KM = 6.0 / 5.0
_LABEL_ROOM = 13.0
_STEPS_KM = (2, 5, 10, 20, 50, 100, 200, 500)
_STEP_ROOM = 26.0
_FEW_WEEKS = 12
_THIN = 2.0
Row = dict[str, Any]


def number(value: float) -> str:
    """A coordinate with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _point(radius: float, degrees: float) -> str:
    angle = math.radians(degrees)
    x = _CENTRE + radius * math.sin(angle)
    return f"{number(x)} {number(_CENTRE - radius * math.cos(angle))}"


def _arc(radius: float, start: float, end: float, *, clockwise: bool) -> str:
    large = int(abs(end - start) > _HALF_TURN)
    return f"A{number(radius)} {number(radius)} 0 {large} {int(clockwise)} {_point(radius, end)}"


def ring(done: Sequence[bool]) -> list[dict[str, Any]]:
    """One arc for each exercise, clockwise from the top: `path`, and whether it is done."""
    count = len(done)
    arcs = []
    for index, is_done in enumerate(done):
        start, end = index * 360 / count + _GAP, (index + 1) * 360 / count - _GAP
        if is_done:
            path = f"M{_point(_RADIUS, start)}{_arc(_RADIUS, start, end, clockwise=True)}"
        else:
            outer = f"M{_point(_OUTER, start)}{_arc(_OUTER, start, end, clockwise=True)}"
            inner = f"L{_point(_INNER, end)}{_arc(_INNER, end, start, clockwise=False)}Z"
            path = outer + inner
        arcs.append({"path": path, "done": is_done})
    return arcs


def bar(metres: float | None, longest_m: float, limit_m: float) -> Row:
    """A jog's bar in percent of the row: solid up to the line, hatched from there on."""
    full = 1.08 * max(_ROOM_KM * limit_m, longest_m)
    length = metres or 0.0
    solid = min(length, limit_m)
    rest = 100 * max(0.0, length - limit_m) / full
    # Whatever reaches the line is seen to: never less than six pixels of it.
    width = f"{number(rest)}%" if rest > _THIN else "6"
    return {
        "solid": number(100 * solid / full),
        "line": number(100 * limit_m / full),
        "rest": width if length >= limit_m else "",
    }


@dataclass(frozen=True)
class Scale:
    """Where weeks and kilometres lie in a plot. Widths and steps in percent of it."""

    left: float
    step: float
    apart: float
    limit_m: float
    longest_m: float
    base: float = _BASE

    def x(self, index: int) -> float:
        """Centre of a week, in percent."""
        return self.left + index * self.step

    def y(self, metres: float) -> float:
        """Height of a distance, in pixels from the top."""
        room = 0.08 * self.limit_m
        top_m = max(_ROOM_KM * self.limit_m, self.longest_m) + room
        return self.base - (self.base - _TOP) * metres / top_m


def scale(weeks: Sequence[Row], slots: int, limit_m: float) -> Scale:
    """The scale of a plot with so many weeks in it; a short one keeps the newest at the right."""
    longest = max((metres for week in weeks for metres in week["jog_metres"]), default=0.0)
    is_short = slots <= _FEW_WEEKS
    left, width, apart = (4.0, 92.0, 1.5) if is_short else (1.5, 97.0, 0.5)
    step = width / max(1, slots - 1)
    base = _BASE if is_short else _BASE_OF_YEAR
    return Scale(left + (slots - len(weeks)) * step, step, apart, limit_m, longest, base)


def plot(weeks: Sequence[Row], found: Scale) -> Row:
    """Points, lines and the limit of a plot of jogs by week."""
    line = found.y(found.limit_m)
    return {
        "points": [point for i, week in enumerate(weeks) for point in _points(week, i, found)],
        "ticks": _ticks(found, line),
        "limit_y": number(line),
        "names_y": number(found.base + _NAMES_BELOW),
    }


def _points(week: Row, index: int, found: Scale) -> list[Row]:
    jogs: list[tuple[float, str]] = [
        (found.y(metres), "under" if under else "over")
        for metres, under in zip(week["jog_metres"], week["jog_under"], strict=True)
    ]
    jogs += [(found.y(found.limit_m), "unknown")] * week["jogs_unknown"]
    first = found.x(index) - found.apart * (len(jogs) - 1) / 2
    return [
        {"x": number(first + place * found.apart), "y": number(y), "kind": kind}
        for place, (y, kind) in enumerate(jogs)
    ]


def _ticks(found: Scale, line: float) -> list[Row]:
    """Grid lines below the limit; a label too near to the limit's own is left out."""
    base = found.y(0.0)
    step = next(
        (km for km in _STEPS_KM if base - found.y(km * 1000.0) >= _STEP_ROOM), _STEPS_KM[-1]
    )
    ticks = []
    for km in range(0, int(exact(found.limit_m) / 1000) + 1, step):
        y = found.y(km * 1000.0)
        if y - line >= _LABEL_ROOM:
            ticks.append({"y": number(y), "label": quantity(trimmed(exact(km)), "km")})
    return ticks


def caption(trend: Row, limit: str) -> str:
    """What a trend shows, in one sentence with its numbers."""
    weeks = say("page.trend_caption", n=trend["closed"], on_plan=trend["on_plan"])
    if trend["no_files"]:
        weeks = say("page.trend_no_files", n=trend["no_files"], text=weeks)
    return say("page.trend_join", weeks=weeks, jogs=jogs_caption(trend, limit))


def jogs_caption(trend: Row, limit: str) -> str:
    """How many jogs stayed under the limit."""
    if not trend["jogs_total"]:
        return say("page.trend_no_jogs")
    return say("page.trend_jogs", n=trend["jogs_total"], under=trend["jogs_under"], limit=limit)
