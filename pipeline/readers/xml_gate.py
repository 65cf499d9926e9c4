"""The gate every XML file passes: decoded, bounded, and without a DTD, in one streaming pass.

It uses expat without namespaces, so that the undeclared prefixes of real exports do no harm, and
knows elements by their local names. A format is a tree of `Element`s, which says where a value
stands; everything else is stepped over, within the limits. Source: XML 1.0; `limits.Limits`.
"""

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from xml.parsers import expat

from pipeline.errors import Code, Refused
from pipeline.readers.limits import LIMITS

BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
WITHOUT_BOM = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
DECLARATION = re.compile(r"\s*<\?xml[^>]*?\?>", re.DOTALL)
DECLARATION_BYTES = re.compile(rb"<\?xml[^>]*?\?>", re.DOTALL)
BEFORE_ROOT = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>)", re.DOTALL)
DOCTYPE = re.compile(r"\s*<!DOCTYPE\s+(?:[\w.-]+:)?([\w.-]+)")
START_TAG = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")
SPACE = b" \t\n\r\v\f\x1c\x1d\x1e\x1f"  # what text calls white space
ZEROS = b"\0 \t\n\r"
ENCODING = re.compile(r"""encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
ALLOWED = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "utf-16": "utf-16",
    "iso-8859-1": "iso-8859-1",
    "latin1": "iso-8859-1",
    "latin-1": "iso-8859-1",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
}
BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#0*[0-9]{1,7}|#x0*[0-9A-Fa-f]{1,6});)")
MOST_AMPERSANDS = 10_000
# What expat says when a file ends in the middle of something; each is met only at the end.
CUT = {
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
}


def is_xml(head: bytes) -> bool:
    """Tell XML by its first character after a byte order mark and white space."""
    return _start(head).startswith("<")


def root_name(head: bytes) -> str | None:
    """Return the local name of the root element, None when it is not in the first bytes."""
    text, at = _start(head), 0
    # Step by step: a search would look for the end of each of 30,000 `<?` that have none.
    while step := BEFORE_ROOT.match(text, at):
        at = step.end()
    found = DOCTYPE.match(text, at) or START_TAG.search(text, at)  # a DTD may go on and on
    return found.group(1) if found else None


def decode(content: bytes) -> bytes:
    """Return an XML file as UTF-8, by its byte order mark, else its declaration, else as UTF-8.

    The declaration is dropped and leading white space stripped: real exports begin with ten
    spaces. A character cut in half by the end of the file is left out: such a file is cut off,
    not wrongly encoded. Zeros at the end are what a file system leaves of a write that lost its
    power. A bare ampersand in a name is one that its app forgot to escape. Raises Refused with
    E_ENCODING.
    """
    encoding = _encoding(content)
    if not encoding.startswith("utf-16"):
        content = content.rstrip(ZEROS)  # before decoding: a character cut in half is no fault
    try:
        if encoding == "utf-8" or (content.isascii() and not encoding.startswith("utf-16")):
            whole = len(content) if content.isascii() else codecs.utf_8_decode(content)[1]
            text = content[:whole]
        else:
            text = codecs.getincrementaldecoder(encoding)().decode(content).encode().rstrip(ZEROS)
    except UnicodeDecodeError as fault:
        message = f"The text is not {encoding}, as it says it is, at byte {fault.start}."
        raise Refused(Code.E_ENCODING, message) from fault
    text = text.removeprefix(b"\xef\xbb\xbf").lstrip(SPACE)
    declaration = DECLARATION_BYTES.match(text)
    text = text[declaration.end() :].lstrip(SPACE) if declaration else text
    # In a CDATA section an ampersand is one; and a file of nothing else would grow fivefold.
    if 0 < text.count(b"&") <= MOST_AMPERSANDS and b"<![CDATA[" not in text:
        text = BARE_AMPERSAND.sub(b"&amp;", text)
    return text


@dataclass(frozen=True)
class Element:
    """What a format knows of an element: what to do there, and which elements it may hold.

    `opened` gets the document and the attributes by local name, `closed` the document alone, `said`
    the document and the element's own text. `column` names the value of a point that the text is.
    A child that is not among the `children` is `otherwise`; an element that `repeats` stands for
    every unknown child itself.
    """

    children: Mapping[str, "Element"] = field(default_factory=dict)
    opened: Callable[[Any, dict[str, str]], None] | None = None
    closed: Callable[[Any], None] | None = None
    said: Callable[[Any, str], None] | None = None
    column: str | None = None
    otherwise: "Element | None" = None
    repeats: bool = False

    def child(self, name: str) -> "Element":
        """Return what is known of a child, whatever its prefix; of an unknown one, nothing is."""
        known = self.children.get(name.rpartition(":")[2]) if self.children else None
        if known is not None:
            return known
        return self if self.repeats else self.otherwise or UNKNOWN


UNKNOWN = Element(repeats=True)


class Document(Protocol):
    """What is filled while a file is walked: the callbacks of its elements, and their values."""

    def value(self, column: str, text: str) -> None:
        """Take the text of an element that is a column."""


def walk(text: bytes, tree: Element, document: Document) -> bool:
    """Walk a decoded XML file once, in one piece, and fill a document.

    Returns whether the file was whole: False when it ends too early, which is no refusal, since
    what was closed before that has been handed over. Raises Refused: E_XML, E_XML_DTD,
    E_XML_LIMIT.
    """
    walker = Walker(tree, document, len(text))
    try:
        walker.parser.Parse(text, True)  # noqa: FBT003 - C signature
    except expat.ExpatError as fault:
        if fault.code in CUT:
            return False
        message = f"The XML is broken at line {fault.lineno}."
        raise Refused(Code.E_XML, message) from fault
    finally:
        walker.release()
    return True


class Walker:
    """The handlers of one pass, and the limits they keep; `stack` holds the open elements.

    Of so few bytes that no text can be too long, expat hands over only the texts asked for.
    """

    def __init__(self, tree: Element, document: Document, size_bytes: int) -> None:
        self.document = document
        self.stack = [tree]
        self.texts: list[list[str]] = []  # of the open elements whose text is asked for
        self.text_chars = 0
        self.elements = 0
        self.prefixes: set[str] = set()
        self.counts_texts = size_bytes > LIMITS.xml_token_chars
        self.listens = False
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        if self.counts_texts:
            self.parser.CharacterDataHandler = self.characters

    def release(self) -> None:
        """Let go of the parser, whose handlers hold on to us: a worker reads many files."""
        self.parser.StartDoctypeDeclHandler = None
        self.parser.EntityDeclHandler = None
        self.parser.StartElementHandler = None
        self.parser.EndElementHandler = None
        self.parser.CharacterDataHandler = None

    def doctype(self, *_: object) -> None:
        """Stop at a DTD: no export needs one, and entities read files and fill memory."""
        fault = "It declares a DTD or entities, which no export needs."
        raise Refused(Code.E_XML_DTD, fault)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        stack = self.stack
        parent = stack[-1]
        element = parent.children.get(name) or parent.child(name)
        self.elements += 1
        if self.elements > LIMITS.xml_elements or len(stack) > LIMITS.xml_depth:
            self.count_elements(0, 1)
        stack.append(element)
        self.text_chars = 0
        if attributes:
            attributes = self.admitted(attributes)
        if element.column or element.said:
            self.texts.append([])
            self.listen()
        elif self.listens:
            self.fall_silent()
        if element.opened:
            element.opened(self.document, attributes)

    def end(self, _name: str) -> None:
        """Close the innermost element."""
        self.text_chars = 0
        element = self.stack.pop()
        if element.column:
            self.document.value(element.column, "".join(self.texts.pop()).strip())
        elif element.said:
            element.said(self.document, "".join(self.texts.pop()).strip())
        elif element.closed:
            element.closed(self.document)
        if self.texts and (self.stack[-1].column or self.stack[-1].said):
            self.listen()
        elif self.listens:
            self.fall_silent()

    def listen(self) -> None:
        """Keep the texts of the innermost element."""
        if not self.counts_texts:
            self.parser.CharacterDataHandler = self.texts[-1].append
            self.listens = True

    def fall_silent(self) -> None:
        """Let texts pass."""
        self.parser.CharacterDataHandler = None
        self.listens = False

    def characters(self, text: str) -> None:
        """Keep the text of an element that is asked for it; count every other."""
        self.text_chars += len(text)
        self.limit("A text", self.text_chars, LIMITS.xml_token_chars)
        element = self.stack[-1]
        if element.column or element.said:
            self.texts[-1].append(text)

    def count_elements(self, number: int, depth: int) -> None:
        """Count elements that open here, up to `depth` below the innermost open one."""
        self.elements += number
        self.limit("The number of elements", self.elements, LIMITS.xml_elements)
        self.limit("The depth", len(self.stack) - 1 + depth, LIMITS.xml_depth)

    def step_over(self, elements: int, depth: int) -> bool:
        """Count what was cut out of the text here; False where no element could stand.

        An empty element takes its place: expat opens it where an element may stand, and not in a
        comment, in an attribute, or behind the root.
        """
        opened: list[str] = []
        self.parser.StartElementHandler = lambda name, _attributes: opened.append(name)
        self.parser.EndElementHandler = None
        self.parser.Parse(b"<cut/>", False)  # noqa: FBT003 - C signature
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.count_elements(elements, depth)
        self.text_chars = 0
        return opened == ["cut"] and len(self.stack) > 1

    def admitted(self, attributes: dict[str, str]) -> dict[str, str]:
        """Return the attributes by local name, without declarations of prefixes."""
        plain = {}
        for key, value in attributes.items():
            local = key
            if ":" in key or key == "xmlns":
                prefix, _, local = key.rpartition(":")
                if prefix == "xmlns" or key == "xmlns":
                    self.prefixes.add(local)
                    continue
            if len(value) > LIMITS.xml_token_chars:
                self.limit("An attribute", len(value), LIMITS.xml_token_chars)
            plain[local] = value
        # Real files repeat one declaration at every point: only distinct prefixes count.
        if len(self.prefixes) > LIMITS.xml_prefixes or len(plain) > LIMITS.xml_attributes:
            self.limit("The number of prefixes", len(self.prefixes), LIMITS.xml_prefixes)
            self.limit("The number of attributes", len(plain), LIMITS.xml_attributes)
        return plain

    def limit(self, what: str, value: int, limit: int) -> None:
        """Refuse a file that goes beyond a limit."""
        if value > limit:
            fault = f"{what} exceeds {limit} at line {self.parser.CurrentLineNumber}."
            raise Refused(Code.E_XML_LIMIT, fault)


def _encoding(content: bytes) -> str:
    for bom, encoding in BOMS:
        if content.startswith(bom):
            return encoding
    for start, encoding in WITHOUT_BOM:
        if content.startswith(start):
            return encoding
    declaration = DECLARATION.match(content[:1024].decode("latin-1"))
    named = ENCODING.search(declaration.group()) if declaration else None
    if named is None:
        return "utf-8"
    encoding = ALLOWED.get(named.group(1).lower(), "")
    if not encoding or encoding == "utf-16":
        # Without a byte order mark UTF-16 would not have let us read its declaration.
        message = f"The text says it is {named.group(1)[:40]}, which is not read."
        raise Refused(Code.E_ENCODING, message)
    return encoding


def _start(head: bytes) -> str:
    """Return the beginning as text, good enough to see the root element."""
    text = head[:65_536].replace(b"\0", b"").decode("latin-1")
    for mark in ("\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"):
        text = text.removeprefix(mark)
    return text.lstrip()
