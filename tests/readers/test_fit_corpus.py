import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import fitdecode
import pytest
from garmin_fit_sdk import Decoder, Stream
from garmin_fit_sdk.profile import Profile

from pipeline import guard, readers
from pipeline.errors import Refusal
from pipeline.readers.limits import LIMITS
from pipeline.tables import Activity, Reading

SESSION, SPORT, START_TIME, DISTANCE = 18, 5, 2, 9
EPOCH = dt.datetime(1989, 12, 31, tzinfo=dt.UTC)
FIRST_DATE, TRANSITION = 0x10000000, 3
COMPRESSED_TIME = {"antfs-dump.63.fit", "compressed-speed-distance.fit"}
NEITHER_HAS_A_SESSION = {
    # No session was written; ours is made of the records.
    "nick.fit",
    "WithGearChangeData.fit",
    "activity_truncated.fit",
}
# (sport number, start in FIT seconds, total in metres) of one session message
Told = tuple[int | None, int | None, float | None]
Outcomes = dict[Path, guard.Outcome]

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:fitdecode.*")


@pytest.fixture(scope="module")
def corpus() -> list[Path]:
    folder = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "fit"
    if not folder.is_dir():
        pytest.skip("../shared is not there: real FIT files were not read")
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def outcomes(corpus: list[Path]) -> Outcomes:
    return dict(guard.read_all(corpus))


def told_to_fitdecode(path: Path) -> list[Told]:
    found: list[Told] = []
    try:
        with fitdecode.FitReader(str(path), check_crc=fitdecode.CrcCheck.DISABLED) as reader:
            for frame in reader:
                if isinstance(frame, fitdecode.FitDataMessage) and frame.global_mesg_num == SESSION:
                    # Developer fields may carry the same names, so only native numbers count.
                    raw = {f.def_num: f.raw_value for f in frame.fields if not is_developer(f)}
                    found.append(told(raw.get(SPORT), raw.get(START_TIME), raw.get(DISTANCE)))
    except fitdecode.FitError:
        pass  # damage; what came before it counts
    return found


def is_developer(field: Any) -> bool:  # noqa: ANN401 - fitdecode has no types
    return isinstance(field.field_def, fitdecode.types.DevFieldDefinition)


def told(sport: int | None, start: int | None, raw_distance: int | None) -> Told:
    return sport, start, None if raw_distance is None else raw_distance / 100


def told_to_garmin(path: Path) -> list[Told]:
    # Errors come back in a list, beside the messages read up to them.
    messages, _ = Decoder(Stream.from_byte_array(bytearray(path.read_bytes()))).read(
        convert_types_to_strings=False, convert_datetimes_to_dates=False, merge_heart_rates=False
    )
    sessions = cast("list[dict[str, Any]]", messages.get("session_mesgs", []))
    return [(s.get("sport"), s.get("start_time"), s.get("total_distance")) for s in sessions]


def sport_name(number: int | None) -> str | None:
    if number is None:
        return None
    return str(Profile["types"]["sport"].get(number, f"sport_{number}"))


def expected(sessions: list[Told]) -> list[tuple[str | None, dt.datetime | None, float | None]]:
    return [
        (sport_name(sport), instant(start), metres)
        for sport, start, metres in sessions
        if sport != TRANSITION
    ]


def instant(start: int | None) -> dt.datetime | None:
    if start is None or start < FIRST_DATE:
        return None
    return EPOCH + dt.timedelta(seconds=start)


def read(activities: tuple[Activity, ...]) -> list[tuple[str | None, dt.datetime | None, Any]]:
    return [(each.sport, each.starts_at, each.session_m) for each in activities]


@pytest.mark.parametrize("oracle", [told_to_fitdecode, told_to_garmin], ids=["fitdecode", "garmin"])
def test_sessions_and_their_distances_are_those_of_an_independent_decoder(
    oracle: Callable[[Path], list[Told]], corpus: list[Path], outcomes: Outcomes
) -> None:
    compared = 0
    for path in corpus:
        sessions = oracle(path)
        if oracle is told_to_garmin and path.name in COMPRESSED_TIME:
            continue  # the official SDK refuses compressed timestamps
        outcome = outcomes[path]
        if not sessions:
            is_ours = isinstance(outcome, Refusal) or path.name in NEITHER_HAS_A_SESSION
            assert is_ours, path.name
            continue
        assert isinstance(outcome, Reading), (path.name, outcome)
        assert [(s, start, m) for s, start, m in read(outcome.activities)] == [
            (s, start, None if m is None else pytest.approx(m, abs=0.005))
            for s, start, m in expected(sessions)
        ], path.name
        compared += len(sessions)
    assert compared > 80


def test_no_real_file_crosses_a_limit_or_breaks_a_reader(outcomes: Outcomes) -> None:
    refused = {
        path.name: outcome.code
        for path, outcome in outcomes.items()
        if isinstance(outcome, Refusal)
    }

    assert set(refused.values()) == {"E_NO_ACTIVITY"}
    assert max(path.stat().st_size for path in outcomes) < LIMITS.reference_bytes


def test_sums_of_laps_and_running_distances_agree_with_the_total_where_there_are_all(
    outcomes: Outcomes,
) -> None:
    apart = {
        path.name
        for path, outcome in outcomes.items()
        if isinstance(outcome, Reading)
        for each in outcome.activities
        for other in (each.laps_m, each.records_m)
        if each.session_m and other is not None and abs(other / each.session_m - 1) > 0.02
    }

    assert apart == {
        "activity-large-fenxi2-multisport.fit",  # laps of a swim and run miss the runs
        "big_activity.fit",  # its records were thinned
        "strava-android-app-201.10-b1218918.fit",  # its middle is missing
        "unterminated-strings.fit",  # a ride of 69 m
    }


def test_a_coros_file_with_misaligned_fields_is_read_to_its_end(outcomes: Outcomes) -> None:
    (outcome,) = [outcome for path, outcome in outcomes.items() if path.name.startswith("coros")]

    assert isinstance(outcome, Reading)
    assert outcome.activities[0].session_m == 32_145.76
    assert outcome.activities[0].integrity == "whole"
    assert outcome.problems == ()  # the misaligned fields are none that we read


def test_the_same_run_re_encoded_by_strava_says_the_same(outcomes: Outcomes) -> None:
    watch, strava = (
        outcome.activities[0]
        for path, outcome in sorted(outcomes.items(), key=lambda each: each[0].name, reverse=True)
        if path.name in {"2022-05-29-15-53-35_Laufen_Landal_Park.fit", "12866632127.fit"}
        and isinstance(outcome, Reading)
    )

    assert (watch.starts_at, watch.session_m) == (strava.starts_at, strava.session_m)
    assert watch.session_m == 3322.95


def test_a_summary_written_first_or_last_says_the_same(outcomes: Outcomes) -> None:
    first, last = (
        outcome.activities
        for path, outcome in sorted(outcomes.items())
        if path.name.startswith("triathlon_summary") and isinstance(outcome, Reading)
    )

    assert first == last
    assert [each.records_m for each in first] == [each.session_m for each in first]


def test_a_file_read_after_another_says_what_it_says_alone(
    corpus: list[Path], outcomes: Outcomes
) -> None:
    chosen = [path for path in corpus if path.stat().st_size < 20_000]
    backwards = list(reversed(chosen))

    assert dict(guard.read_all(backwards)) == {path: outcomes[path] for path in chosen}


def test_kinds_are_told_by_content(corpus: list[Path]) -> None:
    assert {readers.claimed_by(path.read_bytes()) for path in corpus} == {"fit"}
