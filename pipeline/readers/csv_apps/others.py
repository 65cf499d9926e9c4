"""Files of other apps and devices that are known, and hold no sets we could read."""

from pipeline.errors import Code
from pipeline.readers.csv_log.dialect import Elsewhere

TOTALS = (
    "This is the list of activities from {}, totals only: export the activities themselves, "
    "as FIT, GPX or TCX."
)
STRAVA = Elsewhere("Activity ID,Activity Date,Activity Name,Activity Type", TOTALS.format("Strava"))
GARMIN = Elsewhere("Activity Type,Date,Favorite,Title,Distance", TOTALS.format("Garmin Connect"))
GARMIN_GERMAN = Elsewhere("Aktivitätstyp,Datum,Favorit,Titel", TOTALS.format("Garmin Connect"))
GARMIN_FRENCH = Elsewhere("Type d'activité,Date,Favori,Titre", TOTALS.format("Garmin Connect"))
GARMIN_SPANISH = Elsewhere(
    "Tipo de actividad,Fecha,Favorito,Título", TOTALS.format("Garmin Connect")
)
GARMIN_ITALIAN = Elsewhere(
    "Tipo di attività,Data,Preferito,Titolo", TOTALS.format("Garmin Connect")
)
GARMIN_PORTUGUESE = Elsewhere(
    "Tipo de atividade,Data,Favorito,Título", TOTALS.format("Garmin Connect")
)
GARMIN_DUTCH = Elsewhere("Activiteittype,Datum,Favoriet,Titel", TOTALS.format("Garmin Connect"))
GARMIN_SETS = Elsewhere(
    "Set,Exercise Name,Time,Rest,Reps,Weight,Volume",
    "This is Garmin's list of sets, which does not say the day: download the FIT file.",
)
SAMSUNG = Elsewhere(
    "com.samsung.shealth.exercise",
    "This is a Samsung Health table, which holds no sets: export the workout as GPX or TCX.",
)
WGER = Elsewhere(
    "Date,Weight,Comment",
    "This is a list of body weights: there is no workout in it.",
    Code.E_NO_ACTIVITY,
    whole=True,
)
APPLE = Elsewhere(
    "Workout Type,Start,End,Duration",
    "This is a list of workouts from an Apple Health exporter, which holds no sets: drop the "
    "export.zip of the Health app itself.",
)
GOOGLE_FIT = Elsewhere(
    "Date,Move Minutes count,Calories (kcal),Distance (m)",
    "These are the daily totals of Google Fit: there is no workout in them.",
    Code.E_NO_ACTIVITY,
)
GOOGLE_FIT_HOURS = Elsewhere(
    "Start time,End time,Move Minutes count",
    "These are the daily totals of Google Fit: there is no workout in them.",
    Code.E_NO_ACTIVITY,
)
