from collections.abc import Callable

import pytest

from pipeline.errors import Code
from pipeline.reasons import REASONS, RETRIES, Retry

from .homes import PROJECT

PAGE = PROJECT / "docs" / "codes.md"
# The closed list: adding one is a change of this test, of the table, and of the page.
REFUSED = [
    "E_EMPTY",
    "E_TOO_BIG",
    "E_TRUNCATED",
    "E_CRC",
    "E_NOT_RECOGNISED",
    "E_AMBIGUOUS",
    "E_UNSUPPORTED",
    "E_NO_ACTIVITY",
    "E_XML",
    "E_FIT",
    "E_XML_DTD",
    "E_XML_LIMIT",
    "E_FIT_LIMIT",
    "E_CSV_HEADER",
    "E_CSV_ROW",
    "E_ENCODING",
    "E_TIME_FIELD",
    "E_VALUE_RANGE",
    "E_ENCRYPTED",
    "E_ZIP_METHOD",
    "E_ZIP_LIMIT",
    "E_NESTED",
    "E_TIME",
    "E_MEMORY",
    "E_CRASH",
]
WAITING = ["W_SETTLING", "W_NO_PERSON", "W_DISK", "W_IO", "W_INTERNAL"]
IGNORED = ["I_TEMP", "I_SYNC", "I_NOT_REGULAR", "I_MEMBER"]
GROUPS = {
    "Refused": ("E_", "The bytes are kept, and `backfour status` names the file and the place."),
    "Waiting": ("W_", "Nothing was taken; the file lies in the inbox as it is."),
    "Ignored": ("I_", "Not ours: counted in `backfour status`, and left alone."),
}


def page() -> str:
    lines = [
        "# Reason codes",
        "",
        "Why a file is refused, waits or is ignored; the list is closed.",
        "`backfour status` says the same with the value and the place in it.",
        "This page is made from `pipeline/reasons.py` by `make golden`.",
    ]
    for title, (prefix, words) in GROUPS.items():
        lines += ["", f"## {title}", "", words, ""]
        lines += ["| code | what it means | what to do | tried again |", "|---|---|---|---|"]
        lines += [
            f"| `{code}` | {reason.sentence} | {reason.remedy} | {reason.retry} |"
            for code, reason in REASONS.items()
            if code.startswith(prefix)
        ]
    lines += ["", "## Tried again", ""]
    lines += [f"- **{retry}**: {words}" for retry, words in RETRIES.items()]
    return "\n".join([*lines, ""])


def test_the_page_of_codes_is_what_the_table_says(
    matches_golden: Callable[[str, str], None],
) -> None:
    matches_golden(page(), str(PAGE))


def test_the_list_of_codes_is_closed() -> None:
    assert [code.value for code in Code] == [*REFUSED, *WAITING, *IGNORED]
    assert list(REASONS) == list(Code)


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_whole_sentences_and_says_when_it_is_tried_again(code: Code) -> None:
    reason = REASONS[code]

    for sentence in (reason.sentence, reason.remedy):
        assert sentence[0].isupper()
        assert sentence.endswith((".", "…"))
    assert reason.retry in RETRIES
    assert (reason.retry is Retry.RUN) == (code.value in {*WAITING, *IGNORED} - {"I_MEMBER"})
