"""Hevy in twelve languages and in the four pairs of units; titles and months are translated."""

from dataclasses import dataclass

from strength_samples.lines import MARK, lines, under

HEADER = (
    '"title","start_time","end_time","description","exercise_title","superset_id",'
    '"exercise_notes","set_index","set_type","weight_kg","reps","distance_km",'
    '"duration_seconds","rpe"'
)


@dataclass(frozen=True)
class _Words:
    """A language: two titles, the times of a jog and of an earlier workout, four exercises."""

    titles: tuple[str, str]
    jog: tuple[str, str]
    gym: tuple[str, str]
    pulldown: str
    bridge: str
    shrug: str
    run: str


LANGUAGES = {
    "en": _Words(
        ("Jog", "Back, easy"),
        ("13 May 2026, 07:05", "13 May 2026, 07:40"),
        ("2 Feb 2026, 19:56", "2 Feb 2026, 20:58"),
        *("Lat Pulldown (Cable)", "Glute Bridge", "Shrug (Dumbbell)", "Running"),
    ),
    "de": _Words(
        ("Laufen", "Rücken"),
        ("13. Mai 2026, 07:05", "13. Mai 2026, 07:40"),
        ("2. März 2026, 19:56", "2. März 2026, 20:58"),
        *("Latzug (Kabel)", "Beckenheben", "Shrugs (Kurzhantel)", "Laufen"),
    ),
    "fr": _Words(
        ("Course", "Dos"),
        ("13 août 2026, 07:05", "13 août 2026, 07:40"),
        ("2 févr. 2026, 19:56", "2 févr. 2026, 20:58"),
        "Tirage vertical à la poulie haute",
        *("Pont fessier", "Haussement d'épaules", "Course à pied"),
    ),
    "es": _Words(
        ("Carrera", "Espalda"),
        ("13 sept 2026, 07:05", "13 sept 2026, 07:40"),
        ("2 ene 2026, 19:56", "2 ene 2026, 20:58"),
        *("Jalón al Pecho (Cable)", "Puente de glúteos"),
        *("Encogimiento de hombros con mancuernas", "Correr"),
    ),
    "pt": _Words(
        ("Costas 💪", "Costas"),
        ("13 Abr 2026, 07:05", "13 Abr 2026, 07:40"),
        ("2 Fev 2026, 19:56", "2 Fev 2026, 20:58"),
        *("Puxada Alta na Polia (Máquina)", "Ponte de Glúteos", "Encolhimento trapézio", "Corrida"),
    ),
    "it": _Words(
        ("Corsa", "Schiena"),
        ("13 mag 2026, 07:05", "13 mag 2026, 07:40"),
        ("2 gen 2026, 19:56", "2 gen 2026, 20:58"),
        *("Lat Pulldown (Cavo)", "Ponte glutei", "Scrollate con bilanciere", "Corsa"),
    ),
    "nl": _Words(
        ("Hardlopen", "Rug"),
        ("13 mei 2026, 07:05", "13 mei 2026, 07:40"),
        ("2 mrt 2026, 19:56", "2 mrt 2026, 20:58"),
        *("Lat Pulldown (Kabel)", "Glute Bridge", "Shrug (Halter)", "Hardlopen"),
    ),
    "pl": _Words(
        ("Bieg", "Plecy"),
        ("13 paź 2026, 07:05", "13 paź 2026, 07:40"),
        ("2 wrz 2026, 19:56", "2 wrz 2026, 20:58"),
        "Ściąganie drążka wyciągu górnego za głowę",
        *("Most biodrowy", "Wzruszanie ramion sztangą", "Bieganie"),
    ),
    "sv": _Words(
        ("Löpning", "Rygg"),
        ("13 okt. 2026, 07:05", "13 okt. 2026, 07:40"),
        ("2 maj 2026, 19:56", "2 maj 2026, 20:58"),
        *("Lat Pulldown (Kabel)", "Glute Bridge", "Shrugs (Hantel)", "Löpning"),
    ),
    "ja": _Words(
        ("ジョギング", "背中"),
        ("2026年10月13日, 07:05", "2026年10月13日, 07:40"),
        ("2026年3月2日, 19:56", "2026年3月2日, 20:58"),
        *("ラットプルダウン", "グルートブリッジ", "バーベルシュラッグ", "ランニング"),
    ),
    "zh": _Words(
        ("慢跑", "背部"),
        ("2026年10月13日 07:05", "2026年10月13日 07:40"),
        ("2026年3月2日 19:56", "2026年3月2日 20:58"),
        *("阔背肌下拉 （滑轮机）", "臀桥", "哑铃耸肩", "跑步"),
    ),
    "ru": _Words(
        ("Бег", "Спина"),
        ("13 сент. 2026, 07:05", "13 сент. 2026, 07:40"),
        ("2 мая 2026, 19:56", "2 мая 2026, 20:58"),
        *("Вкртикальная тяга Широчайшими (Блок)", "Подъем таза (мостик)"),
        *("Подъем гантелей на плечи (шраги)", "Бег"),
    ),
}
# Twelve hours, with the blank that iOS puts before AM and PM.
NORTH_AMERICA = _Words(
    ("Jog", "Back"),
    ("13 Jun 2026, 7:05\u202fAM", "13 Jun 2026, 7:40\u202fAM"),
    ("2 Jun 2026, 7:56\u202fPM", "2 Jun 2026, 8:58\u202fPM"),
    *("Lat Pulldown (Cable)", "Glute Bridge", "Shrug (Dumbbell)", "Running"),
)


