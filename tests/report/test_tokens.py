import re
from importlib import resources

import pytest

STYLE = resources.files("pipeline.report").joinpath("templates/style.css").read_text("utf-8")
DARK = "@media screen and (prefers-color-scheme: dark)"
TONES = ("good", "over", "miss", "idle")
TINTS = tuple(f"{tone}-bg" for tone in TONES)
GROUNDS = ("bg", "card", *TINTS)
TEXT = [
    *(("ink", ground) for ground in GROUNDS),
    *(("ink2", ground) for ground in GROUNDS),
    *(("link", ground) for ground in GROUNDS),  # the hero of the index holds a link
    *((tone, "card") for tone in TONES),
    *((tone, f"{tone}-bg") for tone in TONES),
    ("on", "good"),  # the tick of a solid glyph
]
MARKS = [
    *(("rule", ground) for ground in ("card", *TINTS)),  # tick boxes, dots, the ring's dashes
    *(("good", tint) for tint in TINTS),  # the ring's arcs, on a hero of any tone
    *(("miss", tint) for tint in TINTS),
    *((tone, "over-bg") for tone in TONES),  # points of the trend above the line
    ("good", "idle-bg"),  # points in this week's band
    ("over", "idle-bg"),
    ("good", "track"),
    ("over", "track"),
    ("ink", "track"),  # the limit line on a bar
    ("on", "over"),  # the stroke in a triangle
    ("on", "good"),
]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):([^;}]+)", block))


LIGHT = tokens(STYLE[: STYLE.index("}")])
THEMES = {"light": LIGHT, "dark": LIGHT | tokens(STYLE.partition(DARK)[2].partition("}}")[0])}


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "ground"), TEXT)
def test_text_has_a_contrast_of_at_least_4_5(front: str, ground: str, theme: str) -> None:
    assert contrast(THEMES[theme][front], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "ground"), MARKS)
def test_a_mark_has_a_contrast_of_at_least_3(front: str, ground: str, theme: str) -> None:
    assert contrast(THEMES[theme][front], THEMES[theme][ground]) >= 3


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000", "#ffffff") == 21
    assert contrast("#777", "#fff") == pytest.approx(4.48, abs=0.005)


def test_dark_gives_every_colour_anew_and_only_on_a_screen() -> None:
    dark = tokens(STYLE.partition(DARK)[2].partition("}}")[0])

    assert set(dark) == set(LIGHT)
    assert STYLE.count("prefers-color-scheme") == 1


def test_every_colour_is_a_token() -> None:
    rules = STYLE.partition("}}")[2].partition("@media print")[0]

    # On paper the ground is white and the page number has its own grey; nothing else has.
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", rules) == []
    assert set(re.findall(r"var\(--([\w-]+)\)", STYLE)) <= set(LIGHT)


def test_colours_of_a_text_come_from_the_list_above() -> None:
    fronts = set(re.findall(r"(?<![\w-])color:var\(--([\w-]+)\)", STYLE))

    assert fronts - {"rule"} <= {front for front, _ in TEXT}  # the dot of a day without a session
