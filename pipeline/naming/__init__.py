"""What people's words mean: the names in their logs, and recordings that do not say what they are.

Nothing is recognised here: `compliance.names` says what the judging says.
"""

from pipeline.naming.listing import listed
from pipeline.naming.printing import print_person, print_settled, print_settled_recording
from pipeline.naming.recordings import SettledRecording, settle_recording
from pipeline.naming.settling import Settled, settle

__all__ = [
    "Settled",
    "SettledRecording",
    "listed",
    "print_person",
    "print_settled",
    "print_settled_recording",
    "settle",
    "settle_recording",
]
