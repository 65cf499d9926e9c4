"""GymBook, in any language: its header is translated, and explains the words of its cells.

The eighth column is headed `Set / Warm-up set / Cool-down set`, each cell is one of the three;
the ninth `Repetitions / Time`, the tenth `Weight / Distance`.
Source: https://www.gymbookapp.com

    12/06/26,Schiena,18:42,Lat machine,Palestra,Dorsali,Bicipiti,Set,12 ripetizioni,"50,00 kg",,No
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.readers.csv_log.dialect import AS_TOLD, Dialect, Table
from pipeline.readers.csv_log.text import Record, normalise

WIDTH = 12
SET, AMOUNT, LOAD, SKIPPED = 7, 8, 9, 11
MEASURE = re.compile(r"\s*([+-]?\d[\d.,]*)\s*(\D+?)\.?\s*")
# The beginnings of words for a unit of time, in seconds; everything else is a count if the header
# says so. The first that fits counts: "st" is an hour, any other "s" a second.
TIMES = (
    *(("min", 60), ("мин", 60), ("分", 60)),
    *(("h", 3600), ("or", 3600), ("st", 3600), ("uur", 3600), ("godz", 3600), ("ч", 3600)),
    *(("s", 1), ("с", 1), ("秒", 1)),
)
REPS = ("rip", "rep", "wdh", "wieder", "rép", "powt", "herh", "повт", "回", "次", "x")
YES = {"si", "sì", "sí", "yes", "ja", "oui", "sim", "tak", "да", "はい", "是", "1", "true"}
NO = {"no", "nein", "non", "não", "nee", "nej", "nie", "нет", "いいえ", "否", "0", "false"}
# Translations nobody has seen are read by place; these words would tell of another order.
WORDS = {
    0: "data datum date fecha дата",
    2: "orario uhrzeit zeit time heure hora tijd czas время",
    3: "esercizio übung exercise exercice ejercicio exercício oefening ćwiczenie упражнение",
    10: "appunti notizen notes notas notities notatki заметки",
    11: "saltato übersprungen skipped sauté saltado ignorado overgeslagen pominięte пропущено",
}
PLACES = {word: at for at, words in WORDS.items() for word in words.split()}


def _is_gymbook(cells: Sequence[str]) -> bool:
    """Tell the header by its parts: three words for a set, two for each kind of figure.

    A word we know in a place where it does not belong tells of columns in another order.
    """
    if len(cells) != WIDTH or any(
        PLACES.get(normalise(cell), at) != at for at, cell in enumerate(cells)
    ):
        return False
    parts = [len(cells[at].split(" / ")) for at in (SET, AMOUNT, LOAD)]
    return parts == [3, 2, 2] and "(" in cells[5] and "(" in cells[6]


def _told(table: Table) -> Iterator[Record]:
    """Read each row by the words of its own header."""
    words = [normalise(word) for word in table.header[SET].split(" / ")]
    kinds = dict(zip(words, ("set", "warmup", "skipped"), strict=True))
    counted = normalise(table.header[AMOUNT].split(" / ")[0])
    for record in table.records:
        cells = [cell.strip() for cell in record.cells]
        kind = kinds.get(normalise(cells[SET]), cells[SET])
        skipped = normalise(cells[SKIPPED])
        if skipped in YES:
            kind = "skipped"
        elif skipped not in NO:
            kind = cells[SKIPPED]  # nobody knows whether it was done: skipped, and said
        reps, seconds = _amount(cells[AMOUNT], counted)
        weight, weight_unit, distance, distance_unit = _load(cells[LOAD])
        made = [*cells[:4], kind, reps, seconds, weight, weight_unit, distance, distance_unit]
        yield Record(record.line, made)


def _amount(cell: str, counted: str) -> tuple[str, str]:
    """Reps, or seconds; a word that is neither is kept as it stands, which cannot be read.

    Nor can a number alone be: of what it is one, nobody says.
    """
    found = MEASURE.fullmatch(cell)
    if found is None:
        return f"{cell} ?" if cell else "", ""
    number, word = found[1], normalise(found[2])
    if word.startswith(REPS) or counted.startswith(word) or word.startswith(counted[:4]):
        return number, ""
    for beginning, seconds in TIMES:
        if word.startswith(beginning):
            whole = number.replace(",", ".")
            return "", str(float(whole) * seconds) if whole.count(".") <= 1 else cell
    return cell, ""


def _load(cell: str) -> tuple[str, str, str, str]:
    """Weight and unit, distance and unit; a word that is neither makes no figure."""
    found = MEASURE.fullmatch(cell)
    if found is None:
        return cell, "", "", ""
    number, unit = found[1], normalise(found[2])
    if unit in {"km", "m", "mi"}:
        return "", "", number, unit
    return number, unit, "", ""


GYMBOOK = Dialect(
    "GymBook",
    header="Data,Programma,Orario,Esercizio,Zona,Gruppi muscolari (Primari),"
    "Gruppi muscolari (Secondari),Set / Set di riscaldamento / Set di defaticamento,"
    "Ripetizioni / Tempo,Peso / Distanza,Appunti,Saltato",
    label="Exercise",
    start="Date",
    clock="Time",
    formats=(
        *("%d/%m/%y %H:%M", "%d.%m.%y %H:%M", "%d-%m-%y %H:%M", "%Y-%m-%d %H:%M"),
        *("%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M", "%y/%m/%d %H:%M", "%Y/%m/%d %H:%M"),
    ),
    workout=("Date", "Title"),
    is_timed_by_set=True,
    title="Title",
    set_type="Kind",
    kinds=AS_TOLD,
    reps="Reps",
    seconds="Seconds",
    weight="Weight",
    weight_unit="Weight Unit",
    distance="Distance",
    distance_unit="Distance Unit",
    is_history=False,
    columns="Date,Title,Time,Exercise,Kind,Reps,Seconds,Weight,Weight Unit,Distance,Distance Unit",
    unfold=_told,
    shape=_is_gymbook,
)
