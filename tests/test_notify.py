import dataclasses
import datetime as dt
import email
import email.policy
import http.server
import json
import logging
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from typer.testing import CliRunner

from flows.command import app
from pipeline import jobs, notify, report
from pipeline.disk import Disk
from pipeline.home import Home
from pipeline.notify import Message, Sent, smtp
from pipeline.report import Options, content
from pipeline.settings import PASSWORD, Notify, Person, Settings
from pipeline.week import Status, Week

from .homes import EXPECTED, SETTLED_CLOCK_S, drop, new_home, reports, run, sample_files
from .mail_server import MailServer, Manners, serving
from .report.test_digest import TRIGGER
from .report.weeks import (
    MONDAY,
    TUE,
    all_three,
    both,
    history,
    jog,
    judgement,
    no_shrugs,
    on_plan,
    week,
)

ME = Person("me", "Alex", "Europe/Berlin")
NEXT_MONDAY = MONDAY.replace(day=16)


def opened(day: int = 17, **changes: Any) -> Week:  # noqa: ANN401
    return week(monday=NEXT_MONDAY, today=MONDAY.replace(day=day), **changes)


def contents(*weeks: Week) -> list[dict[str, Any]]:
    return [content(each, [], options=Options()) for each in weeks]


def due(weeks: Sequence[Week], sent: Sent | None = None, **changes: Any) -> list[str]:  # noqa: ANN401
    found = notify.due(contents(*weeks), sent or Sent(), is_nudged=changes.get("is_nudged", False))
    return [f"{each.week_id} {each.occasion}" for each in found]


def told(*weeks: Week) -> Sent:
    sent = Sent()
    for each in contents(*weeks):
        sent = sent.after(Message(each))
    return sent


# What is due


def test_a_first_import_of_ten_years_is_one_message() -> None:
    assert due([*history(both(), 30), opened()]) == ["2026-W46 closed"]


def test_nothing_is_due_before_a_week_has_closed_or_without_any() -> None:
    assert due([opened()]) == []
    assert due([]) == []


def test_nothing_is_due_twice() -> None:
    assert due([*history(both(), 3), opened()], told(both())) == []


def test_the_next_week_is_due_when_it_has_closed() -> None:
    assert due([both(), week(monday=NEXT_MONDAY), opened()], told(both()))[:1] == [
        "2026-W47 closed"
    ]


def revised(status: Status, found: Week) -> Week:
    first = judgement(status, 3, NEXT_MONDAY)
    return dataclasses.replace(
        found, history=(first, judgement(found.status, 4, MONDAY.replace(day=18)))
    )


def test_a_revision_is_due_only_where_its_status_is_another_one() -> None:
    short = week(no_shrugs(), (jog(3840.0),))
    same = revised(Status.INCOMPLETE, short)
    other = revised(Status.INCOMPLETE, on_plan())

    assert due([same, opened()], told(short)) == []
    assert due([other, opened()], told(short)) == ["2026-W46 changed"]


def test_a_week_before_the_newest_is_told_of_again_only_if_somebody_was_told_of_it() -> None:
    short = week(no_shrugs(), (jog(3840.0),))
    newest = week(monday=NEXT_MONDAY)
    other = revised(Status.INCOMPLETE, on_plan())

    assert due([other, newest], told(newest)) == []
    assert due([other, newest], told(short, newest)) == ["2026-W46 changed"]
    # What a settled name heals is no revision: a year of messages would come at once.
    assert due([on_plan(), newest], told(short, newest)) == []


def test_what_arrives_on_the_day_after_the_week_is_told_without_a_revision() -> None:
    assert due([on_plan(), opened()], told(week())) == ["2026-W46 changed"]


def test_judging_an_earlier_moment_tells_of_no_earlier_week() -> None:
    assert due([on_plan(MONDAY.replace(day=2)), week(today=MONDAY)], told(both())) == []


