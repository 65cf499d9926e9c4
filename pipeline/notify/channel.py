"""A way on which messages are sent, and why one could not be."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pipeline.notify.due import Message
from pipeline.settings import Person

DIGITS = 16


@dataclass(frozen=True)
class Channel:
    """One way. `key` names it without its address; `send` and `attempt` raise Failure.

    `attempt` sends a test to a person, at a moment.
    """

    kind: Literal["mail", "push"]
    key: str
    send: Callable[[Message], None]
    attempt: Callable[[Person, dt.datetime], None]


class Failure(Exception):
    """A message could not be sent: `why` is a part of a sentence, without any address."""

    def __init__(self, why: str) -> None:
        """Carry the reason."""
        super().__init__(why)
        self.why = why


def hashed(address: str) -> str:
    """Stand for an address where it is remembered: an address of Apprise holds secrets."""
    return hashlib.sha256(address.encode("utf-8", "backslashreplace")).hexdigest()[:DIGITS]
