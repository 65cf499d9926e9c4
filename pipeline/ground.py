"""The ground an installation stands on: file systems, and folders of sync tools.

Nothing here looks into a file that was dropped.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import SettingsError

MOUNTS = Path("/proc/self/mountinfo")
# A lock there may hold for one machine only, and what was written may be seen late or in part.
NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|afs|ceph|glusterfs|lustre|davfs\d?|fuse\.(?!fuse-overlayfs).*"
)
# Folders shared with the machine that this one runs on: what is changed there nobody tells us.
SHARED = re.compile(r"9p|drvfs|virtiofs|vboxsf|prl_fs|\S*hgfs\S*")
# What sync tools keep in the folders they watch.
SYNC_MARKS = (
    *(".stfolder", ".dropbox", ".dropbox.cache", ".sync", ".owncloudsync.log", ".SeaDrive"),
    *(".nextcloudsync.log", ".sync_journal.db", ".tmp.driveupload", ".tmp.drivedownload"),
)
# What their folders are called, in lower case: not all of them keep anything inside. On macOS all
# lie in "CloudStorage", but for iCloud's in "Mobile Documents".
SYNC_NAMES = {
    "dropbox": "Dropbox",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "sync": "Syncthing",
    "icloud drive": "iCloud",
    "iclouddrive": "iCloud",
    "mobile documents": "iCloud",
    "onedrive": "OneDrive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "box sync": "Box",
    "megasync": "MEGA",
    "pclouddrive": "pCloud",
    "pcloud drive": "pCloud",
    "proton drive": "Proton Drive",
    "cloudstorage": "a cloud",
}
# As in "OneDrive - Company", OneDrive-Personal, GoogleDrive-alex@example.org, Dropbox (Company).
OF_AN_ACCOUNT = re.compile(r"(onedrive|googledrive|dropbox) ?[-(].*")


def check(
    inbox: Path, people: Path, reports: Path, *, is_removed: bool, is_network_allowed: bool
) -> None:
    """Raise SettingsError where files would be lost, or seen half.

    `is_removed` says that imported files leave the inbox.
    """
    pair = overlapping([inbox, people, reports])
    if pair is not None:
        message = f"{pair[0]} is in {pair[1]}, by a link perhaps; make each a folder of its own"
        raise SettingsError(message)
    mark = sync_sign(inbox) if is_removed else None
    if mark is not None:
        message = (
            "backfour.toml: after_import = 'remove' would delete the files on your other devices"
            f" too, for a sync tool watches the inbox ({mark}); remove the setting"
        )
        raise SettingsError(message)
    if is_network(people) and not is_network_allowed:
        message = (
            f"{people} is on {file_system(people)}, where locks and writes cannot be relied on;"
            " choose a folder on this machine's own disk, or set allow_network_storage = true"
        )
        raise SettingsError(message)


def overlapping(folders: Sequence[Path]) -> tuple[Path, Path] | None:
    """Return two folders of which one is, or lies in, the other, by whatever links; else None."""
    real = [each.resolve() for each in folders]
    for number, one in enumerate(real):
        for place, other in enumerate(real):
            if number != place and (one == other or other in one.parents or _same(one, other)):
                return folders[number], folders[place]
    return None


def sync_sign(folder: Path) -> Path | None:
    """Return what shows that a sync tool watches a folder; None where nothing does.

    A mark directly below it, in it or above, or a folder by whose name such tools are known.
    """
    below = [each for each in folder.glob("*") if each.is_dir()] if folder.is_dir() else []
    real = folder.resolve()
    for each in (*below, folder, *real.parents):
        for mark in SYNC_MARKS:
            if (each / mark).exists():
                return each / mark
    return _cloud(real)


def sync_tool(folder: Path) -> str | None:
    """Name the sync tool that watches a folder; None where nothing shows one."""
    cloud = _cloud(folder.resolve())
    if cloud is not None:
        return _tool(cloud.name)
    return None if sync_sign(folder) is None else "a sync tool"


def _cloud(real: Path) -> Path | None:
    """Return the folder a path is or lies in by whose name a sync tool is known."""
    return next((each for each in (real, *real.parents) if _tool(each.name)), None)


def _tool(name: str) -> str | None:
    plain = name.lower()
    account = OF_AN_ACCOUNT.fullmatch(plain)
    return SYNC_NAMES.get(account[1] if account else plain)


def file_system(path: Path) -> str | None:
    """Name the kind of file system a path is on, as Linux does; None where nobody says."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    real = path.resolve()
    best: tuple[int, str] = (-1, "")
    for line in lines:
        before, _, after = line.partition(" - ")
        point = Path(re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), before.split()[4]))
        if real == point or point in real.parents:
            # Of two mounts on one point the later one is seen.
            best = max(best, (len(point.parts), after.split()[0]), key=lambda each: each[0])
    return best[1] or None


def is_network(path: Path) -> bool:
    """Tell whether a path is on a file system that other machines serve."""
    kind = file_system(path)
    return kind is not None and NETWORK.fullmatch(kind) is not None


def is_changed_elsewhere(path: Path) -> bool:
    """Tell whether files on a path may change without this machine's kernel knowing."""
    return is_network(path) or SHARED.fullmatch(file_system(path) or "") is not None


def _same(one: Path, other: Path) -> bool:
    """Tell whether two paths are one folder, by device and inode."""
    return one.exists() and other.exists() and one.samefile(other)
