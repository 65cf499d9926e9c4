import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.programme.catalogue import (
    Entry,
    Recognition,
    by_normalised,
    by_rule,
    normalise,
    recognise,
    recognise_all,
    rules,
)

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared" / "exercise_names.csv"
CATALOGUE = PROJECT / "pipeline" / "programme" / "catalogue.csv"
BINDING = 0.70

LAT_PULLDOWN, GLUTE_BRIDGE, SHRUG = (rule.exercise for rule in rules())


def listed() -> Iterator[tuple[str, str, bool]]:
    if not SHARED.exists():
        pytest.skip("the list of labelled names is not beside the project")
    with SHARED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["name"], row["label"], float(row["confidence"]) >= BINDING


# --- The list ---------------------------------------------------------------------------------


def test_every_binding_name_of_an_exercise_counts_for_it() -> None:
    wanted = {name: label for name, label, binding in listed() if binding and label != "none"}

    missed = {name for name, label in wanted.items() if recognise(name).exercise != label}

    assert len(wanted) == 227
    assert missed == set()


def test_no_binding_name_of_another_exercise_counts_or_is_asked_about() -> None:
    others = [name for name, label, binding in listed() if binding and label == "none"]

    assert len(others) == 8_064
    assert [name for name in others if recognise(name).near] == []


def test_every_doubtful_name_is_asked_about() -> None:
    doubtful = [name for name, _, binding in listed() if not binding]

    silent = [name for name in doubtful if recognise(name).exercise or not recognise(name).near]

    assert len(doubtful) == 96
    assert silent == []


def test_the_rules_alone_find_the_names_and_never_count_a_wrong_one() -> None:
    labels = {name: label for name, label, binding in listed() if binding}
    ticks = {name: by_rule(name).exercise for name in labels}

    wrong = [name for name, tick in ticks.items() if tick and tick != labels[name]]
    found = [name for name, tick in ticks.items() if tick]

    assert wrong == []
    assert len(found) >= 218


def test_the_rules_alone_never_count_a_doubtful_name() -> None:
    assert [name for name, _, binding in listed() if not binding and by_rule(name).exercise] == []


def test_the_list_survives_another_case_and_another_hyphen() -> None:
    for name, label, binding in listed():
        wanted = label if binding and label != "none" else None
        assert recognise(name.upper().replace("-", " ")).exercise == wanted, name


def test_the_catalogue_is_what_the_script_makes_of_the_list(tmp_path: Path) -> None:
    if not SHARED.exists():
        pytest.skip("the list of labelled names is not beside the project")
    made = tmp_path / "catalogue.csv"

    script = PROJECT / "scripts" / "make_catalogue.py"
    subprocess.run([sys.executable, script, SHARED, made], check=True)  # noqa: S603

    assert made.read_bytes() == CATALOGUE.read_bytes()


def test_the_catalogue_is_sorted_and_names_known_exercises_only() -> None:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [row["name"] for row in rows] == sorted({row["name"] for row in rows})
    assert {row["standing"] for row in rows} == {"counts", "ask", "never"}
    assert {near for row in rows for near in row["exercise"].split()} == {
        LAT_PULLDOWN,
        GLUTE_BRIDGE,
        SHRUG,
    }


# --- Names people write -----------------------------------------------------------------------

