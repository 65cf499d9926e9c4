import pytest

from pipeline.errors import SettingsError
from pipeline.programme import prescriptions
from pipeline.settings import parse

ME = '[people.me]\nzone = "Europe/Berlin"\n'
# A setting, and below it all that is said of it: key, value, and what is allowed instead.
OF_ALL = r"""
week_start = "friday"
    week_start = 'friday' is not 'monday' or 'sunday'
week_start = 1
    week_start = 1 is not 'monday' or 'sunday'
settle_seconds = -1
    settle_seconds = -1 is not a number from 0 to 3600
settle_seconds = true
    settle_seconds = true is not a number from 0 to 3600
settle_seconds = nan
    settle_seconds = nan is not a number from 0 to 3600
settle_seconds = "5"
    settle_seconds = '5' is not a number from 0 to 3600
engine = "ray"
    engine = 'ray' is not 'local' or 'threads' or 'processes' or 'dask'
dask_address = "here"
    dask_address = 'here' is not an address such as tcp://127.0.0.1:8786
dask_address = "tcp://127.0.0.1:8786"
    dask_address = 'tcp://127.0.0.1:8786' is not for engine = "local"; write engine = "dask", or remove it
schedule = "daily"
    schedule = 'daily' is not a cron line such as "0 3 * * *"
schedule = 3
    schedule = 3 is not a cron line such as "0 3 * * *"
link_originals = "yes"
    link_originals = 'yes' is not true or false
file_names = "none"
    file_names = 'none' is not 'plain' or 'hash'
report = true
    report = true is not a table
report = {pdf = "yes"}
    report.pdf = 'yes' is not true or false
report = {html = true}
    report.html = true is not a setting; remove it or mend its name
readers = "fast"
    readers = 'fast' is not 'own' or 'reference'
report = 5
    report = 5 is not a table
report = { pdfs = true }
    report.pdfs = true is not a setting; did you mean pdf?
report = { show_pain_notes = "no" }
    report.show_pain_notes = 'no' is not true or false
report = { care = true }
    report.care = true is not a table
report = { care = { single = 11 } }
    report.care.single = 11 is not a whole number from 1 to 10
report = { care = { level = 0 } }
    report.care.level = 0 is not a whole number from 1 to 10
report = { care = { days = 8 } }
    report.care.days = 8 is not a whole number from 1 to 7
report = { care = { median = 0 } }
    report.care.median = 0 is not a number from 1 to 10
report = { care = { weeks = 0 } }
    report.care.weeks = 0 is not a whole number from 1 to 52
report = { care = { entries = 2.5 } }
    report.care.entries = 2.5 is not a whole number from 1 to 7
report = { care = { text = "" } }
    report.care.text = '' is not a text of 1 to 600 characters
wek_start = 1
    wek_start = 1 is not a setting; did you mean week_start?
"week\nstart" = 1
    week\nstart = 1 is not a setting; did you mean week_start?
limit_m = 4000
    limit_m = 4000 is not a setting; remove it or mend its name
names = 5
    names = 5 is not a table
names = {"Pull" = "Lat!"}
    names."Pull" = 'Lat!' is not an id: a-z, 0-9 and _
names = {"Pull" = 5}
    names."Pull" = 5 is not an id: a-z, 0-9 and _
names = {"Pull" = "lat_puldown"}
    names."Pull" = "lat_puldown" is not one of glute_bridge, jog, lat_pulldown, none, shrug
names = {"Pull\nthing" = "lat_puldown"}
    names."Pull\nthing" = "lat_puldown" is not one of glute_bridge, jog, lat_pulldown, none, shrug
activities = 5
    activities = 5 is not a table
activities = {"xyz" = "jog"}
    activities = 'xyz' is not the first 8 or more digits of a file's SHA-256
activities = {"5328BBA9" = "jog"}
    activities = '5328BBA9' is not the first 8 or more digits of a file's SHA-256
activities = {"5328bba" = "jog"}
    activities = '5328bba' is not the first 8 or more digits of a file's SHA-256
activities = {"5328bba9" = "run"}
    activities."5328bba9" = 'run' is not 'jog' or 'other' or 'copy'
activities = {"5328bba9" = true}
    activities."5328bba9" = true is not 'jog' or 'other' or 'copy'
programme = 5
    programme = 5 is not a list
programme = {limit_m = 4000}
    programme = {limit_m = 4000} is not a list; write [[programme]], in two brackets
programme = [1]
    programme[0] = 1 is not a table
programme = [{limit_m = 99}]
    programme[0].limit_m = 99 is not a number from 100 to 1000000
programme = [{limit_m = "5 km"}]
    programme[0].limit_m = '5 km' is not a number from 100 to 1000000
programme = [{limit_m = 1000001}]
    programme[0].limit_m = 1000001 is not a number from 100 to 1000000
programme = [{limit_m = inf}]
    programme[0].limit_m = inf is not a number from 100 to 1000000
programme = [{limit = 4000}]
    programme[0].limit = 4000 is not a setting; did you mean limit_m?
programme = [{from = "2026-09-07"}]
    programme[0].from = '2026-09-07' is not a date such as 2026-09-07, without quotes
programme = [{from = 2026-09-07T00:00:00}]
    programme[0].from = 2026-09-07 00:00:00 is not a date such as 2026-09-07, without quotes
programme = [{from = 2026-09-07}, {from = 2026-11-09}, {from = 2026-09-07}]
    programme[2].from = 2026-09-07 is not a day of its own; programme[0] starts on it
programme = [{limit_m = 4000}, {limit_m = 3000}]
    programme[1].from is missing, as in programme[0]; say from when on it applies
programme = [{exercises = []}]
    programme[0].exercises = [] is not a list of exercises; leave it out for the usual ones
programme = [{exercises = "jog"}]
    programme[0].exercises = 'jog' is not a list
programme = [{exercises = [5]}]
    programme[0].exercises[0] = 5 is not an exercise: an id, or a table with one
programme = [{exercises = ["Jog!"]}]
    programme[0].exercises[0].id = 'Jog!' is not an id: a-z, 0-9 and _
programme = [{exercises = [""]}]
    programme[0].exercises[0].id = '' is not an id: a-z, 0-9 and _
programme = [{exercises = ["jog", "shrug", "jog"]}]
    programme[0].exercises = ['jog', 'shrug', 'jog'] is not a list of different exercises
programme = [{exercises = [{}]}]
    programme[0].exercises[0] = {} is not an exercise: it needs an id
programme = [{exercises = [{name = "Planks"}]}]
    programme[0].exercises[0] = {name = 'Planks'} is not an exercise: it needs an id
programme = [{exercises = [{id = "a b"}]}]
    programme[0].exercises[0].id = 'a b' is not an id: a-z, 0-9 and _
programme = [{exercises = [{id = "shrug", name = ""}]}]
    programme[0].exercises[0].name = '' is not a text of 1 to 60 characters
programme = [{exercises = [{id = "shrug", names = "Shrug"}]}]
    programme[0].exercises[0].names = 'Shrug' is not a list
programme = [{exercises = [{id = "shrug", names = [""]}]}]
    programme[0].exercises[0].names[0] = '' is not a text of 1 to 200 characters
programme = [{exercises = [{id = "shrug", sessions_per_week = 0}]}]
    programme[0].exercises[0].sessions_per_week = 0 is not a whole number from 1 to 99
programme = [{exercises = [{id = "shrug", sessions_per_week = 2.5}]}]
    programme[0].exercises[0].sessions_per_week = 2.5 is not a whole number from 1 to 99
programme = [{exercises = [{id = "shrug", sessions_per_week = "twice"}]}]
    programme[0].exercises[0].sessions_per_week = 'twice' is not a whole number from 1 to 99
programme = [{exercises = [{id = "shrug", sets_per_session = 100}]}]
    programme[0].exercises[0].sets_per_session = 100 is not a whole number from 1 to 99
programme = [{exercises = [{id = "shrug", sets_per_session = true}]}]
    programme[0].exercises[0].sets_per_session = true is not a whole number from 1 to 99
programme = [{exercises = [{id = "shrug", sets = 3}]}]
    programme[0].exercises[0].sets = 3 is not a setting; remove it or mend its name
programme = [{exercises = ["shrug", {id = "jog", sets_per_session = 3}]}]
    programme[0].exercises[1].sets_per_session = 3 is not a setting of a jog, which has no sets; remove it
programme = [{exercises = [{id = "jog", sets_per_session = 1}]}]
    programme[0].exercises[0].sets_per_session = 1 is not a setting of a jog, which has no sets; remove it
programme = [{exercises = ["plank"]}]
    the exercise "plank" is not known; give it a name, and the names your app uses: { id = "plank", name = "Planks", names = ["Plank"] }
programme = [{exercises = [{id = "none", name = "Rest"}]}]
    the exercise id = "none" is not free: it says that a name is no exercise; give it another id
programme = [{exercises = [{id = "plank", name = "Planks", names = ["Plank"]}, {id = "side", name = "Side planks", names = ["PLANK"]}]}]
    names = "PLANK" of the exercise "side" is a name of "plank" too; take it out of one of them
programme = [{exercises = [{id = "plank", name = "P", names = ["Front Plank"]}]}, {from = 2026-09-07, exercises = [{id = "side", name = "S", names = ["front-plank"]}]}]
    names = "front-plank" of the exercise "side" is a name of "plank" too; take it out of one of them
"""  # noqa: E501 - what is said is one line
OF_A_PERSON = r"""
label = ""
    people.me.label = '' is not a text of 1 to 80 characters
label = 5
    people.me.label = 5 is not a text of 1 to 80 characters
programme = {limit_m = 4000}
    people.me.programme = {limit_m = 4000} is not a list; write [[people.me.programme]], in two brackets
programme = [{limit_m = 99}]
    people.me.programme[0].limit_m = 99 is not a number from 100 to 1000000
programme = [{exercises = ["plank"]}]
    the exercise "plank" is not known; give it a name, and the names your app uses: { id = "plank", name = "Planks", names = ["Plank"] }
zones = "UTC"
    people.me.zones = 'UTC' is not a setting; did you mean zone?
colour = 1
    people.me.colour = 1 is not a setting; remove it or mend its name
units = "miles"
    people.me.units = 'miles' is not 'km' or 'mi'
share_with_clinic = "yes"
    people.me.share_with_clinic = 'yes' is not true or false
share_pain = 1
    people.me.share_pain = 1 is not true or false
notify_to = "ann"
    people.me.notify_to = 'ann' is not one address such as alex@example.org
notify_to = "ann@example.org"
    people.me.notify_to needs notify.smtp_host
notify_urls = "ntfy://secret"
    people.me.notify_urls = '…' is not a list
pauses = 5
    people.me.pauses = 5 is not a list
pauses = {from = 2026-08-01, to = 2026-08-02}
    people.me.pauses = {from = 2026-08-01, to = 2026-08-02} is not a list
pauses = [5]
    people.me.pauses[0] = 5 is not a table
pauses = [{}]
    people.me.pauses[0] = {} is not a pause: it needs from and to, in this order
pauses = [{from = 2026-08-16}]
    people.me.pauses[0] = {from = 2026-08-16} is not a pause: it needs from and to, in this order
pauses = [{from = 2026-08-16, to = 2026-08-15}]
    people.me.pauses[0] = {from = 2026-08-16, to = 2026-08-15} is not a pause: it needs from and to, in this order
pauses = [{from = "2026-08-16", to = 2026-08-15}]
    people.me.pauses[0].from = '2026-08-16' is not a date such as 2026-09-07, without quotes
pauses = [{from = 2026-08-15, to = 2026-08-16, reason = ""}]
    people.me.pauses[0].reason = '' is not a text of 1 to 200 characters
pauses = [{from = 2026-08-15, to = 2026-08-16, why = "flu"}]
    people.me.pauses[0].why = 'flu' is not a setting; remove it or mend its name
names = {"Pull" = "lat_puldown"}
    names."Pull" = "lat_puldown" is not one of glute_bridge, jog, lat_pulldown, none, shrug
names = ["Pull"]
    people.me.names = ['Pull'] is not a table
"""  # noqa: E501 - what is said is one line
OF_MESSAGES = r"""
smtp_host = "a host"
    notify.smtp_host = 'a host' is not the name of a mail server such as smtp.example.org
smtp_host = "smtp..example.org"
    notify.smtp_host = 'smtp..example.org' is not the name of a mail server such as smtp.example.org
smtp_host = 5
    notify.smtp_host = 5 is not the name of a mail server such as smtp.example.org
smtp_port = 0
    notify.smtp_port = 0 is not a whole number from 1 to 65535
smtp_port = 65536
    notify.smtp_port = 65536 is not a whole number from 1 to 65535
smtp_port = true
    notify.smtp_port = true is not a whole number from 1 to 65535
smtp_port = "587"
    notify.smtp_port = '587' is not a whole number from 1 to 65535
smtp_user = ""
    notify.smtp_user = '' is not a text of 1 to 200 characters
smtp_user = "a\r\nb"
    notify.smtp_user = 'a\r\nb' is not the name of a user, on one line
from = "alex"
    notify.from = 'alex' is not one address such as alex@example.org
to = "a@example.org, b@example.org"
    notify.to = 'a@example.org, b@example.org' is not one address such as alex@example.org
to = "a@example.org\r\nBcc: b@example.org"
    notify.to = 'a@example.org\r\nBcc: b@example.org' is not one address such as alex@example.org
to = "a..b@example.org"
    notify.to = 'a..b@example.org' is not one address such as alex@example.org
to = ["a@example.org"]
    notify.to = ['a@example.org'] is not one address such as alex@example.org
tls = "yes"
    notify.tls = 'yes' is not true or false
urls = "ntfy://secret"
    notify.urls = '…' is not a list
urls = ["ntfy://fine", "secret"]
    notify.urls[1] = '…' is not an address of Apprise such as ntfy://topic
urls = ["ntfy://a b"]
    notify.urls[0] = '…' is not an address of Apprise such as ntfy://topic
urls = [5]
    notify.urls[0] = 5 is not an address of Apprise such as ntfy://topic
detail = "all"
    notify.detail = 'all' is not 'status' or 'ready'
nudge = 1
    notify.nudge = 1 is not true or false
url = ["ntfy://secret"]
    notify.url = '…' is not a setting; did you mean urls?
smtp_password = "secret"
    notify.smtp_password is not a setting; remove it, and put it into BACKFOUR_SMTP_PASSWORD
smtp_host = "smtp.example.org"
    notify.from is missing, as there is notify.smtp_host
from = "a@example.org"
    notify.smtp_host is missing, as there is notify.from
smtp_port = 25
    notify.smtp_host is missing, as there is notify.smtp_port
"""
WHOLE = 'smtp_host = "smtp.example.org"\nfrom = "a@example.org"\nto = "b@example.org"\n'