def _rows(words: _Words, weights: tuple[str, str, str], distance: str) -> tuple[str, ...]:
    """A jog, and the workout before it: Hevy writes the newest first."""
    jog, gym = (
        f'"{title}","{start}","{end}","",'
        for title, (start, end) in zip(words.titles, (words.jog, words.gym), strict=True)
    )
    easy, heavy, shrug = weights
    return (
        jog + f'"{words.run}",,"",0,"normal",,,{distance},1620,',
        *under(
            gym + f'"{words.pulldown}",',
            f',"",0,"warmup",{easy},15,,,',
            f',"wide; not ""behind""\nthe neck",1,"normal",{heavy},13,,,8.5',
            f',"",2,"failure",{heavy},9,,,',
        ),
        *under(
            gym + f'"{words.bridge}",',
            '0,"",0,"dropset",,12,,,',
            '0,"",1,"normal",,,,45,',
            '0,"",2,"normal",,,,,',
        ),
        gym + f'"{words.shrug}",0,"",0,"normal",{shrug},12,,,',
    )


METRIC = {
    name: lines(HEADER, *_rows(words, ("20", "47.5", "14"), "4.2"))
    for name, words in LANGUAGES.items()
}
POUNDS = ("44.09", "104.72", "30.86")
SAMPLES = {f"hevy_{name}.csv": text for name, text in METRIC.items()} | {
    "hevy_fr.csv": MARK + METRIC["fr"],
    "hevy_it.csv": METRIC["it"].removesuffix("\n"),
    "hevy_nl.csv": METRIC["nl"].replace(HEADER, HEADER.replace('"', "")),
    "hevy_imperial.csv": lines(
        HEADER.replace("_kg", "_lbs").replace("_km", "_miles"),
        *_rows(NORTH_AMERICA, POUNDS, "2.61"),
    ),
    "hevy_miles.csv": lines(
        HEADER.replace("_km", "_miles"), *_rows(LANGUAGES["en"], ("20", "47.5", "14"), "2.61")
    ),
    "hevy_pounds.csv": lines(HEADER.replace("_kg", "_lbs"), *_rows(LANGUAGES["en"], POUNDS, "4.2")),
}