COUNTS = {
    LAT_PULLDOWN: """
        Lat Pulldown (Cable)|lat pulldowns|wide lat pull downs|LAT PULL-DOWN|Pulldown|Pulldowns
        Cable Pulldowns|V-Bar Pulldown|Lat pulldown 3x10|Underhand pulldown|Lat pulldown with rope
        Kneeling single arm lat pulldown|behind the neck lat pulldown|Banded lat pulldown
        Iso-Lateral Front Lat Pulldown|Single arm straight bar lat pulldown|Puxada alta
        Puxada Frontal (Máquina)|Jalón al pecho|Jalón al Pecho agarre ancho|Lat machine
        Lat machine presa stretta|Tirage vertical prise large|Latzug|Lat-Zug|Lat ziehen|Latziehen
        Frontziehen|Latzug zur Brust|Ściąganie drążka do klatki|Тяга верхнего блока широким хватом
        ラットプルダウン（ケーブル）|ワイドグリップラットプルダウン|高位下拉|阔背肌下拉 （滑轮机）
        A1. Lat Pulldown|[Back] lat pulldown|Lat pulldown 70kg 3x10|lat_pull_down|Lat Pulldown™ v2
        Lat—Pulldown|Lat‐Pull‑Down|Lat Pulldown (R)|Lat pulldown - myo-reps|LatPulldown
        Lat Pulldown (Cavo)|Lat Pulldown Multi Grip|MAG lat pulldown|V-Handle Lat Pulldown
        Lat Pulldown (EZ Bar)|Crossbody lat pulldown|Palms facing lat pulldown|Lying lat pulldown
        Reverse-Grip Pulldown|Vertical Traction (Technogym)|Lat pulldown (pin loaded)
        Lat pulldown breed|Einarmiger Latzug|Latissimus-Zug|Latzug vorne|Latzug Multigriff
        Latzug - Enger Griff (Kabel)|Jalón en polea al pecho|Jalón trasnuca|Jalón frontal
        Jalón con agarre ancho|Jalón al pecho con banda elástica|Puxada aberta|Puxada com triângulo
        Puxador frontal|Pulley frente|Puxada alta articulada|Tirage nuque|Tirage vertical serré
        Tirage poitrine poulie haute|Trazioni alla lat machine|Lat machine presa inversa
        Ściąganie wyciągu górnego do klatki|Ściąganie drążka szeroko|Вертикальная тяга в тренажёре
        Тяга верхнего блока с V-рукоятью|Тяга верхнего блока (широкий хват)|ラット・プルダウン
        ラットプルダウン（逆手）|ラットプルダウン 3セット|V把高位下拉|颈前下拉|單臂高位下拉
    """,
    GLUTE_BRIDGE: """
        Glute Bridge|glute bridges|glute bridges x band|hip bridge single leg|Glute bridge march
        Glute Bridge (Barbell)|TRX Glute Bridge|Butt lift|B-stance glute bridge|Hip Raises
        Weighted hip raise|Puente de glúteos a una pierna|Ponte per glutei|Pont fessier unilatéral
        Beckenheben einbeinig|Glute Bridge einbeinig|Ponte de glúteos|Mostek biodrowy ze sztangą
        Ягодичный мостик|グルートブリッジ|片脚グルートブリッジ|ヒップリフト|杠铃臀桥|GLUTE_BRIDGE
        GluteBridge|B2. Glute bridge|Glute bridges x20|glute bridge hold 45s|SL Glute Bridge
        Glute Bridge (R)|Figure 4 glute bridge|Glute bridge with ball squeeze
        Staggered stance glute bridge|Glute bridge feet on chair|Booty band glute bridge
        Gluteus Maximus Bridge|Glute Bridge Pulse|Heel glute bridge|Barbell hip raise
        Bodyweight hip raise|hip_raise|Bridges (glutes)|Einbeiniges Beckenheben|Po-Brücke
        Hüftbrücke|Beckenheben (Körpergewicht)|Glute bridge con banda|Puente de glúteos isométrico
        Glute bridge com barra|Pont fessier lesté|Ponte per i glutei|Ponte glutei a corpo libero
        Most pośladkowy|Mostek biodrowy z hantlem|Мост ягодичный|Мостик для ягодиц
        Ягодичные мостики|グルート・ブリッジ|グルートブリッジ（自重）|臀桥 自重
    """,
    SHRUG: """
        Shrug|Shrugs|DB shrugs|dumbbell shrugs seated|Shoulder shrugs|Trap Bar Shrug|Shrug (Cable)
        Shrug (Smith Machine)|barbell shrugs behind back|Snatch grip shrug|One arm dumbbell shrug
        Encogimientos de hombros con barra|Encolhimento com halteres|Scrollate con manubri
        Haussement d’épaules|Shrugs haltères|Schulterheben mit Kurzhanteln
        Shrugs in der Multipresse|Wzruszanie ramionami z hantlami|Szrugsy|Шраги с гантелями
        ダンベルシュラッグ|耸肩（杠铃）|dumbbell_shrug|SHRUG [DB]|C1 Shrugs|Traps: Shrugs
        Shrugs 12/12/12|Shrugs with straps|Hexbar shrug|T-Bar Shrug|Safety bar shrug|Landmine shrug
        Calf raise machine shrug|Lever shrug|Band shrug|Kettlebell shrug|Decline shrug
        Smith-machine shrugs behind the back|Cable shrug (rope)|Shrugs met dumbbells
        Shrugs med hantlar|Encogimiento de hombros tras espalda|Encogimientos con mancuernas
        Encolhimento por trás|Scrollate con trap bar|Haussement épaules|Shrugs mit SZ-Stange
        Wzruszanie ramion sztangą za plecami|Шраги на наклонной скамье|Шраги 3х12|バックシュラッグ
        僧帽筋シュラッグ|六角杠铃耸肩|斜方肌耸肩
    """,
}

