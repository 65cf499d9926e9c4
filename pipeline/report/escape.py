"""Text from outside made harmless on output, one way for each format.

A sentence may carry a name or a line of settings. Inside the package both are marked with
private-use characters, which text from outside cannot hold once it is made visible; each format
turns the marks into its own markup, and JSON drops them.
"""

import re
from collections.abc import Iterator
from typing import Literal

Kind = Literal["text", "name", "code"]
NAME, CODE, END = "\ue000", "\ue001", "\ue002"
CUT = 240
CODE_LIMIT = 240

_SPECIAL = (
    *range(0x20),
    *range(0x7F, 0xA0),
    0xAD,
    0x061C,
    0x180E,
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xD800, 0xE003),
    0xFEFF,
    *range(0xE0000, 0xE0080),
)
_SHOWN = {point: f"⟨U+{point:04X}⟩" for point in _SPECIAL}
_QUOTED = {ord('"'): '\\"', ord("\\"): "\\\\"}
_TOML = {point: f"\\U{point:08X}" for point in _SPECIAL} | _QUOTED
_MARKED = re.compile(f"([{NAME}{CODE}])([^{END}]*){END}")
# A bare address becomes a link on many sites: its colon is escaped, and the dot after "www".
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+\-.!|<>&~]|:(?=//)")
# Our own sentences hold dots and dashes on purpose, and never start a line with them.
_MARKDOWN_INLINE = re.compile(r"[\\`*_{}\[\]|<>&~#]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def visible(text: str) -> str:
    """Text from outside with control and bidi characters shown, cut in the middle when long."""
    shown = text if text.isascii() and text.isprintable() else text.translate(_SHOWN)
    if len(shown) <= CUT:
        return shown
    half = CUT // 2
    return f"{shown[: half - 1]}…{shown[-half:]}"


def name(text: str) -> str:
    """Text from outside, made visible and marked as a name inside a sentence."""
    return f"{NAME}{visible(text)}{END}"


def code(text: str) -> str:
    """A line of settings, marked inside a sentence; the text is already made visible."""
    return f"{CODE}{text}{END}"


def toml_string(text: str) -> str:
    """A TOML basic string which reads back as the text, with nothing invisible in it."""
    clean = text.encode("utf-8", "replace").decode()
    return f'"{clean.translate(_TOML)}"'


def segments(text: str) -> Iterator[tuple[Kind, str]]:
    """Yield a marked sentence in parts: plain text, names and settings."""
    position = 0
    for found in _MARKED.finditer(text):
        if found.start() > position:
            yield "text", text[position : found.start()]
        yield ("name" if found[1] == NAME else "code"), found[2]
        position = found.end()
    if position < len(text):
        yield "text", text[position:]


def plain(text: str) -> str:
    """A marked sentence as plain text: names bare, settings in backticks."""
    if END not in text:
        return text
    return "".join(f"`{part}`" if kind == "code" else part for kind, part in segments(text))


def markdown(text: str) -> str:
    """Text from outside as inert Markdown."""
    return _MARKDOWN.sub(r"\\\g<0>", visible(text))


def markdown_sentence(text: str) -> str:
    """A marked sentence as Markdown: names inert, settings as code."""
    return "".join(_markdown_part(kind, part) for kind, part in segments(text))


def _markdown_part(kind: Kind, part: str) -> str:
    if kind == "name":
        return _MARKDOWN.sub(r"\\\g<0>", part)
    if kind == "code":
        longest = max((len(run) for run in re.findall("`+", part)), default=0)
        fence = "`" * (longest + 1)
        space = " " if longest else ""
        return f"{fence}{space}{part}{space}{fence}"
    return _MARKDOWN_INLINE.sub(r"\\\g<0>", part)


def csv_cell(text: str) -> str:
    """A text cell which no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in _FORMULA else text


def xml(text: str) -> str:
    """Text with nothing in it that XML 1.0 cannot hold; markup is escaped by whoever writes it."""
    return _NOT_XML.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)
