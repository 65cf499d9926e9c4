"""What a user waits for and how fast we read, measured: `make bench`."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "scripts"))  # which are no package