NEVER = """
    Straight Arm Lat Pulldown (Cable)|Gerader Lat-Pulldown (Kabel)|Straight-arm pulldowns
    Stiff Arm Pulldown|Pulldown (corda)|Pulldown com corda|Triceps pulldown|Tricep Pull Downs
    Rope triceps pulldown|Ab pulldown|Face pull|High pulley row|Pull-ups|Chin-up|Lat pullover
    Jalón a la cara|Jalón con brazos rectos|Puxada com braços estendidos|Lat machine braccia tese
    Tirage vertical bras tendus|Tirage menton|Tractions|Trazioni al mento|Trazioni al volto
    Pulley basso|Long-Pulley|Latzug mit gestreckten Armen|Тяга верхнего блока прямыми руками
    ストレートアームプルダウン|直臂下拉|Hip Thrust|Barbell hip thrusts|Hip thrust glute bridge
    Elevação Pélvica (Barra)|ヒップスラスト|臀推|Hanging hip raise|Lying leg hip raise
    Leg hip raise|Bent-knee hip raise|Reverse hip raise|Decline hip raise|Smith machine hip raise
    Parallel bar hip raise|External hip raise|Side bridge|Copenhagen bridge|London bridge
    Neck bridge|Back bridge|Walking bridge|Table-top bridge|Bridge pose|Upright row|Overhead shrug
    Power shrug|Dumbbell snatch shrug|Kettlebell clean shrug|Barbell shrug jump|Scaption
    Scapular shrug|Serratus shrug|Chair shrug|Reverse shrug|Encogimientos con piernas elevadas
    Elevação de panturrilha|Elevação lateral|Bench press|Lat stretch|Straight‐Arm Lat Pulldown
    Straight—Arm Pulldown|straight_arm_lat_pulldown|StraightArmPulldown
    Lat Pulldown (Straight-Arm) (Cable)|Lat pulldown arms straight|Str. Arm Pulldown
    Lat prayer pulldown|Straight Bar Straight Arm Pulldown|Kneeling straight arm lat pulldown
    Stiff-Arm Cable Pulldown (Rope)|Cable pullover|Machine Pullover|Pullover lat pulldown
    Triceps pushdown|Tris pull down|V-bar triceps pulldown|Kneeling rope ab pulldown|High row
    Iso-Lateral High Row (Machine)|Facepull|Assisted pull-ups|Weighted Chin-Up|Upright row pull
    Latzug (gestreckte Arme)|Latzug Überzug|Rudern am Latzug|Trizeps Latzug|Jalón al rostro
    Jalón con brazos rígidos|Jalón de tríceps|Puxada de tríceps|Puxada baixa
    Lat pulldown braccia distese|Ściąganie liny do twarzy|Ściąganie drążka prostymi ramionami
    Ściąganie drążka na triceps|直臂高位下拉|三头下拉|Тяга верхнего блока на трицепс
    Низкая тяга блока к груди|ストレートアーム・プルダウン（ロープ）|barbell_hip_thrust_with_bench
    Glute Bridge / Hip Thrust|HipThrust|Hip Thrust (Glute Bridge)|Hanging knee hip raise
    Lying leg & hip raise|Hip Raise (Decline)|Hip Raise - Smith Machine|Captain's chair hip raise
    Side-Bridge Hip Dip|Copenhagen Adductor Bridge|Neck Bridge (wrestler)|Reverse table top bridge
    Nackenbrücke|Seitbrücke|Puente lateral|Elevação pélvica no banco|ネックブリッジ
    サイドブリッジ（左）|单腿臀推|Боковой мостик|Most boczny|Shrug upright row|Shrug overhead
    Hang clean shrug|Snatch high pull shrug|Trap Bar Jump Shrugs|Scaption & shrug
    Scapular pull-up shrug|Dip bar shrug|Reverse shrug machine|Handstand shrug|Überkopf-Shrugs
    Encogimientos oblicuos|Encogimientos de abdomen|Encogimiento invertido|Шраги над головой
    スキャプラシュラッグ|肩胛耸肩
"""