def test_what_was_sent_of_old_weeks_is_forgotten() -> None:
    weeks = history(both(), 30)

    assert sorted(told(*weeks).weeks) == [f"2026-W{number}" for number in range(42, 47)]


@pytest.mark.parametrize(
    ("day", "found"), [(20, []), (21, ["2026-W47 nudge"]), (22, [])], ids=["Fri", "Sat", "Sun"]
)
def test_a_nudge_is_due_on_the_day_before_the_last(day: int, found: list[str]) -> None:
    weeks = [both(), opened(day)]

    assert due(weeks, told(both()), is_nudged=True) == found
    assert due(weeks, told(both()), is_nudged=False) == []


def test_a_nudge_is_sent_once_and_never_where_nothing_is_open() -> None:
    jogs = (jog(3840.0, TUE, NEXT_MONDAY),)
    whole = opened(21, lifts=all_three(NEXT_MONDAY), jogs=jogs)
    paused = opened(21, status=Status.PAUSED, pause="holiday")
    (found,) = contents(opened(21))

    assert due([whole], is_nudged=True) == []
    assert due([paused], is_nudged=True) == []
    assert due([opened(21)], Sent().after(Message(found, "nudge")), is_nudged=True) == []
    with_card = found | {"pain": TRIGGER}
    assert list(notify.due([with_card], Sent(), is_nudged=True)) == []


# Sending by mail


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.library(ME).prepare()
    return made


def settings_of(server: MailServer | None, **changes: Any) -> Settings:  # noqa: ANN401
    chosen = {
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port if server else None,
        "sender": "backfour@example.org",
        "recipient": "alex@example.org",
        "tls": False,
        **changes,
    }
    return Settings((ME,), notify=Notify(**chosen))


def send(home: Home, checked: Settings, *weeks: Week) -> notify.Outcome:
    return notify.run(home, checked, ME, weeks or [*history(both(), 3), opened()])


def read(raw: bytes) -> tuple[str, str]:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return message["Subject"], str(message.get_content()).replace("\r\n", "\n")


def test_a_closed_week_is_sent_once_with_its_result_and_what_to_do(home: Home) -> None:
    with serving() as server:
        first = send(home, settings_of(server))
        second = send(home, settings_of(server))

    assert (first.sent, first.notices, second.sent, second.notices) == (1, [], 0, [])
    ((subject, text),) = map(read, server.messages)
    assert subject == "Week 46: Not complete, over 5 km"
    assert text.startswith("3 of 4 done, and one jog went past 5 km. Shoulder shrugs were not")
    assert server.commands[1].startswith("mail FROM:<backfour@example.org>")
    assert server.commands[2] == "rcpt TO:<alex@example.org>"


def test_the_machine_does_not_tell_its_name(home: Home) -> None:
    with serving() as server:
        send(home, settings_of(server))

    assert server.commands[0].lower() == "ehlo [127.0.0.1]"
    assert socket.gethostname().encode() not in server.messages[0]


def test_a_lock_screen_is_told_that_the_report_is_ready(home: Home) -> None:
    with serving() as server:
        send(home, settings_of(server, detail="ready"))

    ready = "Your weekly report is ready"
    assert read(server.messages[0]) == (ready, f"{ready}.\n")


