"""What each key of `backfour.toml` means, in a sentence: the words of the page of settings.

Types, defaults and what is allowed are not written here: the page takes them from the checks
themselves, and a test fails where a key has no words, or words have no key. `<id>` stands for a
person, `<name>` and `<sha256>` for keys of one's own, `[]` for each entry of a list.
"""

MEANINGS = {
    "week_start": "The first day of a week; a Sunday week is named by the ISO week of its Monday.",
    "settle_seconds": "How long to look whether a new file is still being written; left out, as"
    " long as the system makes necessary.",
    "schedule": "When `backfour schedule` runs, as a line of cron in the zone of the first person.",
    "engine": "Where batches of people are worked on: in the run itself, or at once in `threads`,"
    ' `processes` or on `dask` (`pip install "backfour[dask]"`).',
    "dask_address": "The scheduler of a Dask cluster that is there; left out, two workers of its"
    " own on this machine.",
    "link_originals": "Whether pages link the files they come from.",
    "file_names": "`hash` prints a part of the hash instead of a file's name, which may hold a"
    " place.",
    "readers": "`reference` lets fitparse and gpxpy read everything, at a fiftieth of the speed.",
    "allow_network_storage": "Allow `people/` on a network file system, where locks may not hold.",
    "after_import": "`remove` takes imported files out of the inbox, once their bytes are kept for"
    " good.",
    "people": "Everybody whose files are read; at least one.",
    "people.<id>": "One person; the id names their folders: a–z, 0–9 and -.",
    "people.<id>.label": "The name on the page; left out, the id.",
    "people.<id>.zone": "Required. An IANA name; what has no zone of its own is read in it.",
    "people.<id>.pauses": "Planned pauses: in a week they cover wholly, nothing is due.",
    "people.<id>.pauses[].from": "Required. The first day of a pause.",
    "people.<id>.pauses[].to": "Required. The last day of it.",
    "people.<id>.pauses[].reason": "Shown on the page.",
    "people.<id>.names": "As `names`, for this person alone.",
    "people.<id>.names.<name>": "Goes before the same name in `names`.",
    "people.<id>.programme": "As `programme`, for this person alone; from its first day on those of"
    " everybody are nothing to them.",
    "people.<id>.units": "`mi` prints miles beside the kilometres; the limit stays in metres.",
    "people.<id>.share_with_clinic": "Whether this person is on the clinic page.",
    "people.<id>.share_pain": "Whether it says there, too, that their page asked to see"
    " somebody; scores are never on it.",
    "people.<id>.notify_to": "Where this person is told, instead of where everybody is.",
    "people.<id>.notify_urls": "Addresses of Apprise for this person alone; then no mail goes to"
    " the address of everybody.",
    "names": "What a name in a log stands for, when Backfour does not know it.",
    "names.<name>": "An exercise of the programme, or `none`.",
    "activities": "What a recording was, when its file does not say; `backfour settle` writes it.",
    "activities.<sha256>": "By the first 8 or more digits of the file's SHA-256.",
    "programme": "What is asked for, each entry from its own day on; left out, the usual four.",
    "programme[].from": "From which day on; left out, from the beginning.",
    "programme[].limit_m": "No jog may reach it, in metres; left out, 5000.",
    "programme[].exercises": "The ids of the usual ones, and tables for one's own; left out, the"
    " usual four.",
    "programme[].exercises[].id": "Required. Its id; of one's own, any new one.",
    "programme[].exercises[].name": "Its name on the page.",
    "programme[].exercises[].names": "How logs call it.",
    "programme[].exercises[].sessions_per_week": "How many sessions make it done.",
    "programme[].exercises[].sets_per_session": "How many working sets make a session; not for"
    " jogs.",
    "report": "What pages hold.",
    "report.pdf": 'A PDF beside each page; needs `pip install "backfour[pdf]"`.',
    "report.show_pain_notes": "Whether the notes of the pain diary are on the page, and in its"
    " JSON.",
    "report.care": "When a pain diary asks to see somebody. The numbers and the words await a"
    " clinician's signature.",
    "report.care.enabled": "Whether the care card is shown at all.",
    "report.care.single": "A score of this or more on any day.",
    "report.care.level": "Or this or more …",
    "report.care.days": "… on this many days of the week.",
    "report.care.median": "Or a weekly median of this or more …",
    "report.care.weeks": "… in this many weeks running …",
    "report.care.entries": "… each with at least this many entries.",
    "report.care.text": "The words of the card; left out, those of the programme.",
    "report.care.urgent": "The words on when not to wait; left out, the usual ones.",
    "clinic": "One page of all who agreed, for a clinic.",
    "clinic.page": "Whether it is written.",
    "notify": "Who is told that a week has closed. The password of the mail server is read from"
    " `BACKFOUR_SMTP_PASSWORD` and from nowhere else.",
    "notify.smtp_host": "The mail server.",
    "notify.smtp_port": "Left out, 587 with TLS and 25 without; 465 speaks TLS from the start.",
    "notify.smtp_user": "Left out, the address in `from`.",
    "notify.from": "The sender; required with `smtp_host`.",
    "notify.to": "The recipient; required with `smtp_host`.",
    "notify.tls": "`false` sends in the clear, for a server on your own machine.",
    "notify.urls": 'Phones and chats by Apprise; needs `pip install "backfour[notify]"`.',
    "notify.detail": "`ready` keeps the result out of the message, for lock screens.",
    "notify.nudge": "Also on the day before a week ends, if something is still open.",
}
