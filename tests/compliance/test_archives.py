from pipeline.errors import Code

from .rows import file, judged, refused, run


def left_out(*members: tuple[bytes, str]) -> dict[str, object]:
    return {
        "left_out": [{"name": name, "code": code, "detail": f"{code}."} for name, code in members]
    }


def refusals(rows: list[dict[str, object]]) -> list[tuple[object, object]]:
    return [
        (note.facts["name"], note.facts["code"])
        for week in judged(rows)
        for note in week.notes
        if note.kind == "refused"
    ]


def test_a_member_that_cannot_be_had_is_said_on_the_page() -> None:
    archive = file("export.zip", run("2026-11-10 06:00")) | left_out(
        (b"activities/2.fit.gz", "E_CRC"), (b"routes/1.gpx", "I_MEMBER")
    )

    assert refusals([archive]) == [("export.zip/activities/2.fit.gz", "E_CRC")]


def test_members_that_fail_alike_are_one_note() -> None:
    archive = file("export.zip", run("2026-11-10 06:00")) | left_out(
        (b"b.fit", "E_ENCRYPTED"), (b"me@example.org_1.fit", "E_CRC"), (b"a.fit", "E_ENCRYPTED")
    )

    assert sorted(refusals([archive])) == [
        ("export.zip/1.fit", "E_CRC"),
        ("export.zip/a.fit and 1 more", "E_ENCRYPTED"),
    ]


def test_an_archive_that_is_refused_is_told_of_once() -> None:
    archive = refused("export.zip", Code.E_ENCRYPTED) | left_out((b"a.fit", "E_ENCRYPTED"))

    assert refusals([file("a.fit", run("2026-11-10 06:00")), archive]) == [
        ("export.zip", "E_ENCRYPTED")
    ]


def test_an_archive_s_own_workouts_are_judged() -> None:
    (week,) = [each for each in judged([file("apple.zip", run("2026-11-10 06:00"))]) if each.jogs]

    assert [jog.metres for jog in week.jogs] == [3000.0]
