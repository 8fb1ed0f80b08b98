"""Recognition by a stand-in for the tesseract program, and by the real one where it is installed."""

import os
import shutil
import sys

import pytest
from PIL import Image, ImageDraw, ImageFont

from corpus import ocr, read_course

PICTURE = Image.new("RGB", (60, 20), "white")


@pytest.fixture
def tesseract(tmp_path, monkeypatch):
    """Puts a program that runs the given Python first on the path."""

    def install(source, languages="eng\ndeu"):
        program = tmp_path / "tesseract"
        lines = ["import sys", "if '--list-langs' in sys.argv:", f"    print({languages!r})", "else:", f"    {source}"]
        program.write_text("\n".join([f"#!{sys.executable}", *lines]), encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

    ocr._installed_languages.cache_clear()
    yield install
    ocr._installed_languages.cache_clear()


def test_the_picture_goes_in_and_its_text_comes_out(tesseract):
    tesseract("png = sys.stdin.buffer.read(); print(png[1:4].decode(), sys.argv[3:5], '\\f')")

    assert ocr.recognised(PICTURE, "de-AT") == "PNG ['-l', 'deu']"


def test_without_the_program_it_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(ocr.RecognitionFailed, match="apt install tesseract-ocr"):
        ocr.recognised(PICTURE, "en")


@pytest.mark.parametrize(("language", "package"), [("fr", "tesseract-ocr-fra"), ("zh-CN", "tesseract-ocr-chi-sim")])
def test_without_data_for_the_language_it_says_how_to_get_them(tesseract, language, package):
    tesseract("print('never run')")

    with pytest.raises(ocr.RecognitionFailed, match=package):
        ocr.recognised(PICTURE, language)


def test_a_program_that_fails_is_named(tesseract):
    tesseract("sys.exit(1)")

    with pytest.raises(ocr.RecognitionFailed, match="Tesseract failed"):
        ocr.recognised(PICTURE, "en")


def test_a_program_that_hangs_is_ended(tesseract, monkeypatch):
    tesseract("import time; time.sleep(60)")
    ocr._installed_languages(shutil.which("tesseract"))
    monkeypatch.setattr(ocr, "LONGEST", 0.2)

    with pytest.raises(ocr.RecognitionFailed, match="longer than"):
        ocr.recognised(PICTURE, "en")


needs_tesseract = pytest.mark.skipif(
    shutil.which("tesseract") is None and not os.environ.get("CI"),
    reason="Tesseract is not installed: apt-get install tesseract-ocr",
)


def _scan(text):
    picture = Image.new("L", (900, 120), 255)
    ImageDraw.Draw(picture).text((20, 20), text, fill=0, font=ImageFont.load_default(60))
    return picture


@needs_tesseract
def test_the_real_program_reads_a_picture():
    assert ocr.recognised(_scan("Mitosis divides one nucleus"), "en") == "Mitosis divides one nucleus"


@needs_tesseract
@pytest.mark.parametrize("asked", [True, False])
def test_a_scanned_page_of_a_course_is_read_within_the_worker_s_limits_where_that_is_asked_for(tmp_path, asked):
    _scan("Mitosis divides one nucleus").save(tmp_path / "scan.pdf", resolution=150)
    (tmp_path / "course.toml").write_text(f"ocr = {str(asked).lower()}\n", encoding="utf-8")

    [read] = read_course(tmp_path).read()

    [document] = read.documents
    assert document.text == ("Mitosis divides one nucleus" if asked else "")
    assert [str(section.place) for section in document.sections] == ["page 1"] * asked
    [warning] = document.warnings
    assert warning.startswith("Page 1 is a picture")
