"""Dates as apps write them: one format for a whole file, months in the app's language.

Nothing is guessed, and no locale is asked. Sources: the month abbreviations of Unicode CLDR and
of Day.js, for the languages listed.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping

# One line a month, its words in: en, de, fr, es, pt, it, nl, sv (with da, nb), pl, ru, uk, cs, fi,
# tr, ro, then ja, zh and ko, whose months are numbers with a sign.
MONTH_WORDS = (
    """jan january januar januari jän jänner janv janvier ene enero janeiro gen gennaio januar
    sty stycznia styczeń янв января январь січ led ledna tammi oca ocak ian ianuarie 一月""",
    """feb february februar februari fév févr février fevr fev fevrier febrero fevereiro febbraio
    lut lutego luty фев февр февраля февраль лют úno února helmi şub şubat februarie 二月""",
    """mar march mär mrz märz mars marzo março marco mrt maart marca marzec marts мар март марта
    бер bře března maalis mart martie 三月""",
    """apr april avr avril abr abril aprile kwi kwietnia kwiecień апр апреля апрель кві dub dubna
    huhti nis nisan aprilie 四月""",
    """may mai mayo maio mag maggio mei maj maja май мая трав тра kvě května touko mayıs 五月""",
    """jun june juni juin junio junho giu giugno cze czerwca czerwiec июн июнь июня чер черв čvn
    června kesä haz haziran iun iunie 六月""",
    """jul july juli juil juill juillet julio julho lug luglio lip lipca lipiec июл июль июля лип
    čvc července heinä tem temmuz iul iulie 七月""",
    """aug august août aout ago agosto augustus augusti sie sierpnia sierpień авг август августа
    сер серп srp srpna elo ağu ağustos 八月""",
    """sep sept september septembre septiembre setiembre set setembro settembre wrz września
    wrzesień сен сент сентября сентябрь вер вересня zář září syys eyl eylül septembrie 九月""",
    """oct october okt oktober octobre octubre out outubro ott ottobre paź paz października
    październik окт октября октябрь жов říj října loka eki ekim octombrie 十月""",
    """nov november novembre noviembre novembro lis listopada listopad ноя нояб ноября ноябрь лист
    marras kas kasım noiembrie 十一月""",
    """dec december dez dezember déc décembre dic diciembre dezembro dicembre gru grudnia grudzień
    des desember дек декабря декабрь груд гру pro prosince joulu ara aralık decembrie 十二月""",
)
MONTHS: Mapping[str, int] = {
    word: number for number, words in enumerate(MONTH_WORDS, 1) for word in words.split()
}
NUMBERED_MONTH = re.compile(r"([0-9]{1,2})[月월]")

# The years are those of our calendar: 2568 is one of Thailand's, and would be wrong by 543.
TOKENS: Mapping[str, str] = {
    "%Y": r"(?P<year>2[01][0-9]{2})",
    "%y": r"(?P<short_year>[0-9]{2})",
    "%m": r"(?P<month>[0-9]{1,2})",
    "%b": r"(?P<name>[^\W\d_]{1,20}|[0-9]{1,2}[月월])\.?",
    "%B": r"(?P<name>[^\W\d_]{1,20}|[0-9]{1,2}[月월])\.?",
    "%d": r"(?P<day>[0-9]{1,2})\.?",
    "%H": r"(?P<hour>[0-9]{1,2})",
    "%I": r"(?P<twelfth>0?[1-9]|1[0-2])",
    "%M": r"(?P<minute>[0-9]{2})",
    "%S": r"(?P<second>[0-9]{2})(?:\.[0-9]{1,9})?",
    "%p": r"\s*(?P<half>[ap])\.?\s?m\.?",  # U+202F or a space, a point or none
    "%z": r"(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})",
    "%%": "%",
    " ": r"\s+",
}
CENTURY = 2000
LONGEST_CHARACTERS = 200
FARTHEST = dt.timedelta(hours=14)


def pattern(date_format: str) -> re.Pattern[str]:
    """The pattern of a date format made of our directives.

    Raises ValueError at another one, and where one part of the date is told twice.
    """
    pieces = re.findall(r"%.?|.", date_format)
    if unknown := {piece for piece in pieces if piece[0] == "%"} - set(TOKENS):
        message = f"{date_format}: {', '.join(sorted(unknown))} is no directive of ours"
        raise ValueError(message)
    whole = "".join(TOKENS.get(piece, re.escape(piece)) for piece in pieces)
    try:
        return re.compile(whole, re.IGNORECASE)
    except re.error as fault:
        message = f"{date_format}: a part of the date is told twice"
        raise ValueError(message) from fault


def has_time(date_format: str) -> bool:
    """Whether the format tells an hour, or only a day."""
    return "%H" in date_format or "%I" in date_format


def moment(text: str, form: re.Pattern[str]) -> dt.datetime | None:
    """The time a cell states, None when it does not fit.

    Naive local time; midnight when its format has only a day. Where the format has an offset it
    is an instant, aware UTC.
    """
    # Of thousands of blanks the pattern tries every division; no date is as long.
    fits = len(text) <= LONGEST_CHARACTERS
    found = form.fullmatch(unicodedata.normalize("NFKC", text)) if fits else None
    if found is None:
        return None
    parts = found.groupdict()
    year = int(parts["year"]) if parts.get("year") else CENTURY + int(parts["short_year"])
    try:
        stated = dt.datetime(  # noqa: DTZ001  a wall clock has no zone until somebody judges
            year, _month(parts), int(parts["day"]), _hour(parts), *_minute_and_second(parts)
        )
    except ValueError:
        return None
    return _instant(stated, parts["offset"]) if parts.get("offset") else stated


def times(cells: Mapping[str, int], formats: Iterable[str]) -> tuple[str, dict[str, dt.datetime]]:
    """The one format that reads the most rows, and what it makes of each cell it can read.

    `cells` counts the rows of each distinct text; of equal formats the first is taken.
    """
    best: tuple[int, str, dict[str, dt.datetime]] = (-1, "", {})
    for date_format in formats:
        form = pattern(date_format)
        found = {text: when for text in cells if (when := moment(text, form)) is not None}
        rows = sum(cells[text] for text in found)
        if rows > best[0]:
            best = (rows, date_format, found)
        if len(found) == len(cells):
            break
    return best[1], best[2]


def _month(parts: Mapping[str, str | None]) -> int:
    """A month by its number or its word; 0, which is none, for a word nobody knows."""
    if number := parts.get("month"):
        return int(number)
    name = (parts.get("name") or "").casefold()
    numbered = NUMBERED_MONTH.fullmatch(name)
    return int(numbered[1]) if numbered else MONTHS.get(name, 0)


def _hour(parts: Mapping[str, str | None]) -> int:
    if half := parts.get("half"):
        return int(parts.get("twelfth") or parts.get("hour") or 0) % 12 + 12 * (
            half.casefold() == "p"
        )
    return int(parts.get("hour") or 0)


def _minute_and_second(parts: Mapping[str, str | None]) -> tuple[int, int]:
    return int(parts.get("minute") or 0), int(parts.get("second") or 0)


def _instant(stated: dt.datetime, offset: str) -> dt.datetime | None:
    """Take the offset away; None for one that no place on Earth has."""
    if offset.casefold() == "z":
        return stated.replace(tzinfo=dt.UTC)
    hours, minutes = int(offset[1:3]), int(offset[-2:])
    ahead = dt.timedelta(hours=hours, minutes=minutes) * (-1 if offset[0] == "-" else 1)
    if abs(ahead) > FARTHEST:
        return None
    return stated.replace(tzinfo=dt.timezone(ahead)).astimezone(dt.UTC)
