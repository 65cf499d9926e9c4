"""The tags of a stretch of XML, found by comparing bytes, all at once.

It is no parser: it says where tags are only if every `<` begins one and every `>` ends one, in
plain ASCII without entities, comments or the like; of anything else it says nothing.
"""

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.readers import track, xml_values
from pipeline.readers.limits import LIMITS

Places = npt.NDArray[np.int64]
WORD = 8
PADDING = b"\0" * 64  # so that no value or word that is looked for ends beyond the text


@dataclass(frozen=True)
class Scan:
    """A stretch of text by its tags: where each one opens (`<`) and where it ends (`>`)."""

    base: int
    text: bytes
    chars: xml_values.Bytes
    words: npt.NDArray[np.uint64]
    opens: Places
    ends: Places

    @classmethod
    def of(cls, text: bytes, start: int, stop: int) -> "Scan | None":
        """Find the tags; None when a `>` stands elsewhere, or something is very long."""
        padded = b"".join((memoryview(text)[start:stop], PADDING))
        chars = np.frombuffer(padded, dtype=np.uint8)
        words = np.ndarray(len(padded) - WORD + 1, dtype="<u8", buffer=padded, strides=(1,))
        if not _is_plain(chars[: stop - start]):
            return None
        opens, ends = np.flatnonzero(chars == ord("<")), np.flatnonzero(chars == ord(">"))
        if len(opens) != len(ends) or (opens > ends).any() or (ends[:-1] > opens[1:]).any():
            return None
        if np.diff(opens).max() > LIMITS.xml_token_chars:
            return None
        return cls(start, padded, chars, words, opens, ends)

    @functools.cached_property
    def quotes(self) -> Places:
        """Where the quotation marks are."""
        return np.flatnonzero(self.chars == ord('"'))

    def has(self, places: Places, piece: bytes) -> track.Flags:
        """Tell at which places of the text a piece stands."""
        size = len(piece)
        view: npt.NDArray[np.bytes_] = np.ndarray(
            len(self.text) - size + 1, dtype=f"S{size}", buffer=self.text, strides=(1,)
        )
        return np.asarray(view[np.minimum(places, len(view) - 1)] == piece, dtype=np.bool_)

    def points(self, name: bytes) -> tuple[Places, Places] | None:
        """Return the first and last tags of the points; None when one stands in another."""
        words = self.words[self.opens]
        begin = self._starting_with(words, b"<" + name)
        after = self.chars[self.opens[begin] + len(name) + 1]
        first = begin[(after == ord(" ")) | (after == ord(">"))]
        last = self._starting_with(words, b"</" + name + b">")
        if len(first) != len(last) or (first >= last).any() or (last[:-1] > first[1:]).any():
            return None
        return first, last

    def _starting_with(self, words: npt.NDArray[np.uint64], piece: bytes) -> Places:
        """Return the tags that start with a piece, by the first words of all tags."""
        head = piece[:WORD]
        mask = np.uint64((1 << 8 * len(head)) - 1)
        near = ((words & mask) == np.uint64(int.from_bytes(head, "little"))).nonzero()[0]
        found: Places = near[self.has(self.opens[near], piece)]
        return found

    def tag(self, at: int) -> bytes:
        """Return one tag."""
        return self.text[self.opens[at] : self.ends[at] + 1]


def _is_plain(chars: xml_values.Bytes) -> bool:
    """Tell text that stands for itself: printable ASCII and white space, and no entity."""
    if chars.max() > ord("~") or (chars == ord("&")).any():
        return False
    controls = np.count_nonzero(chars < ord(" "))
    return bool(controls == sum(np.count_nonzero(chars == ord(each)) for each in "\t\n\r"))
