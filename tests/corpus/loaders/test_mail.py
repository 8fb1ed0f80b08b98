from email.message import EmailMessage

import pytest

from corpus.errors import FileUnreadable
from tests.corpus.loaders.loading import passages, read, read_one


def _message(plain=None, html=None, subject="Week 1: gates"):
    message = EmailMessage()
    message["From"] = "teacher@example.org"
    message["Subject"] = subject
    if plain is not None:
        message.set_content(plain)
    if html is not None:
        (message.add_alternative if plain is not None else message.set_content)(html, subtype="html")
    return message


def test_the_subject_is_the_title_and_the_body_the_text():
    document = read_one("mail.eml", _message("Dear all,\n\nan LSTM has three gates.\n", "<p>other</p>").as_bytes())

    assert document.title == "Week 1: gates"
    assert passages(document) == [("", "Dear all,\n\nan LSTM has three gates.")]
    assert "teacher@example.org" not in document.text


def test_a_message_in_html_is_read_as_a_page():
    html = "<h2>Gates</h2><ul><li>input</li><li>forget</li></ul>"

    assert passages(read_one("a.eml", _message(html=html).as_bytes())) == [("§ Gates", "- input\n- forget")]


def test_encodings_of_headers_and_bodies_are_read():
    message = _message(subject="Größe")
    message.set_content("Über Länge", charset="iso-8859-1")

    document = read_one("a.eml", message.as_bytes())

    assert (document.title, document.text) == ("Größe", "Über Länge")


def test_a_message_that_was_saved_as_text_is_read():
    source = "Subject: Test\nContent-Type: text/plain; charset=utf-8\n\nRoses are rosé.\n"

    assert read_one("a.eml", source.encode("utf-16")).text == "Roses are rosé."


def test_attachments_are_read_by_their_own_loaders():
    message = _message("See the notes.")
    message.add_attachment(b"A cell divides.", maintype="text", subtype="plain", filename="../../notes.txt")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="cell.png")

    body, notes = read("a.eml", message.as_bytes())

    assert (body.doc_id, body.source) == ("a.eml", "")
    assert (notes.doc_id, notes.source, notes.text) == ("a.eml/notes.txt", "a.eml", "A cell divides.")
    assert notes.warnings == ("1 file of kinds not read here left out: cell.png.",)


def test_an_attachment_that_cannot_be_read_is_a_warning():
    message = _message("Text.")
    message.add_attachment(b"junk", maintype="application", subtype="zip", filename="notes.zip")

    assert "notes.zip is damaged" in read_one("a.eml", message.as_bytes()).warnings[0]


def test_a_forwarded_message_is_read():
    message = _message("See below.")
    message.add_attachment(_message("Three gates.", subject="First mail"))

    assert [(document.title, document.text) for document in read("a.eml", message.as_bytes())] == [
        ("Week 1: gates", "See below."),
        ("First mail", "Three gates."),
    ]


@pytest.mark.parametrize("name", ["a\x00b.txt", "é" * 300 + ".txt", "a:b|c?.txt", "..txt/../x.txt"])
def test_names_of_attachments_are_no_names_of_files(name):
    message = _message("Text.")
    message.add_attachment(b"Notes.", maintype="text", subtype="plain", filename="x.txt")
    source = message.as_bytes().replace(b'filename="x.txt"', f'filename="{name}"'.encode())

    assert "Notes." in [document.text for document in read("a.eml", source)]


def test_headers_that_pythons_own_parser_fails_on_do_not_matter_or_are_refused():
    assert read_one("a.eml", "From:Content-Type: x;\n\nText.").text == "Text."


@pytest.mark.parametrize("content", ["", "just a text file", "<html></html>"])
def test_what_is_no_message_is_refused(content):
    with pytest.raises(FileUnreadable, match="is no e-mail message"):
        read("a.eml", content)
