"""A week in two lines: for `cat`, cron, the subject of a mail and a phone's lock screen.

What leaves the machine is built from this and `mail` alone, so what may not leave is kept out
here: nothing of the pain diary, no words of a file, and no reason of a pause.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.report import view
from pipeline.report.catalogue import say
from pipeline.report.escape import END, plain, visible
from pipeline.report.words import NARROW, NBSP

Content = dict[str, Any]
TITLE_CHARS = 32
BODY_CHARS = 140
_ENDS = re.compile(r"(?<=[.!?]) (?=\S)")
# Terminals and pagers show these as boxes, and no line is broken here.
_SPACES = str.maketrans({NBSP: " ", NARROW: " "})


def digest_text(week: Content) -> str:
    """The title, then as much of the verdict as fits; only the title of a week with a care card."""
    return "".join(f"{line}\n" for line in (title(week), body(week)) if line)


def title(week: Content, *, is_ready_only: bool = False) -> str:
    """The week and its result in at most 32 characters; `is_ready_only` says no result."""
    if is_ready_only or has_care_card(week):
        return say("digest.ready")
    number, code = week["week"]["iso_week"], week["status"]["code"]
    pill = plain_spaces(say(f"pill.{code}", limit=view.limit(week)))
    # A limit with many digits makes a pill longer: then it gives way, never the result.
    unstated = say(f"pill.{code}", limit=say("digest.limit"))
    titles = (
        say("digest.title", week=number, pill=pill),
        say("digest.title_short", week=number, pill=pill),
        say("digest.title_short", week=number, pill=unstated),
    )
    return next(each for each in titles if len(each) <= TITLE_CHARS)


def body(week: Content, *, is_ready_only: bool = False) -> str:
    """The headline, and whole sentences of the line below it, in at most 140 characters.

    Empty where only the title may be said.
    """
    if is_ready_only or has_care_card(week):
        return ""
    said = plain_spaces(plain(week["status"]["headline"]))
    for sentence in _below(week):
        if len(said) + 1 + len(sentence) > BODY_CHARS:
            break
        said = f"{said} {sentence}"
    return said


def has_care_card(week: Content) -> bool:
    """Whether the pain diary fired a rule: such a week is told of without any result."""
    pain = week.get("pain")
    return bool(pain and pain.get("trigger"))


def plain_spaces(text: str) -> str:
    """The text with ordinary spaces between number and unit."""
    return text.translate(_SPACES)


def _below(week: Content) -> Iterator[str]:
    """Yield the sentences below the headline, but for a pause: its reason is nobody's business."""
    if week["status"]["code"] == "paused":
        return
    names = [visible(each["name"])[1:] for each in week["exercises"]]
    yield from sentences(plain_spaces(plain(week["status"]["detail"])), names)


def sentences(text: str, names: Sequence[str] = ()) -> Iterator[str]:
    """Yield the sentences of a text; a full stop inside one of the names ends none."""
    for name in names:
        text = text.replace(name, name.replace(" ", END)) if name else text
    for sentence in _ENDS.split(text):
        if sentence:
            yield sentence.replace(END, " ")