ASKED = {
    LAT_PULLDOWN: """
        Lat PD|Lat pull|Lat Pull DB|Biceps pulldown|Bent-over band pulldown|Pulldown with curl
        Lat pulldown to row|Rocky pull-up/pulldown|Inverted pulldown|Step-back pulldown|Puxada
        Rope pulldown|Standing pulldown|Pulley Alto|Jalón|Tirage poitrine|latsdrag|プルダウン
        Skipped lat pulldown|Lat pulldwn|LatPD|Latpuldown|Lat Pulldonw|Biceps Lat Pulldown
        Pull down w/ bicep curl|Plank lat pulldown|Pulldowns to plank|Lat pulldown + row
        Lat pulldown with twist|Standing lat pulldown|Latzug stehend|Puxada frontal em pé
        Jalón al pecho de pie|Ściąganie drążka stojąc|站姿高位下拉|Polea al pecho
        Jalón en polea alta|Tirage poulie haute|Тяга блока к груди|Тяга сверху|ラットプル|랫풀다운
        Nedtrekk|Pulldown com barra reta
    """,
    GLUTE_BRIDGE: """
        Bridge|bridges|ブリッジ|Hip lift|Single leg hip lift|片脚ヒップリフト|KAS glute bridge
        Clam bridge|Glute bridge with leg extension|Bridge with leg curl|Pelvic tilt into bridge
        Hip raise head on ball|Single-leg hip raise|Brücke auf dem Ball|Glute bridge chest press
        Glute bridge on bench|Machine glute bridge|Beckenheben mit Langhantel|Elevação pélvica
        Мостик|Подъём таза|bilbrug|höftlyft|Glute bridge jump|Bridge with leg extension
        Weighted clam bridge|Glute bridge skull crusher|Pallof press with glute bridge
        Shoulder elevated glute bridge|Swiss ball hip raise leg curl|Hip raise (left)
        Alternating hip raise|Hip raise each side|Shoulder bridge (Pilates)|Schulterbrücke
        Hüftheben|Cable glute bridge|Glute bridge (Smith machine)|Подъем таза с резинкой
        글루트 브릿지|ヒップレイズ
    """,
    SHRUG: """
        Lying shrug|Cable seated horizontal shrug|Seated cable shrug|Middle back shrug|Shrug-in
        Shrug-in (cable)|Inverted shrug|Bodyweight shrugs|Encogimientos|Shrug then row|Kelso shrug
        Seated rope shrug|Chest-supported shrug|Prone incline shrug|Mid-back shrug|BW shrugs|Shurgs
        BarbellShrug|Shrug + calf raise|Encoger hombros|Schulterheben vorne|Unoszenie barków
        Schouders ophalen|슈러그
    """,
}


def lines(text: str) -> list[str]:
    return [name.strip() for line in text.strip().splitlines() for name in line.split("|")]


def pairs(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, exercise) for exercise, text in table.items() for name in lines(text)]


@pytest.mark.parametrize(("name", "exercise"), pairs(COUNTS))
def test_an_invented_name_counts_when_all_its_words_are_known(name: str, exercise: str) -> None:
    assert recognise(name).exercise == exercise


@pytest.mark.parametrize("name", lines(NEVER))
def test_a_near_miss_is_no_exercise_and_no_question(name: str) -> None:
    assert recognise(name).near == ()


@pytest.mark.parametrize(("name", "exercise"), pairs(ASKED))
def test_a_name_that_only_the_person_knows_is_asked_about(name: str, exercise: str) -> None:
    recognition = recognise(name)

    assert (recognition.exercise, recognition.candidates) == (None, (exercise,))


