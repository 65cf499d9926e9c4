"""What a file may ask of us, in one place; part of every reader's version.

The figures stand above the largest of about 750 real files; a limit that refuses a real file is
a fault of ours, and a test holds every file of the corpus below each of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Every limit on what comes in; sizes in bytes, times in seconds.

    `reference_` limits hold for the slower libraries that answer when our own readers decline:
    they are checked before such a library sees the file.
    """

    file_bytes: int = 256_000_000
    archive_bytes: int = 5_000_000_000
    archive_members: int = 50_000
    archive_out_bytes: int = 20_000_000_000
    archive_ratio: int = 200
    archive_ratio_from_bytes: int = 10_000_000
    export_xml_bytes: int = 8_000_000_000
    xml_depth: int = 64
    xml_attributes: int = 32
    xml_token_chars: int = 65_536
    xml_prefixes: int = 32
    xml_elements: int = 5_000_000
    points: int = 1_000_000
    reference_points: int = 250_000
    reference_xmlns: int = 2_000
    fit_parts: int = 16
    fit_messages: int = 2_000_000
    reference_messages: int = 200_000
    reference_bytes: int = 10_000_000
    metres: float = 1_000_000.0
    reps: int = 10_000
    weight: float = 2_000.0
    first_year: int = 2000
    last_year: int = 2199  # as far as the dates of logs go
    label_chars: int = 1_000
    bad_share: float = 0.01
    batch_files: int = 32
    batch_bytes: int = 8_000_000
    child_address_bytes: int = 1 << 30
    child_cpu_s: float = 10.0
    child_cpu_s_per_mb: float = 1.0
    batch_wall_s: float = 15.0
    batch_wall_s_per_mb: float = 2.0
    reference_cpu_s_per_mb: float = 8.0
    reference_cpu_max_s: float = 120.0
    result_bytes: int = 8_000_000
    result_bytes_per_byte: int = 4  # a log of a million rows says more than any recording


LIMITS = Limits()