def pairs(table: str) -> list[tuple[str, str]]:
    lines = [line.strip() for line in table.splitlines() if line]
    return list(zip(lines[::2], lines[1::2], strict=True))


def fault(text: str) -> str:
    with pytest.raises(SettingsError) as raised:
        prescriptions.check(parse(text))
    return str(raised.value)


@pytest.mark.parametrize(("setting", "said"), pairs(OF_ALL))
def test_a_wrong_setting_is_told_in_one_line_with_its_value_and_what_is_allowed(
    setting: str, said: str
) -> None:
    assert fault(f"{setting}\n{ME}") == f"backfour.toml: {said}"


@pytest.mark.parametrize(("setting", "said"), pairs(OF_A_PERSON))
def test_a_wrong_setting_of_a_person_is_told_in_one_line(setting: str, said: str) -> None:
    assert fault(f"{ME}{setting}\n") == f"backfour.toml: {said}"


@pytest.mark.parametrize(("setting", "said"), pairs(OF_MESSAGES))
def test_a_wrong_setting_of_messages_is_told_without_any_secret(setting: str, said: str) -> None:
    assert fault(f"{ME}[notify]\n{setting}\n") == f"backfour.toml: {said}"


def test_a_table_of_messages_in_two_brackets_is_told_without_any_secret() -> None:
    said = fault(f'{ME}[[notify]]\nurls = ["ntfy://secret"]\n')

    assert said == "backfour.toml: notify = '…' is not a table; write [notify], in one bracket"


