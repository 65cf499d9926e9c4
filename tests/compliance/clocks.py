"""Files for the torture of clocks: bytes as a watch, a phone or an app writes them, and their row.

Each tells of one jog of 20 minutes and 3 km, so that the rules see it whole.
"""

import datetime as dt
import hashlib
import runpy
from pathlib import Path

from pipeline import ledger, readers
from pipeline.errors import Declined
from pipeline.week import Jog

from .rows import SEEN, Row

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "sample_fit.py"
FIT = runpy.run_path(str(SCRIPT))
SEMICIRCLE = 2**31 / 180
JOG_S, JOG_M, JOG_DEGREES = 1200, 3000.0, 0.027
STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,"
    "Notes,Workout Notes,RPE"
)
Place = tuple[float, float]
# Latitude and longitude of a town in each zone.
TOWNS: dict[str, Place] = {
    "America/New_York": (40.75, -73.98),
    "America/Santiago": (-33.45, -70.67),
    "Asia/Kathmandu": (27.7, 85.3),
    "Australia/Lord_Howe": (-31.53, 159.07),
    "Europe/Berlin": (52.5, 13.4),
    "Pacific/Apia": (-13.83, -171.77),
    "Pacific/Chatham": (-43.95, -176.55),
    "Pacific/Honolulu": (21.3, -157.85),
    "Pacific/Kiritimati": (1.88, -157.4),
    "Pacific/Pago_Pago": (-14.28, -170.7),
}
AT_SEA: Place = (40.0, -40.0)


def fit(start: dt.datetime, offset_s: int | None = None, place: Place | None = None) -> Row:
    """A jog of a watch that shows an offset from UTC, starts at a place, or says neither."""
    began = FIT["seconds"](start)
    writer = FIT["FitWriter"]()
    writer.add(0, (0, "enum", 4), (1, "uint16", 1), (2, "uint16", 3600), (4, "uint32", began))
    if place:
        degrees = [round(each * SEMICIRCLE) for each in place]
        writer.add(20, (253, "uint32", began), (0, "sint32", degrees[0]), (1, "sint32", degrees[1]))
    writer.add(
        18,
        (253, "uint32", began + JOG_S),
        (2, "uint32", began),
        (7, "uint32", JOG_S * 1000),
        (8, "uint32", JOG_S * 1000),
        (9, "uint32", round(JOG_M * 100)),
        (5, "enum", 1),
    )
    if offset_s is not None:
        writer.add(34, (253, "uint32", began), (5, "uint32", began + offset_s))
    return row("jog.fit", bytes(writer.finish()))


def gpx(start: dt.datetime, place: Place, offset: str = "Z") -> Row:
    """A jog of a phone, its times written with an offset; `start` is an instant."""
    latitude, longitude = place
    points = "".join(
        f'<trkpt lat="{latitude + share * JOG_DEGREES:.6f}" lon="{longitude:.6f}">'
        f"<time>{_written(start + dt.timedelta(seconds=share * JOG_S), offset)}</time></trkpt>"
        for share in (0, 0.25, 0.5, 0.75, 1)
    )
    track = f"<trk><type>running</type><trkseg>{points}</trkseg></trk>"
    name = 'xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="test"'
    return row("jog.gpx", f"<gpx {name}>{track}</gpx>".encode())


def strong(clock: dt.datetime) -> Row:
    """A jog and a lat pulldown in a log, which knows a wall clock and no zone."""
    workout = f'{clock:%Y-%m-%d %H:%M:%S},"Back",20m'
    lines = [
        f'{workout},"Lat Pulldown (Cable)",1,45.0,10,0,0,"","",',
        f'{workout},"Running",1,0.0,0,3.0,1200.0,"","",',
    ]
    return row("strong.csv", "\n".join([STRONG, *lines, ""]).encode())


def row(name: str, content: bytes) -> Row:
    """The row of the table that a run would keep of these bytes."""
    found = readers.read(content)
    assert not isinstance(found, Declined), found
    sha256 = hashlib.sha256(content).hexdigest()
    return ledger.row(sha256, len(content), SEEN, found, "1") | {"names": [name.encode()]}


def wall_clock(jog: Jog) -> dt.datetime | None:
    """The wall clock at the start, without its offset."""
    return jog.start_local and jog.start_local.replace(tzinfo=None)


def offset_seconds(offset: str) -> int:
    """`+12:45` in seconds."""
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    return (hours * 3600 + minutes * 60) * (-1 if offset[0] == "-" else 1)


def _written(instant: dt.datetime, offset: str) -> str:
    """An instant as XML writes it at an offset: the wall clock there, then the offset."""
    there = instant
    if offset != "Z":
        there += dt.timedelta(seconds=offset_seconds(offset))
    return f"{there:%Y-%m-%dT%H:%M:%S}{offset}"