@given(st.text(st.characters(categories=["Ll"], max_codepoint=0x7A), min_size=4))
def test_a_word_nobody_knows_never_rides_along_with_a_known_name(word: str) -> None:
    name = f"{word}qj shrug"

    assert recognise(name).exercise is None


def test_a_name_that_two_exercises_claim_is_asked_about() -> None:
    assert recognise("Lat pulldown + shrug").candidates == (LAT_PULLDOWN, SHRUG)


@pytest.mark.parametrize("name", ["", " ", "(male)", "!?", "\x00", "9" * 500])
def test_a_name_without_words_is_nothing(name: str) -> None:
    assert recognise(name, aliases={"(female)": SHRUG}) == Recognition()


@given(st.text())
def test_any_text_is_answered(name: str) -> None:
    recognition = recognise(name)

    assert not (recognition.exercise and recognition.candidates)


def test_the_answer_says_which_step_decided() -> None:
    steps = ["Barbell Shrug", "barbell  shrugs behind back", "BARBELL-SHRUG", "Bench press"]

    assert [recognise(name).how for name in steps] == ["exact", "rule", "normalised", None]


# --- Normalising ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "normalised"),
    [
        ("  Lat   Pull-Downs ", "lat pulldown"),
        ("Lat pull down", "lat pulldown"),
        ("Pull\N{EN DASH}down_machine", "pulldown machine"),
        ("Heel Glute Bridge (female)", "heel glute bridge"),
        ("Cable Pulldown (VERSION 2) (male)", "cable pulldown"),
        ("Jalón al Pecho", "jalon al pecho"),
        ("Brücke", "brucke"),
        ("Тяга верхней", "тяга верхней"),
        ("阔背肌下拉 （滑轮机）", "阔背肌下拉 (滑轮机)"),
        ("ﾗｯﾄﾌﾟﾙﾀﾞｳﾝ", "ラットプルダウン"),
    ],
)
def test_spellings_of_one_name_become_one(name: str, normalised: str) -> None:
    assert normalise(name) == normalised


def test_a_name_whose_spellings_are_listed_otherwise_is_asked_about() -> None:
    spellings = {
        "Pull-Down": Entry("counts", (LAT_PULLDOWN,)),
        "pull down": Entry("ask", (SHRUG, LAT_PULLDOWN)),
        "Shrug": Entry("counts", (SHRUG,)),
        "SHRUG": Entry("counts", (SHRUG,)),
    }

    assert by_normalised(spellings) == {
        "pulldown": Entry("ask", (LAT_PULLDOWN, SHRUG)),
        "shrug": Entry("counts", (SHRUG,)),
    }


def test_two_spellings_of_two_exercises_are_asked_about() -> None:
    spellings = {
        "Pull-Down": Entry("counts", (LAT_PULLDOWN,)),
        "pull down": Entry("counts", (SHRUG,)),
    }

    assert by_normalised(spellings) == {"pulldown": Entry("ask", (LAT_PULLDOWN, SHRUG))}


@given(st.text())
@example("((male)male)")
@example("pull pull downs down")
@example("a\u1dc0\u0301 ͅΑ")
def test_to_normalise_twice_changes_nothing(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)


# --- The person's own names -------------------------------------------------------------------


def test_an_alias_settles_a_name_in_whichever_case_it_is_written() -> None:
    aliases = {"Pull thing": LAT_PULLDOWN, "bridge": "none", "Nackenziehen": "face_pull"}
    names = ["Pull thing", "pull-THING", "Bridge", "NACKENZIEHEN"]

    recognitions = recognise_all(names, aliases).values()

    assert [found.exercise for found in recognitions] == [
        LAT_PULLDOWN,
        LAT_PULLDOWN,
        None,
        "face_pull",
    ]
    assert {found.how for found in recognitions} == {"alias"}
    assert {found.candidates for found in recognitions} == {()}


def test_an_alias_outranks_the_list_and_the_numbers() -> None:
    aliases = {"Barbell Shrug": "none"}

    found = recognise("Barbell Shrug", category=26, subtype=1, grade="confirmed", aliases=aliases)

    assert found == Recognition(None, "alias")


def test_an_alias_as_written_outranks_one_that_is_only_similar() -> None:
    assert recognise("My Row", aliases={"my row": "none", "My Row": SHRUG}).exercise == SHRUG
