"""The gate every XML file passes: decoded, bounded, and without a DTD, in one streaming pass.

It uses expat without namespaces, so that the undeclared prefixes of real exports do no harm, and
hands its caller local names only. Source: XML 1.0; limits: `limits.Limits`.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from pipeline.errors import Code, Refused
from pipeline.readers.limits import LIMITS

BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
WITHOUT_BOM = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
DECLARATION = re.compile(r"\s*<\?xml[^>]*?\?>", re.DOTALL)
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


def is_xml(head: bytes) -> bool:
    """Tell XML by its first character after a byte order mark and white space."""
    return _start(head).startswith("<")


def root_name(head: bytes) -> str | None:
    """Return the local name of the root element, None when it is not in the first bytes."""
    text = re.sub(
        r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(\[.*?\])?\s*>", "", _start(head), flags=re.DOTALL
    )
    found = re.search(r"<(?:[\w.-]+:)?([\w.-]+)", text)
    declared = re.match(r"\s*<!DOCTYPE\s+(?:[\w.-]+:)?([\w.-]+)", text)  # its DTD goes on and on
    found = declared or found
    return found.group(1) if found else None


def decode(content: bytes) -> str:
    """Decode an XML file by its byte order mark, else its declaration, else as UTF-8.

    The declaration is dropped and leading white space stripped: real exports begin with ten
    spaces. A character cut in half by the end of the file is left out: such a file is cut off,
    not wrongly encoded. Raises Refused with E_ENCODING.
    """
    encoding = _encoding(content)
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(content)
    except UnicodeDecodeError as fault:
        message = f"The text is not {encoding}, as it says it is, at byte {fault.start}."
        raise Refused(Code.E_ENCODING, message) from fault
    text = text.removeprefix("\ufeff").lstrip()
    return DECLARATION.sub("", text, count=1).lstrip()


@dataclass
class Element:
    """One open element: its local name, its attributes by local name, its text so far."""

    name: str
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)
    text_chars: int = 0


def walk(
    content: bytes,
    opened: Callable[[list[Element]], None],
    closed: Callable[[list[Element]], None],
) -> bool:
    """Walk an XML file; both callbacks get the stack of open elements, innermost last.

    Returns whether the file was whole: False when it ends too early, which is no refusal, since
    what was closed before that has been handed over. Raises Refused: E_XML, E_XML_DTD,
    E_XML_LIMIT, E_ENCODING.
    """
    walker = _Walker(opened, closed)
    text = decode(content)
    try:
        walker.parser.Parse(text.encode("utf-8", "strict"), True)  # noqa: FBT003 - C signature
    except UnicodeEncodeError as fault:
        raise Refused(Code.E_ENCODING, "The text holds half of a character.") from fault
    except expat.ExpatError as fault:
        if _is_cut(fault, text):
            return False
        message = f"The XML is broken at line {fault.lineno}."
        raise Refused(Code.E_XML, message) from fault
    return True


class _Walker:
    """The handlers of one pass, and the limits they keep."""

    def __init__(
        self,
        opened: Callable[[list[Element]], None],
        closed: Callable[[list[Element]], None],
    ) -> None:
        self.opened, self.closed = opened, closed
        self.stack: list[Element] = []
        self.elements = 0
        self.prefixes: set[str] = set()
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters

    def doctype(self, *_: object) -> None:
        """Stop at a DTD: no export needs one, and entities read files and fill memory."""
        fault = "It declares a DTD or entities, which no export needs."
        raise Refused(Code.E_XML_DTD, fault)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.limit("The number of elements", self.elements, LIMITS.xml_elements)
        self.limit("The depth", len(self.stack) + 1, LIMITS.xml_depth)
        plain = {}
        for key, value in attributes.items():
            prefix, _, local = key.rpartition(":")
            if prefix == "xmlns" or key == "xmlns":
                self.prefixes.add(local)
                continue
            self.limit("An attribute", len(value), LIMITS.xml_token_chars)
            plain[local] = value
        # Real files repeat one declaration at every point: only distinct prefixes count.
        self.limit("The number of prefixes", len(self.prefixes), LIMITS.xml_prefixes)
        self.limit("The number of attributes", len(plain), LIMITS.xml_attributes)
        self.stack.append(Element(name.rpartition(":")[2], plain))
        self.opened(self.stack)

    def end(self, _name: str) -> None:
        self.closed(self.stack)
        self.stack.pop()

    def characters(self, text: str) -> None:
        if not self.stack:
            return
        element = self.stack[-1]
        element.text_chars += len(text)
        self.limit("A text", element.text_chars, LIMITS.xml_token_chars)
        element.text.append(text)

    def limit(self, what: str, value: int, limit: int) -> None:
        if value > limit:
            fault = f"{what} exceeds {limit} at line {self.parser.CurrentLineNumber}."
            raise Refused(Code.E_XML_LIMIT, fault)


def _is_cut(fault: expat.ExpatError, text: str) -> bool:
    """Tell a file that ends too early from one that is broken in the middle."""
    early = {
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    }
    return fault.code in early and fault.lineno >= text.count("\n")


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
