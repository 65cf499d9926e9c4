"""Sending by Apprise, which knows a hundred services: an extra, loaded only where it is set up."""

import datetime as dt
import importlib
import logging
from collections.abc import Callable

from pipeline.notify.channel import Failure
from pipeline.notify.due import Message
from pipeline.report.catalogue import say
from pipeline.report.digest import body, title
from pipeline.report.mail import addressed
from pipeline.settings import Person

SILENT = logging.CRITICAL + 1


def sender(url: str, whose: str, *, is_ready_only: bool) -> Callable[[Message], None]:
    """Return what sends one message to an address of Apprise, and raises Failure."""

    def send(message: Message) -> None:
        said = addressed(title(message.week, is_ready_only=is_ready_only), whose)
        below = body(message.week, is_ready_only=is_ready_only)
        if below and message.occasion == "changed":
            below = f"{say('mail.changed')} {below}"
        _deliver(url, said, below)

    return send


def attempt(url: str, whose: str) -> Callable[[Person, dt.datetime], None]:
    """Return what sends a test to an address of Apprise, and raises Failure."""

    def send(_person: Person, _at: dt.datetime) -> None:
        _deliver(url, addressed(say("notify.test_title"), whose), say("notify.test_text"))

    return send


def _deliver(url: str, said: str, below: str) -> None:
    try:
        _hand_over(url, said, below)
    except Failure:
        raise
    except Exception as fault:  # code of a hundred services; a message never fails a run
        raise Failure(say("notify.not_delivered")) from fault


def _hand_over(url: str, said: str, below: str) -> None:
    try:
        library = importlib.import_module("apprise")
    except ImportError as fault:
        raise Failure(say("notify.no_apprise")) from fault
    # What it logs of a failure holds parts of addresses.
    logging.getLogger("apprise").setLevel(SILENT)
    service = library.Apprise()
    if not service.add(url):
        raise Failure(say("notify.bad_url"))
    # Some services have no title, and refuse a message without a body: then the title is it.
    if not service.notify(title=said if below else "", body=below or said):
        raise Failure(say("notify.not_delivered"))
