"""What the members of a zip are, by their names and the names beside them.

Names decide only what is left out of a known export, and which export it is; what a file is that
is handed out, its content decides in the readers.
"""

from collections.abc import Callable, Collection

from pipeline.errors import Code, Refused

JUNK_NAMES = (b".ds_store", b"thumbs.db", b"desktop.ini")
WORKOUT_SUFFIXES = (b".fit", b".gpx", b".tcx", b".csv", b".gz", b".zip")
STRAVA_LIST = b"activities.csv"
STRAVA_FILES = b"activities/"
GARMIN_FOLDER = b"DI_CONNECT/"
BACKFOUR_LIST = b"originals.jsonl"
BACKFOUR_TABLE = b"readings.parquet"
BACKFOUR_FILES = b"originals/"
OTHER_FILES = {
    b".csv": "another list of the export",
    b".tsv": "another list of the export",
    b".json": "a JSON file",
    b".html": "a web page",
    b".htm": "a web page",
    b".pdf": "a PDF",
    b".txt": "a text",
    b".xml": "another XML file of the export",
    b".jpg": "a picture",
    b".jpeg": "a picture",
    b".png": "a picture",
    b".gif": "a picture",
    b".heic": "a picture",
    b".webp": "a picture",
    b".mp4": "a film",
    b".mov": "a film",
}
STRAVA_FOLDERS = {
    b"routes/": "a planned route",
    b"media/": "a picture or film",
    b"clubs/": "about a club",
}
APPLE_FOLDERS = {
    b"electrocardiograms/": "an electrocardiogram",
    b"clinical-records/": "a clinical record",
}
OFFICE = (
    ("spreadsheet of Excel", (b"[Content_Types].xml", b"xl/")),
    ("Word file", (b"[Content_Types].xml", b"word/")),
    ("PowerPoint file", (b"[Content_Types].xml", b"ppt/")),
    ("Office file", (b"[Content_Types].xml",)),
    ("Android app", (b"AndroidManifest.xml",)),
    ("Java program", (b"META-INF/MANIFEST.MF",)),
    ("book", (b"META-INF/container.xml",)),
    ("document of OpenOffice", (b"META-INF/manifest.xml",)),
)
MAP = b"doc.kml"


def refuse_documents(names: Collection[bytes]) -> None:
    """Raise Refused E_UNSUPPORTED for a zip that is another kind of file (xlsx, kmz, apk)."""
    for kind, marks in OFFICE:
        if all(any(name.startswith(mark) for name in names) for mark in marks):
            raise Refused(Code.E_UNSUPPORTED, f"This is a {kind}, which is not read.")
    if MAP in names and not any(name.lower().endswith(WORKOUT_SUFFIXES) for name in names):
        raise Refused(Code.E_UNSUPPORTED, "This is a KMZ file, which is not read.")


def junk(name: bytes) -> str | None:
    """Say what a member is that no person put there, None of any other."""
    *folders, last = name.split(b"/")
    if b"__MACOSX" in folders or last.startswith(b"._"):
        return "a companion that macOS packs beside a file"
    if last.lower() in JUNK_NAMES:
        return "a file of the system's own"
    return None


def strava_list(names: Collection[bytes]) -> bytes | None:
    """Return the name of Strava's list of activities, in the root or one folder deep.

    Of several, as two exports packed together have them, it is the first by name.
    """
    for name in sorted(each for each in names if each.endswith(STRAVA_LIST)):
        folder, stroke, last = name.rpartition(b"/")
        files = folder + stroke + STRAVA_FILES
        if (
            last == STRAVA_LIST
            and folder.count(b"/") == 0
            and any(other.startswith(files) for other in names)
        ):
            return name
    return None


def is_garmin(names: Collection[bytes]) -> bool:
    """Tell Garmin's account export by its folder, in the root or one folder deep."""
    return any(name.startswith(GARMIN_FOLDER) or b"/" + GARMIN_FOLDER in name for name in names)


def backfour_folder(names: Collection[bytes]) -> bytes | None:
    """Return where an export of our own begins, in the root or one folder deep; None if it is none.

    With its stroke, or empty.
    """
    for name in sorted(names):
        folder = name[: name.rfind(b"/") + 1]
        if name == folder + BACKFOUR_LIST and folder.count(b"/") <= 1:
            beside = (folder + BACKFOUR_FILES, folder + BACKFOUR_TABLE)
            if all(any(other.startswith(each) for other in names) for each in beside):
                return folder
    return None


def may_be_health(name: bytes) -> bool:
    """Tell where Apple's list of records may lie: an XML file in the root or one folder deep."""
    return name.lower().endswith(b".xml") and name.count(b"/") <= 1 and junk(name) is None


def left_out(app: str | None, folder: bytes) -> Callable[[bytes], str | None]:
    """Return how to say what a member is that is no workout; None means that it may be one.

    `folder` is where the export begins, with its stroke, or empty.
    """

    def kind(name: bytes) -> str | None:
        if found := junk(name):
            return found
        if app is None:
            return None
        inside = name.removeprefix(folder).lower()
        if app == "backfour":
            return None if inside.startswith(BACKFOUR_FILES) else "told of the originals"
        if app == "strava" and inside.startswith(STRAVA_FILES):
            return None
        folders = {"strava": STRAVA_FOLDERS, "apple": APPLE_FOLDERS}.get(app, {})
        for start, what in folders.items():
            if inside.startswith(start):
                return what
        suffix = inside[inside.rfind(b".") :] if b"." in inside else b""
        return OTHER_FILES.get(suffix)

    return kind
