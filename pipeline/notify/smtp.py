"""Sending by mail: one connection a message, encrypted unless the settings say otherwise.

Source: RFC 3207 (STARTTLS). Port 465 speaks TLS from its first byte (RFC 8314).
"""

import contextlib
import datetime as dt
import os
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace

from pipeline.notify.channel import Failure
from pipeline.notify.due import Message
from pipeline.report.catalogue import say
from pipeline.report.mail import Envelope, mail, trial_mail
from pipeline.settings import LOCAL_HOSTS, PASSWORD, Notify, Person

TIMEOUT_S = 20.0  # for each answer of the server
TLS_FROM_THE_START = 465
GREETING = "[127.0.0.1]"
# The first that fits: what is more special comes before what it is a kind of.
WHY: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPAuthenticationError, "login"),
    (smtplib.SMTPNotSupportedError, "not_offered"),
    (smtplib.SMTPSenderRefused, "sender"),
    (smtplib.SMTPRecipientsRefused, "recipient"),
    (smtplib.SMTPServerDisconnected, "ended"),
    (smtplib.SMTPException, "message"),
    (UnicodeError, "not_ascii"),
    (ssl.SSLError, "certificate"),
    (TimeoutError, "slow"),
    (ConnectionRefusedError, "refused"),
    (socket.gaierror, "unknown_host"),
    (OSError, "unreachable"),
)
KINDS = tuple(kind for kind, _ in WHY)


def sender(chosen: Notify, whose: str) -> Callable[[Message], None]:
    """Return what sends one message by mail, and raises Failure."""

    def send(message: Message) -> None:
        envelope = replace(_envelope(chosen, whose), occasion=message.occasion)
        _deliver(chosen, mail(message.week, envelope))

    return send


def attempt(chosen: Notify, whose: str) -> Callable[[Person, dt.datetime], None]:
    """Return what sends a test by mail, and raises Failure."""

    def send(person: Person, at: dt.datetime) -> None:
        _deliver(chosen, trial_mail(person.id, person.label, at, _envelope(chosen, whose)))

    return send


def _envelope(chosen: Notify, whose: str) -> Envelope:
    return Envelope(
        sender=f"{chosen.sender}",
        recipient=chosen.recipient,
        whose=whose,
        is_ready_only=chosen.detail == "ready",
    )


def _deliver(chosen: Notify, content: bytes) -> None:
    try:
        _converse(chosen, content)
    except KINDS as fault:
        raise Failure(_why(fault)) from fault


def _converse(chosen: Notify, content: bytes) -> None:
    password = _password(chosen)
    context = ssl.create_default_context()
    server = _connected(chosen, context)
    try:
        if chosen.tls and chosen.port != TLS_FROM_THE_START:
            server.starttls(context=context)
        if password is not None:
            server.login(chosen.smtp_user or f"{chosen.sender}", password)
        server.sendmail(f"{chosen.sender}", [f"{chosen.recipient}"], content)
        with contextlib.suppress(OSError):  # it was taken: however the server says good-bye
            server.quit()
    finally:
        server.close()


def _connected(chosen: Notify, context: ssl.SSLContext) -> smtplib.SMTP:
    """Connect, and greet without the name of this machine, which would ask its name server."""
    host, port = f"{chosen.smtp_host}", chosen.port
    if chosen.tls and port == TLS_FROM_THE_START:
        return smtplib.SMTP_SSL(host, port, GREETING, timeout=TIMEOUT_S, context=context)
    return smtplib.SMTP(host, port, GREETING, timeout=TIMEOUT_S)


def _password(chosen: Notify) -> str | None:
    """Return the password to log in with; None without one, and where anybody could read it."""
    password = os.environ.get(PASSWORD)
    if password is None and chosen.smtp_user is not None:
        raise Failure(say("notify.no_password"))
    return password if chosen.tls or chosen.smtp_host in LOCAL_HOSTS else None


def _why(fault: Exception) -> str:
    # The library makes a lost connection of an answer that did not come in time.
    told = fault.__context__ if isinstance(fault.__context__, TimeoutError) else fault
    key = next(key for kind, key in WHY if isinstance(told, kind))
    return say(f"notify.{key}", seconds=f"{TIMEOUT_S:.0f}")