def test_a_password_is_never_sent_where_anybody_could_read_it() -> None:
    said = fault(f'{ME}[notify]\n{WHOLE}smtp_user = "a"\ntls = false\n')

    assert said == (
        "backfour.toml: notify.tls = false with notify.smtp_user is allowed for localhost or"
        " 127.0.0.1 only: anybody could read the password"
    )


@pytest.mark.parametrize(
    ("setting", "port"),
    [("", 587), ("tls = false", 25), ("smtp_port = 465", 465), ("tls = false\nsmtp_port = 1", 1)],
)
def test_the_port_of_a_mail_server_is_the_usual_one_unless_it_is_set(
    setting: str, port: int
) -> None:
    found = parse(f"{ME}[notify]\n{WHOLE}{setting}").notify

    assert found.port == port
    assert found.is_configured


def test_nobody_is_told_anything_unless_it_is_set() -> None:
    assert not parse(ME).notify.is_configured
    assert not parse(f"{ME}[notify]\nnudge = true").notify.is_configured
    found = parse(f'{ME}[notify]\nurls = ["ntfy://secret", "ntfy://secret"]').notify
    assert found.is_configured
    assert found.urls == ("ntfy://secret",)
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("", "people.me.zone is missing; use a name such as Europe/Berlin"),
        *(
            (
                f"zone = {zone}",
                f"people.me.zone = {zone} is not a time zone; use a name such as Europe/Berlin",
            )
            for zone in (
                "''",
                "'Berlin'",
                "'../UTC'",
                "'localtime'",
                "'posix/Europe/Berlin'",
                "'right/UTC'",
                "'Europe'",
                "'+01:00'",
                "5",
            )
        ),
    ],
)
def test_a_place_that_is_no_time_zone_is_told_with_one_that_is(zone: str, said: str) -> None:
    assert fault(f"[people.me]\n{zone}\n") == f"backfour.toml: {said}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", " names nobody; add [people.me] with a label and a zone"),
        ("[people]", " names nobody; add [people.me] with a label and a zone"),
        ("people = 5", ": people = 5 is not a table"),
        ("[people]\nme = 1", ": people.me = 1 is not a table"),
        (
            "[[people]]\nzone = 'UTC'",
            ": people = [{zone = 'UTC'}] is not a table; write [people.me], in one bracket",
        ),
        (
            "[people.Alex]\nzone = 'UTC'",
            ": people.Alex = 'Alex' is not an id: 1 to 40 of a-z, 0-9 and -",
        ),
        (
            '[people."a\\nb"]\nzone = "UTC"',
            ": people.a\\nb = 'a\\nb' is not an id: 1 to 40 of a-z, 0-9 and -",
        ),
        (
            ME + f"label = '{'x' * 81}'",
            f": people.me.label = '{'x' * 56}… is not a text of 1 to 80 characters",
        ),
    ],
)
def test_a_file_that_names_nobody_rightly_is_told_how_to(text: str, said: str) -> None:
    assert fault(text) == f"backfour.toml{said}"


