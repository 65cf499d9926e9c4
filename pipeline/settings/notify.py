"""The table `[notify]`: who is told that a week has closed, and how.

What is wrong here is told without its value where that may be a secret: an address of Apprise
holds tokens, and a message about settings ends up in logs.
"""

import re

from pipeline.errors import SettingsError
from pipeline.settings.checks import Table, as_list, boolean, one_of, text, wrong
from pipeline.settings.values import Notify

PASSWORD = "BACKFOUR_SMTP_PASSWORD"  # noqa: S105 - the name of a variable, not a password
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
HIDDEN = "…"
_LABELS = r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,9}"
_HOST = re.compile(rf"{_LABELS}|[0-9A-Fa-f]{{0,4}}:[0-9A-Fa-f:.]{{1,40}}")
# Not all of RFC 5322: what nobody's address has is taken for a slip, and no header can be forged.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM}){{0,9}}@{_LABELS}")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S{1,2000}")
_HIGHEST_PORT = 65_535


def notify(path: str, value: object) -> Notify:
    """Check the table, and that its settings belong together; raises SettingsError."""
    if isinstance(value, list):
        raise wrong(path, HIDDEN, f"a table; write [{path}], in one bracket")
    table = Table(path, value)
    _refuse_password(path, table)
    found = Notify(
        smtp_host=table.take("smtp_host", _host, None),
        smtp_port=table.take("smtp_port", _port, None),
        smtp_user=table.take("smtp_user", _user, None),
        sender=table.take("from", address, None),
        recipient=table.take("to", address, None),
        tls=table.take("tls", boolean, default=True),
        urls=table.take("urls", urls, ()),
        detail=table.take("detail", one_of("status", "ready"), "status"),
        nudge=table.take("nudge", boolean, default=False),
    )
    table.left = dict.fromkeys(table.left, HIDDEN)  # a misspelt key may hold a secret, too
    table.finish()
    _check_together(path, found)
    return found


def _refuse_password(path: str, table: Table) -> None:
    """A password in a file is copied with it: to backups, exports and questions to others."""
    for key in table.left:
        if "pass" in key.lower():
            message = f"{path}.{key} is not a setting; remove it, and put it into {PASSWORD}"
            raise _contradiction(message)


def _check_together(path: str, found: Notify) -> None:
    mail = {
        "smtp_host": found.smtp_host,
        "from": found.sender,
        "to": found.recipient,
    }
    given = [key for key, value in mail.items() if value is not None]
    missing = [key for key, value in mail.items() if value is None]
    others = {"smtp_port": found.smtp_port, "smtp_user": found.smtp_user}
    given += [key for key, value in others.items() if value is not None]
    if given and missing:
        message = f"{path}.{missing[0]} is missing, as there is {path}.{given[0]}"
        raise _contradiction(message)
    if found.smtp_user is not None and not found.tls and found.smtp_host not in LOCAL_HOSTS:
        here = " or ".join(LOCAL_HOSTS[:2])
        message = (
            f"{path}.tls = false with {path}.smtp_user is allowed for {here} only: anybody could"
            " read the password"
        )
        raise _contradiction(message)


def _contradiction(message: str) -> SettingsError:
    return SettingsError(f"backfour.toml: {message}")


def _host(path: str, value: object) -> str:
    if not isinstance(value, str) or not _HOST.fullmatch(value):
        raise wrong(path, value, "the name of a mail server such as smtp.example.org")
    return value


def _port(path: str, value: object) -> int:
    is_port = isinstance(value, int) and not isinstance(value, bool)
    if not is_port or not 1 <= value <= _HIGHEST_PORT:  # type: ignore[operator]
        raise wrong(path, value, f"a whole number from 1 to {_HIGHEST_PORT}")
    return int(value)  # type: ignore[call-overload, no-any-return]


def _user(path: str, value: object) -> str:
    name = text(200)(path, value)
    if not name.isprintable():
        raise wrong(path, value, "the name of a user, on one line")
    return name


def address(path: str, value: object) -> str:
    """Check for one address of mail."""
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise wrong(path, value, "one address such as alex@example.org")
    return value


def urls(path: str, value: object) -> tuple[str, ...]:
    """Check for a list of addresses of Apprise, which are never shown."""
    given = as_list(path, HIDDEN if isinstance(value, str) else value)
    for place, url in enumerate(given):
        if not isinstance(url, str) or not _URL.fullmatch(url):
            shown = HIDDEN if isinstance(url, str) else url
            where = f"{path}[{place}]"
            raise wrong(where, shown, "an address of Apprise such as ntfy://topic")
    return tuple(str(url) for url in dict.fromkeys(given))
