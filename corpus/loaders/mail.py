"""E-mail: what the message says, under its subject, and the files attached to it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
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
_HEADERS = ("From", "To", "Date", "Subject", "Received")


@dataclass(frozen=True, slots=True)
class _Part:
    """A body or an attachment; `charset` is what it says of its text."""

    name: str
    data: bytes
    is_html: bool = False
    charset: str = ""


@dataclass(frozen=True, slots=True)
class _Mail:
    subject: str
    body: _Part | None
    attachments: tuple[_Part, ...]


def load(path: Path, doc_id: str, reading: Reading) -> Iterator[Document]:
    """A Document for the message, titled by its subject, and those of its attachments, in its name."""
    contents = Contents(path, doc_id, reading)
    yield from contents.warned(_documents(_mail(path, reading), contents))


def _mail(path: Path, reading: Reading) -> _Mail:
    data = read_bytes(path)
    if data.startswith(_MARKS):  # saved as a text file, so the bytes that its headers speak of are gone
        data = decode(path, data, reading).text.encode()
    message = message_from_bytes(data, policy=default)
    if not isinstance(message, EmailMessage) or not any(name in message for name in _HEADERS):
        raise FileUnreadable(path, "is no e-mail message; save it as .eml again")
    try:
        return _taken_apart(message)
    except (AttributeError, LookupError, TypeError, ValueError) as error:  # what Python's parser raises for bad headers
        raise FileUnreadable(path, "has broken headers; open it in its program and save it as .eml again") from error


def _taken_apart(message: EmailMessage) -> _Mail:
    body = message.get_body(("plain", "html"))
    return _Mail(
        subject=cleaned(" ".join(str(message.get("Subject", "")).split())),
        body=None if body is None else _part("", body),
        attachments=tuple(
            _part(_name(attachment, number), attachment)
            for number, attachment in enumerate(message.iter_attachments(), start=1)
        ),
    )


def _part(name: str, part: MIMEPart) -> _Part:
    inner = part.get_payload(0) if part.get_content_type() == "message/rfc822" and part.is_multipart() else None
    data = inner.as_bytes() if isinstance(inner, EmailMessage) else part.get_payload(decode=True)
    return _Part(
        name,
        data if isinstance(data, bytes) else b"",
        is_html=part.get_content_type() == "text/html",
        charset=part.get_content_charset("") or "",
    )


def _name(attachment: MIMEPart, number: int) -> str:
    suffix = ".eml" if attachment.get_content_type() == "message/rfc822" else ""
    return PurePosixPath(cleaned(attachment.get_filename() or f"attachment-{number}{suffix}")).name


def _documents(mail: _Mail, contents: Contents) -> Iterator[Document]:
    if mail.body and mail.body.data.strip():
        yield _body(mail.body, mail.subject or contents.path.stem, contents)
    for attachment in mail.attachments:
        yield from contents.read(PurePosixPath(attachment.name), BytesIO(attachment.data))


def _body(body: _Part, subject: str, contents: Contents) -> Document:
    assembly = Assembly()
    if body.is_html:
        source = decoded(contents.path, body.data, contents.reading)
        gather(assembly, blocks(parsed(contents.path, source.text)), Place(), subject)
    else:
        source = decode(contents.path, body.data, contents.reading, body.charset)
        for paragraph in source.text.split("\n\n"):
            assembly.add(paragraph, Place())
    return assembly.document(contents.doc_id, subject, warnings=source.warnings)