@pytest.mark.parametrize(("text", "line"), [("[people.me\nzone", 1), (ME + ME, 3)])
def test_what_is_no_toml_is_told_with_its_line(text: str, line: int) -> None:
    said = fault(text)

    assert said.startswith("backfour.toml is not valid TOML: ")
    assert f"line {line}, " in said
    assert said.isprintable()


def test_one_exercise_may_keep_its_names_from_programme_to_programme() -> None:
    plank = '{id = "plank", name = "Planks", names = ["Plank", "PLANK"]}'
    text = f"programme = [{{exercises = [{plank}]}}, {{from = 2026-09-07, exercises = [{plank}]}}]"

    checked = parse(f"{text}\n{ME}")

    prescriptions.check(checked)
    assert set(prescriptions.aliases(checked, checked.people[0]).values()) == {"plank"}


@pytest.mark.parametrize(
    "setting",
    [
        f"settle_seconds = {'9' * 5_000}",
        f"settle_seconds = 0x{'f' * 5_000}",
        f"week_start = [0x{'f' * 5_000}]",
        f"week_start = {'[' * 5_000}",
        f"people.ann.zone = 0x{'f' * 5_000}",
        f"{'.'.join(['a'] * 5_000)} = 1",
        f"{'k' * 5_000} = 1",
    ],
    ids=lambda setting: setting[:22],
)
def test_what_is_too_large_or_too_deep_is_told_in_one_short_line(setting: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse(f"{setting}\n{ME}")

    assert len(str(caught.value)) < 600
    assert str(caught.value).isprintable()
