import json
import os
import subprocess
import sys

import pytest

from corpus import Document, Place, Section
from corpus.document_json import document_of, document_row
from corpus.worker import Request, answer
from tests.conftest import PROJECT


def _request(path, **more):
    values = {
        "path": str(path),
        "name": path.name,
        "ocr": False,
        "language": "en",
        "memory": 2**30,
        "cpu_seconds": 60,
        "characters": 1000,
        "documents": 10,
    }
    return Request(**(values | more))


def _answers(request):
    lines = []
    answer(request, lines.append)
    return [json.loads(line) for line in lines]


def test_a_file_is_answered_with_its_documents_and_no_problem(tmp_path):
    (tmp_path / "a.md").write_text("# Cells\n\nCells divide.", encoding="utf-8")

    sent, last = _answers(_request(tmp_path / "a.md"))

    assert document_of(sent["documents"][0]).sections[0].place == Place(("Cells",))
    assert last == {"problem": "", "spent": False}


@pytest.mark.parametrize(
    ("name", "limits", "reason"),
    [("a.bin", {}, "save it as"), ("a.md", {"characters": 5}, "more than 5 characters"), ("b.md", {}, "cannot be")],
)
def test_a_problem_is_a_clause(tmp_path, name, limits, reason):
    (tmp_path / "a.bin").write_bytes(b"")
    (tmp_path / "a.md").write_text("Cells divide.", encoding="utf-8")

    [last] = _answers(_request(tmp_path / name, **limits))

    assert reason in last["problem"]


def test_a_worker_answers_until_its_requests_end(tmp_path):
    (tmp_path / "a.md").write_text("Cells divide.", encoding="utf-8")
    worker = [sys.executable, "-c", "from corpus.worker import main; main()"]
    requests = f"{_request(tmp_path / 'a.md').to_json()}\n"

    process = subprocess.Popen(
        worker,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(requests)
    process.stdin.flush()
    lines = [process.stdout.readline(), process.stdout.readline()]
    rest, errors = process.communicate(timeout=30)

    assert json.loads(lines[1]) == {"problem": "", "spent": False}
    assert (rest, errors, process.returncode) == ("", "", 0)


def test_a_document_comes_back_from_json_as_it_was():
    places = (Place(("A", "B"), page=3), Place(slide=2, notes=True), Place(cell=4), Place(seconds=61.5), Place())
    document = Document(
        "a",
        "Ä",
        "12345",
        tuple(Section(n, n + 1, place) for n, place in enumerate(places)),
        pages=3,
        warnings=("Page 3 is empty.",),
        source="a.zip",
    )

    assert document_of(json.loads(json.dumps(document_row(document)))) == document
