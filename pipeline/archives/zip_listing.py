"""What a zip file holds: its members, what is left out and why, and what its export tells.

One zip within a zip is opened, as Garmin's account export has it; none within that.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from pipeline.archives import apple, kinds, strava
from pipeline.archives.export import Export
from pipeline.archives.zip_directory import MAGIC, Directory, Entry, require_apart
from pipeline.archives.zip_members import (
    head,
    opened,
    pieces,
    require_readable,
    require_size,
    whole,
)
from pipeline.errors import Code, Refused
from pipeline.members import Address, LeftOut, Listing, Member
from pipeline.readers import placed
from pipeline.readers.csv_log import text as csv_text
from pipeline.readers.limits import Limits
from pipeline.tables import Activity, Problem

DEEPEST = 2
THE_LIST = "the list of the archive's workouts, read with them"


def listing(archive: BinaryIO, limits: Limits) -> Listing:
    """Return what a zip file holds. Raises Refused for the archive as a whole."""
    survey = _Survey(limits)
    survey.zip(archive, (), b"")
    return Listing(
        kind="zip",
        app=survey.app,
        members=tuple(survey.members),
        left_out=tuple(survey.left_out),
        activities=tuple(survey.activities),
        problems=tuple(survey.problems),
    )


class _OverBudget(Refused):
    """The archive as a whole asks for too much: no single member is to blame."""


@dataclass
class _Survey:
    """What has been found so far; the budgets count over all levels."""

    limits: Limits
    app: str | None = None
    members: list[Member] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    entries: int = 0
    out_bytes: int = 0

    def zip(self, archive: BinaryIO, address: Address, label: bytes) -> None:
        """Add what one zip holds. Raises Refused for this zip as a whole, before it adds any."""
        directory = Directory(archive, self.limits)
        self.entries += len(directory)
        if self.entries > self.limits.archive_members:
            fault = f"The archive has more than {self.limits.archive_members:,} members."
            raise _OverBudget(Code.E_ZIP_LIMIT, fault)
        entries = list(directory)
        require_apart(entries)
        names = {entry.name for entry in entries}
        kinds.refuse_documents(names)
        the_list, folder, export = self.export(archive, entries, names)
        kind_of = kinds.left_out(export.app, folder)
        for entry in entries:
            name = label + entry.name
            if entry.is_folder:
                continue
            if entry is the_list:
                refusal = export.refusal
                code, detail = (refusal.code, refusal.fault) if refusal else (None, THE_LIST)
                self.left_out.append(LeftOut(name, code or Code.I_MEMBER, detail))
            elif kind := kind_of(entry.name):
                self.left_out.append(LeftOut(name, Code.I_MEMBER, kind))
            else:
                told = export.told.get(entry.name.removeprefix(folder))
                self.member(archive, entry, Member((*address, entry.index), name, 0, told))
        self.add(export)

    def member(self, archive: BinaryIO, entry: Entry, member: Member) -> None:
        """Add one member, or the members of the zip it is."""
        try:
            require_readable(entry, self.limits)
            if not head(archive, entry, len(MAGIC)).startswith(MAGIC):
                require_size(entry.size_bytes, self.limits.file_bytes)
                self.unpack(entry)
                self.members.append(replace(member, size_bytes=entry.size_bytes))
                return
            _require_shallow(member.address)
            self.unpack(entry)
            inner = opened(archive, entry, self.limits)
            self.zip(inner, member.address, member.name + b"/")
        except _OverBudget:
            raise
        except Refused as refused:
            refusal = refused.refusal
            self.left_out.append(LeftOut(member.name, refusal.code, refusal.fault))

    def unpack(self, entry: Entry) -> None:
        """Count what a member says it unpacks to."""
        self.out_bytes += entry.size_bytes
        most = self.limits.archive_out_bytes
        if self.out_bytes > most:
            fault = f"The archive unpacks to more than {most // 1_000_000_000} GB."
            raise _OverBudget(Code.E_ZIP_LIMIT, fault)

    def export(
        self, archive: BinaryIO, entries: Sequence[Entry], names: Collection[bytes]
    ) -> tuple[Entry | None, bytes, Export]:
        """Find the list of an app's export, and read it: its entry, its folder, what it says."""
        listed = kinds.strava_list(names)
        marks = (
            each.name == listed if listed else self.is_health(archive, each) for each in entries
        )
        the_list = next((entry for entry, is_it in zip(entries, marks, strict=True) if is_it), None)
        if the_list is None:
            if (own := kinds.backfour_folder(names)) is not None:
                return None, own, Export("backfour")
            return None, b"", Export("garmin" if kinds.is_garmin(names) else None)
        folder = the_list.name[: the_list.name.rfind(b"/") + 1]
        inside = {name.removeprefix(folder) for name in names}
        app = "strava" if listed else "apple"
        try:
            require_readable(the_list, self.limits)
            self.unpack(the_list)
            if listed:
                most = csv_text.LIMITS.size_bytes
                content = whole(archive, the_list, most, self.limits).getvalue()
                return the_list, folder, strava.read(content, inside)
            most = self.limits.export_xml_bytes
            streamed = pieces(archive, the_list, most, self.limits)
            return the_list, folder, apple.read(streamed, inside)
        except _OverBudget:
            raise
        except Refused as refused:
            text = f"The list of the archive's workouts is not read: {refused.refusal.fault}"
            where = the_list.name.decode("utf-8", "backslashreplace")
            problem = Problem(refused.refusal.code, where, text)
            return the_list, folder, Export(app, problems=(problem,), refusal=refused.refusal)

    def is_health(self, archive: BinaryIO, entry: Entry) -> bool:
        """Tell Apple's list by what is in it, since its name is in the phone's language."""
        if not kinds.may_be_health(entry.name) or entry.is_locked:
            return False
        return apple.recognises(head(archive, entry, apple.HEAD_BYTES))

    def add(self, export: Export) -> None:
        """Add what an export tells beside its members."""
        self.app = self.app or export.app
        self.problems += export.problems
        for activity in export.activities:
            at_home = placed(replace(activity, position=len(self.activities)))
            self.activities.append(at_home)


def _require_shallow(address: Address) -> None:
    if len(address) == DEEPEST:
        raise Refused(Code.E_NESTED, "It is an archive nested more than two deep.")
