"""GymBook: Italian as a person exported it, and the same shape in German and in English."""

from strength_samples.lines import lines, under

ITALIAN = (
    "Data,Programma,Orario,Esercizio,Zona,Gruppi muscolari (Primari),"
    "Gruppi muscolari (Secondari),Set / Set di riscaldamento / Set di defaticamento,"
    "Ripetizioni / Tempo,Peso / Distanza,Appunti,Saltato"
)
GERMAN = (
    "Datum;Programm;Uhrzeit;Übung;Bereich;Muskelgruppen (Primär);Muskelgruppen (Sekundär);"
    "Satz / Aufwärmsatz / Abkühlsatz;Wiederholungen / Zeit;Gewicht / Distanz;Notizen;Übersprungen"
)
ENGLISH = (
    "Date,Workout,Time,Exercise,Region,Muscle groups (primary),Muscle groups (secondary),"
    "Set / Warm-up set / Cool-down set,Repetitions / Time,Weight / Distance,Notes,Skipped"
)

SAMPLES = {
    "gymbook_it.csv": lines(
        ITALIAN,
        *under(
            "12/06/26,Schiena,",
            "18:42,Lat machine,Palestra,Dorsali,Bicipiti,Set di riscaldamento,15 ripetizioni,"
            '"25,00 kg",,No',
            '18:45,Lat machine,Palestra,Dorsali,Bicipiti,Set,12 ripetizioni,"50,00 kg",'
            '"lento; ""pieno"",\nsenza slancio",No',
            '18:47,Lat machine,Palestra,Dorsali,Bicipiti,Set,12 ripetizioni,"52,50 kg",,Si',
            "18:52,Ponte glutei,Palestra,Glutei,,Set,45 secondi,,,No",
            '19:01,Shrugs con Manubri,Palestra,Trapezi,,Set,10 ripetizioni,"14,00 kg",,No',
            "19:12,Stretching,Palestra,Dorsali,,Set di defaticamento,5 minuti,,,No",
        ),
        '14/06/26,Corsa,07:05,Corsa,Esterno,Cardio (tutto),,Set,25 minuti,"4,20 km",,No',
    ),
    "gymbook_de.csv": lines(
        GERMAN,
        *under(
            "12.06.26;Rücken;",
            "18:42;Latzug;Studio;Latissimus;Bizeps;Aufwärmsatz;15 Wiederholungen;25,00 kg;;Nein",
            "18:45;Latzug;Studio;Latissimus;Bizeps;Satz;12 Wiederholungen;50,00 kg;;Nein",
            "18:52;Beckenheben;Studio;Gesäß;;Satz;1,5 Minuten;;;Nein",
            "19:01;Shrugs;Studio;Trapez;;Satz;10 Wiederholungen;14,00 kg;;Nein",
            "19:05;Shrugs;Studio;Trapez;;Satz;10 Wiederholungen;14,00 kg;;Ja",
        ),
        "14.06.26;Laufen;07:05;Laufen;Draußen;Ausdauer;;Satz;25 Minuten;4,20 km;;Nein",
    ),
    "gymbook_en.csv": lines(
        ENGLISH,
        *under(
            "2026-06-12,Back,",
            "18:42,Lat pulldown,Gym,Lats,Biceps,Warm-up set,15 reps,55.00 lbs,,No",
            "18:45,Lat pulldown,Gym,Lats,Biceps,Set,12 reps,110.00 lbs,,No",
            "18:52,Glute bridge,Gym,Glutes,,Set,45 seconds,,,No",
            "19:01,Shrug,Gym,Traps,,Set,10 reps,30.00 lbs,,No",
            "19:05,Shrug,Gym,Traps,,Set,10 reps,30.00 lbs,,Yes",
        ),
        "2026-06-14,Run,07:05,Running,Outside,Cardio,,Set,25 minutes,2.61 mi,,No",
    ),
}