def test_a_week_with_a_care_card_is_only_said_to_be_ready(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = report.content

    def with_card(found: Week, past: Sequence[Week], *, options: Options) -> dict[str, Any]:
        return usual(found, past, options=options) | {"pain": TRIGGER}

    monkeypatch.setattr(report, "content", with_card)
    with serving() as server:
        send(home, settings_of(server))

    ready = "Your weekly report is ready"
    assert read(server.messages[0]) == (ready, f"{ready}.\n")


def test_a_nudge_and_a_changed_result_are_messages_of_their_own(home: Home) -> None:
    with serving() as server:
        checked = settings_of(server, nudge=True)
        send(home, checked, week(), opened(21))
        send(home, checked, on_plan(), opened(21))

    subjects = [read(each)[0] for each in server.messages]
    assert subjects == ["Week 46: Nothing recorded", "Week 47: In progress", "Week 46: On plan"]
    names = {
        line for each in server.messages for line in each.splitlines() if b"Message-ID" in line
    }
    assert len(names) == 3


def test_where_several_people_are_told_of_each_message_says_whose_it_is(home: Home) -> None:
    with serving() as server:
        alone = settings_of(server)
        checked = dataclasses.replace(alone, people=(ME, Person("sam", "Sam", "UTC")))
        send(home, checked)

    assert read(server.messages[0])[0] == "Alex: Week 46: Not complete, over 5 km"


def test_somebody_with_an_address_of_their_own_is_told_there_and_nowhere_else(home: Home) -> None:
    ann = dataclasses.replace(ME, notify_to="ann@example.org")
    with serving() as server:
        together = settings_of(server)
        checked = dataclasses.replace(together, people=(ann, Person("sam", "Sam", "UTC")))
        notify.run(home, checked, ann, [*history(both(), 3), opened()])

    assert [each for each in server.commands if each.startswith("rcpt")] == [
        "rcpt TO:<ann@example.org>"
    ]
    assert read(server.messages[0])[0] == "Week 46: Not complete, over 5 km"


def test_somebody_with_a_push_of_their_own_is_in_nobody_else_s_mail(
    home: Home, said: list[tuple[str, str, str]]
) -> None:
    ann = dataclasses.replace(ME, notify_urls=("ntfy://ann",))
    with serving() as server:
        together = settings_of(server, urls=("ntfy://all",))
        checked = dataclasses.replace(together, people=(ann, Person("sam", "Sam", "UTC")))
        notify.run(home, checked, ann, [*history(both(), 3), opened()])

    assert server.messages == []
    assert [each[0] for each in said] == ["ntfy://ann"]


def test_a_user_logs_in_with_the_password_of_the_environment(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, "secret")
    with serving(Manners(offers=("AUTH PLAIN",))) as server:
        outcome = send(home, settings_of(server, smtp_user="alex"))

    assert outcome.sent == 1
    assert server.commands[1] == "AUTH PLAIN AGFsZXgAc2VjcmV0"


def test_without_a_user_s_name_the_sender_logs_in_if_there_is_a_password(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, "secret")
    with serving(Manners(offers=("AUTH PLAIN",))) as server:
        send(home, settings_of(server))

    assert server.commands[1].startswith("AUTH PLAIN ")


REFUSALS = [
    (Manners(greets=False), "there was no answer within 0 seconds"),
    (Manners(answers={"RCPT": "550 no"}), "the mail server refused the recipient"),
    (Manners(answers={"MAIL": "550 no"}), "the mail server refused the sender"),
    (Manners(answers={"DATA": "554 spam"}), "the mail server refused the message"),
    (Manners(answers={"EHLO": "500 no", "HELO": "500 no"}), "the mail server refused the message"),
    (Manners(hangs_up_at="DATA"), "the mail server ended the conversation"),
]


@pytest.mark.parametrize(("manners", "why"), REFUSALS, ids=lambda each: str(each)[:30])
def test_a_server_that_refuses_is_one_line_and_the_next_run_tries_again(
    home: Home, monkeypatch: pytest.MonkeyPatch, manners: Manners, why: str
) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT_S", 0.3)
    with serving(manners) as server:
        outcome = send(home, settings_of(server))

    assert (outcome.sent, server.messages) == (0, [])
    said = f"A message about 2026-W46 could not be sent by mail: {why}. The next run tries again."
    assert outcome.notices == [said]
    with serving() as server:
        assert send(home, settings_of(server)).sent == 1


def test_a_wrong_password_is_said_without_it(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD, "sécret")
    manners = Manners(offers=("AUTH PLAIN",), answers={"AUTH": "535 no"})
    with serving(manners) as server:
        by_letters = send(home, settings_of(server, smtp_user="alex"))
        monkeypatch.setenv(PASSWORD, "secret")
        by_server = send(home, settings_of(server, smtp_user="alex"))

    assert "refused the user or the password." in by_server.notices[0]
    assert "the user or the password" in by_letters.notices[0]
    assert "cret" not in f"{by_letters}{by_server}"


def test_a_user_without_a_password_is_told_where_it_belongs(home: Home) -> None:
    with serving() as server:
        outcome = send(home, settings_of(server, smtp_user="alex"))

    assert "BACKFOUR_SMTP_PASSWORD is not set." in outcome.notices[0]
    assert server.commands == []


def test_a_port_where_nobody_listens_is_one_line(home: Home) -> None:
    with serving() as server:
        closed = settings_of(server)

    assert "the connection was refused." in send(home, closed).notices[0]


def test_a_host_that_does_not_exist_is_one_line(home: Home) -> None:
    outcome = send(home, settings_of(None, smtp_host="mail.invalid"))

    assert len(outcome.notices) == 1
    assert "invalid" not in outcome.notices[0]


def test_what_a_server_says_after_it_took_a_message_sends_it_no_second_time(home: Home) -> None:
    with serving(Manners(answers={"QUIT": "421 busy"})) as server:
        first, second = send(home, settings_of(server)), send(home, settings_of(server))

    assert (first.sent, first.notices, second.sent) == (1, [], 0)
    assert len(server.messages) == 1


# TLS


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not there: STARTTLS was not tried")
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650"]
    command += ["-keyout", str(path), "-out", f"{path}.crt", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own arguments
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


def encrypting(certificate: Path) -> Manners:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return Manners(offers=("STARTTLS",), tls=context)


def test_with_tls_nothing_is_said_before_the_connection_is_encrypted(
    home: Home, monkeypatch: pytest.MonkeyPatch, certificate: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    with serving(encrypting(certificate)) as server:
        outcome = send(home, settings_of(server, tls=True))

    assert outcome == notify.Outcome(1, [])
    assert [each.split()[0].lower() for each in server.commands[:4]] == [
        "ehlo",
        "starttls",
        "ehlo",
        "mail",
    ]


def test_a_server_nobody_vouches_for_gets_nothing(home: Home, certificate: Path) -> None:
    with serving(encrypting(certificate)) as server:
        outcome = send(home, settings_of(server, tls=True))

    assert "could not prove who it is" in outcome.notices[0]
    assert server.messages == []


def test_a_server_without_tls_gets_nothing_unless_the_settings_allow_it(home: Home) -> None:
    with serving() as server:
        outcome = send(home, settings_of(server, tls=True))

    assert "offers no STARTTLS" in outcome.notices[0]
    assert server.messages == []


# Apprise


class FakeApprise:
    """What of Apprise is used; `said` is what each service was told."""

    def __init__(self, manner: Callable[[], bool], said: list[tuple[str, str, str]]) -> None:
        self.manner, self.said, self.urls = manner, said, [""]

    def add(self, url: str) -> bool:
        self.urls.append(url)
        return not url.startswith("odd")

    def notify(self, title: str, body: str) -> bool:
        self.said.append((self.urls[-1], title, body))
        return self.manner()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    told: list[tuple[str, str, str]] = []
    fake = SimpleNamespace(Apprise=lambda: FakeApprise(lambda: True, told))
    monkeypatch.setitem(sys.modules, "apprise", fake)
    return told


def pushing(*urls: str, **changes: Any) -> Settings:  # noqa: ANN401
    return Settings((ME,), notify=Notify(urls=urls, **changes))


def test_a_push_has_the_two_lines_of_the_digest(
    home: Home, said: list[tuple[str, str, str]]
) -> None:
    outcome = send(home, pushing("ntfy://a", "ntfy://b"))

    assert outcome.sent == 2
    assert {each[0] for each in said} == {"ntfy://a", "ntfy://b"}
    assert {each[1] for each in said} == {"Week 46: Not complete, over 5 km"}
    assert all(len(each[2]) <= 140 for each in said)
    assert send(home, pushing("ntfy://a", "ntfy://b")).sent == 0


def test_a_push_for_a_lock_screen_has_one_line(
    home: Home, said: list[tuple[str, str, str]]
) -> None:
    send(home, pushing("ntfy://a", detail="ready"))

    assert said == [("ntfy://a", "", "Your weekly report is ready")]


def test_a_push_of_a_changed_result_says_so(home: Home, said: list[tuple[str, str, str]]) -> None:
    send(home, pushing("ntfy://a"), week(), opened())
    send(home, pushing("ntfy://a"), on_plan(), opened())

    assert said[1][2].startswith("The result of this week is another one than in the last message.")


def test_an_address_that_is_added_is_told_of_the_newest_closed_week_only(
    home: Home, said: list[tuple[str, str, str]]
) -> None:
    send(home, pushing("ntfy://a"))
    outcome = send(home, pushing("ntfy://a", "ntfy://b"))

    assert (outcome.sent, said[1][0]) == (1, "ntfy://b")
    memory = (home.library(ME).folder / "notified.json").read_text(encoding="utf-8")
    assert "ntfy" not in memory


def test_an_address_that_fails_is_tried_again_and_the_others_are_not(
    home: Home, said: list[tuple[str, str, str]]
) -> None:
    first = send(home, pushing("odd://secret", "ntfy://b"))
    second = send(home, pushing("odd://secret", "ntfy://b"))

    assert [each[0] for each in said] == ["ntfy://b"]
    assert (first.sent, second.sent) == (1, 0)
    assert first.notices == second.notices
    assert "does not know one of the addresses" in first.notices[0]
    assert "secret" not in first.notices[0]


def raising() -> bool:
    message = "cannot reach ntfy://secret"
    raise RuntimeError(message)


@pytest.mark.parametrize("manner", [lambda: False, raising], ids=["false", "raises"])
def test_whatever_apprise_does_is_one_line(
    home: Home, monkeypatch: pytest.MonkeyPatch, manner: Callable[[], bool]
) -> None:
    fake = SimpleNamespace(Apprise=lambda: FakeApprise(manner, []))
    monkeypatch.setitem(sys.modules, "apprise", fake)

    outcome = send(home, pushing("ntfy://a"))

    assert outcome.sent == 0
    assert "it was not delivered." in outcome.notices[0]


def test_without_apprise_the_line_says_what_to_install(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)

    assert "install backfour[notify]." in send(home, pushing("ntfy://a")).notices[0]


class Posted(http.server.BaseHTTPRequestHandler):
    """Keeps what is posted to it in `bodies`."""

    bodies: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.bodies.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Apprise's own imports
def test_apprise_itself_delivers_to_a_service_of_its_own(home: Home) -> None:
    pytest.importorskip("apprise")
    with http.server.HTTPServer(("127.0.0.1", 0), Posted) as server:
        url = f"json://127.0.0.1:{server.server_port}/secret"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        outcome = send(home, pushing(url))
        server.shutdown()
        thread.join()
    lost = send(home, pushing(url.replace("secret", "other")))

    assert outcome == notify.Outcome(1, [])
    assert Posted.bodies[0]["title"] == "Week 46: Not complete, over 5 km"
    assert Posted.bodies[0]["message"].startswith("3 of 4 done, and one jog went past 5 km.")
    assert "by Apprise: it was not delivered." in lost.notices[0]


# What was sent is remembered


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"1", b'{"a": 1}', b"\xff", b'{"a": {"weeks": 1, "nudged": 2}}']
)
def test_without_a_memory_one_message_is_repeated(home: Home, damage: bytes) -> None:
    with serving() as server:
        send(home, settings_of(server))
        (home.library(ME).folder / "notified.json").write_bytes(damage)
        outcomes = [send(home, settings_of(server)) for _ in range(2)]

    assert [each.sent for each in outcomes] == [1, 0]
    assert server.messages[0] == server.messages[1]  # with one Message-ID


class Killed(BaseException):
    """Ends a run as a kill does."""


class KillingDisk(Disk):
    def write_new(self, path: Path, chunks: Any) -> None:  # noqa: ANN401, ARG002
        raise Killed


def test_a_kill_between_sending_and_noting_repeats_one_message(home: Home) -> None:
    with serving() as server:
        with pytest.raises(Killed):
            send(Home(home.folder, KillingDisk()), settings_of(server))
        outcomes = [send(home, settings_of(server)) for _ in range(2)]

    assert [each.sent for each in outcomes] == [1, 0]
    assert len(server.messages) == 2
    assert server.messages[0] == server.messages[1]


class FullDisk(Disk):
    def write_new(self, path: Path, chunks: Any) -> None:  # noqa: ANN401, ARG002
        message = "No space left on device"
        raise OSError(28, message, str(path))


def test_a_disk_that_is_full_is_a_line_too(home: Home) -> None:
    with serving() as server:
        outcome = send(Home(home.folder, FullDisk()), settings_of(server))

    assert outcome.sent == 1
    assert outcome.notices == [
        "What was sent could not be noted, so a message may come a second time."
    ]


def test_somebody_erased_meanwhile_does_not_come_back(home: Home) -> None:
    shutil.rmtree(home.people)
    with serving() as server:
        outcome = send(home, settings_of(server))

    assert outcome.notices
    assert not home.people.exists()


# The whole run


def test_a_message_is_sent_when_the_lock_is_free_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = new_home(tmp_path, '[notify]\nurls = ["ntfy://a"]\n')
    drop(made, sample_files())

    def is_free() -> bool:
        with made.library(made.settings().people[0]).locked():
            return True

    fake = SimpleNamespace(Apprise=lambda: FakeApprise(is_free, []))
    monkeypatch.setitem(sys.modules, "apprise", fake)

    (tally,) = run(made)

    assert (tally.sent, tally.notices) == (1, [])


@pytest.fixture
def sent_home(tmp_path: Path) -> Iterator[tuple[Home, MailServer]]:
    with serving() as server:
        table = (
            '[notify]\nsmtp_host = "127.0.0.1"\ntls = false\n'
            f'smtp_port = {server.port}\nfrom = "a@example.org"\nto = "b@example.org"\n'
        )
        made = new_home(tmp_path, table)
        drop(made, sample_files())
        yield made, server


def test_a_run_sends_one_message_and_its_pages_do_not_say_that_nothing_was_sent(
    sent_home: tuple[Home, MailServer],
) -> None:
    made, server = sent_home

    told = [
        CliRunner()
        .invoke(app, ["run", "--direct", "--home", str(made.folder), "--now", EXPECTED["now"]])
        .output
        for _ in range(2)
    ]

    assert ["One message was sent." in each for each in told] == [True, False]
    assert read(server.messages[0])[0].startswith("Week 4")
    local = b"nothing was sent anywhere"
    assert not [path for path, page in reports(made).items() if local in page]
    text = made.settings_file.read_text(encoding="utf-8")
    made.settings_file.write_text(
        text.replace("smtp_host", "# ")
        .replace("smtp_port", "# ")
        .replace("from =", "# ")
        .replace("to =", "# "),
        encoding="utf-8",
    )
    run(made)
    assert local in reports(made)["me/index.html"]


def test_the_sent_mail_is_the_one_in_the_folder_but_for_the_addresses(
    sent_home: tuple[Home, MailServer],
) -> None:
    made, server = sent_home
    run(made)

    kept = reports(made)["me/digest.eml"]

    told = server.messages[0]
    assert [a for a, b in zip(told.splitlines(), kept.splitlines(), strict=True) if a != b] == [
        b"From: Backfour <a@example.org>",
        b"To: Alex <b@example.org>",
    ]


# A test message


def asked_doctor(home: Home) -> tuple[int, list[str]]:
    result = CliRunner().invoke(app, ["doctor", "--home", str(home.folder), "--send-test"])
    return result.exit_code, [line for line in result.output.splitlines() if "messages" in line]


def test_the_doctor_sends_a_test_to_who_asks_and_it_tells_of_no_week(
    sent_home: tuple[Home, MailServer],
) -> None:
    made, server = sent_home
    run(made)
    (of_the_week,) = server.messages

    for _ in range(2):
        assert asked_doctor(made)[1] == ["ok       messages to me: a test was sent by mail"]
    CliRunner().invoke(app, ["doctor", "--home", str(made.folder)])
    run(made)

    first, second = server.messages[1:]  # and what was sent of the week is as it was
    assert read(first) == (
        "Backfour: a test message",
        "Messages about your weeks will arrive here. This one tells of none.\n",
    )
    assert b"\r\nTo: Alex <b@example.org>\r\n" in first
    ids = {
        line
        for each in (of_the_week, first, second)
        for line in each.splitlines()
        if b"-ID" in line
    }
    assert len(ids) == 3  # a mail program shows a message with a known one no second time


def test_a_test_that_cannot_be_sent_is_wrong_and_says_why(
    sent_home: tuple[Home, MailServer],
) -> None:
    made, server = sent_home
    server.manners.answers["RCPT"] = "550 no"

    assert asked_doctor(made) == (
        1,
        [
            (
                "wrong    messages to me: a test could not be sent by mail, the mail server refused"
                " the recipient: mend [notify] in backfour.toml"
            )
        ],
    )


def test_a_test_goes_each_way_somebody_is_told(
    tmp_path: Path, said: list[tuple[str, str, str]]
) -> None:
    table = (
        '[notify]\nurls = ["ntfy://all", "odd://x"]\n[people.sam]\nlabel = "Sam"\nzone = "UTC"\n'
    )
    made = new_home(tmp_path, table + 'notify_urls = ["ntfy://sam"]\n')

    code, lines = asked_doctor(made)

    assert code == 1
    assert lines == [
        "ok       messages to me: a test was sent by Apprise",
        (
            "wrong    messages to me: a test could not be sent by Apprise, Apprise does not know"
            " one of the addresses in notify.urls: mend [notify] in backfour.toml"
        ),
        "ok       messages to sam: a test was sent by Apprise",
    ]
    text = "Messages about your weeks will arrive here. This one tells of none."
    assert said == [
        ("ntfy://all", "Alex: Backfour: a test message", text),
        ("ntfy://sam", "Backfour: a test message", text),
    ]


def test_without_any_way_nothing_is_sent_and_nothing_is_wrong(tmp_path: Path) -> None:
    assert asked_doctor(new_home(tmp_path))[1] == ["ok       messages to me: none is wanted"]


def test_a_run_goes_on_without_a_server_and_logs_no_address(
    sent_home: tuple[Home, MailServer], caplog: pytest.LogCaptureFixture
) -> None:
    made, server = sent_home
    server.manners = Manners(answers={"RCPT": "550 b@example.org is nobody"})

    with caplog.at_level(logging.DEBUG):
        (tally,) = jobs.run(made, dt.datetime.fromisoformat(EXPECTED["now"]), SETTLED_CLOCK_S)
        result = CliRunner().invoke(
            app, ["run", "--direct", "--home", str(made.folder), "--now", EXPECTED["now"]]
        )
        as_json = CliRunner().invoke(
            app,
            ["run", "--direct", "--json", "--home", str(made.folder), "--now", EXPECTED["now"]],
        )

    assert len(tally.notices) == 1
    assert (result.exit_code, as_json.exit_code) == (0, 0)
    assert result.output.count("could not be sent by mail: the mail server refused the recip") == 1
    (person,) = json.loads(as_json.output)["people"]
    assert (person["sent"], person["notices"]) == (0, tally.notices)
    assert "example.org" not in f"{caplog.text}{result.output}{as_json.output}{tally}"
