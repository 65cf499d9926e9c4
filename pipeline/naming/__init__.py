"""The names in people's logs: what each stands for, and settling one that nobody knows.

Nothing is recognised here: `compliance.names` says what the judging says.
"""

from pipeline.naming.listing import listed
from pipeline.naming.printing import print_person, print_settled
from pipeline.naming.settling import Settled, settle

__all__ = ["Settled", "listed", "print_person", "print_settled", "settle"]
