"""E-mail: what the message says, under its subject, and the files attached to it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from io import BytesIO
from pathlib import Path, PurePosixPath

from corpus.assembly import Assembly
from corpus.document import Document, Place
from corpus.errors import FileUnreadable
from corpus.loaders.html_blocks import blocks
from corpus.loaders.html_tree import decoded, parsed
from corpus.loaders.members import Contents
from corpus.loaders.outline import gather
from corpus.loaders.reading import Reading
from corpus.loaders.text_decoding import cleaned, decode, read_bytes

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """A Document for the message, titled by its subject, and those of its attachments, in its name."""
    contents = Contents(path, doc_id, reading)
    yield from contents.warned(_documents(_message(path, reading), contents))


def _message(path: Path, reading: Reading) -> EmailMessage:
    data = read_bytes(path)
    if data.startswith(_MARKS):  # saved as a text file, so the bytes that its headers speak of are gone
        data = decode(path, data, reading).text.encode()
    message = message_from_bytes(data, policy=default)
    if not isinstance(message, EmailMessage) or not any(
        message.get(name) for name in ("From", "Subject", "Date", "To")
    ):
        raise FileUnreadable(path, "is no e-mail message; save it as .eml again")
    return message


def _documents(message: EmailMessage, contents: Contents) -> Iterator[Document]:
    subject = cleaned(" ".join(str(message.get("Subject", "")).split())) or contents.path.stem
    body = message.get_body(("plain", "html"))
    if body is not None:
        yield _body(body, subject, contents)
    for number, attachment in enumerate(message.iter_attachments(), start=1):
        forwarded = attachment.get_content_type() == "message/rfc822"
        named = attachment.get_filename() or f"attachment-{number}{'.eml' * forwarded}"
        name = PurePosixPath(cleaned(named)).name
        inner = attachment.get_payload(0) if forwarded and attachment.is_multipart() else None
        data = inner.as_bytes() if isinstance(inner, EmailMessage) else attachment.get_payload(decode=True)
        if isinstance(data, bytes):
            yield from contents.read(PurePosixPath(name), BytesIO(data))


def _body(body: MIMEPart, subject: str, contents: Contents) -> Document:
    data = body.get_payload(decode=True)
    data = data if isinstance(data, bytes) else b""
    assembly = Assembly()
    if body.get_content_type() == "text/html":
        source = decoded(contents.path, data, contents.reading)
        gather(assembly, blocks(parsed(contents.path, source.text)), Place(), subject)
    else:
        source = decode(contents.path, data, contents.reading, body.get_content_charset("") or "")
        for paragraph in source.text.split("\n\n"):
            assembly.add(paragraph, Place())
    return assembly.document(contents.doc_id, subject, warnings=source.warnings)
