"""The worker: a process that reads files for another one, within limits, and may crash without harm to it.

`main` takes a request a line on stdin and answers each with lines of JSON on stdout:
``{"documents": […]}``, a few at a time as they come and as `corpus.document_json` has them, and at
the end ``{"problem": "", "spent": false}``. The problem is a clause that can follow the file's name;
a worker that is spent should be replaced. It ends when its stdin does. Started by `corpus.reader`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any

from corpus.document import Document
from corpus.document_json import document_row
from corpus.errors import FileUnreadable
from corpus.files import CourseFile, read_file
from corpus.loaders.reading import Reading

_TOGETHER = 2**18
"""Characters of documents that are sent at once: a line for each short document would cost time."""


@dataclass(frozen=True, slots=True)
class Request:
    """One file to read, and the most that reading it may take: `memory` in bytes, `cpu_seconds` of the processor."""

    path: str
    name: str
    ocr: bool
    language: str
    memory: int
    cpu_seconds: int
    characters: int
    documents: int

    def to_json(self) -> str:
        """One line without its end."""
        return json.dumps(asdict(self))


def main() -> None:
    """Answer requests until stdin ends; whoever waits for the answers decides what takes too long."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a parser prints is no answer
    requests: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()

    def send(line: str) -> None:
        answers.write(line.encode(errors="replace") + b"\n")  # a title from a file's name may hold what is no text
        answers.flush()

    while True:
        request = Request(**json.loads(requests.get()))
        limit(request)
        answer(request, send)


def answer(request: Request, send: Callable[[str], None]) -> None:
    """Read one file, sending its documents as they come and then what went wrong, if anything did."""
    problem, spent = "", False
    try:
        _send_documents(_bounded(request), send)
    except FileUnreadable as error:
        problem = error.reason
    except MemoryError:
        problem, spent = f"needs more than {request.memory // 2**20:,} MB of memory to be read; split it", True
    except RecursionError:
        problem = "is nested too deeply; leave it out, or save it in another format"
    except Exception as error:  # noqa: BLE001 - whatever a parser does with a strange file, it is that file's problem
        problem = f"cannot be read: its parser failed ({type(error).__name__}); save it again, or in another format"
    send(json.dumps({"problem": problem, "spent": spent}))


def limit(request: Request) -> None:
    """Have the system refuse more memory, and end this process after so much time of the processor.

    The second is for a parser that hangs after the process that waits for it is gone. Not every
    system has such limits.
    """
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + request.cpu_seconds
    for kind, most in (
        (resource.RLIMIT_AS, request.memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        with suppress(ValueError, OSError):  # macOS has the names of limits that it does not keep
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _listen(stream: IO[bytes], requests: SimpleQueue[bytes]) -> None:
    for line in stream:
        requests.put(line)
    os._exit(0)  # nobody waits for an answer any more, and a parser may be in the middle of one


def _bounded(request: Request) -> Iterator[Document]:
    file = CourseFile(Path(request.path), request.name, "")
    reading = Reading(ocr=request.ocr, language=request.language)
    characters = 0
    for count, document in enumerate(read_file(file, reading), start=1):
        characters += len(document.text)
        if characters > request.characters:
            raise FileUnreadable(file.path, f"yields more than {request.characters:,} characters of text; split it")
        if count > request.documents:
            raise FileUnreadable(file.path, f"yields more than {request.documents:,} documents; split it")
        yield document


def _send_documents(documents: Iterator[Document], send: Callable[[str], None]) -> None:
    rows: list[dict[str, Any]] = []
    characters = 0
    for document in documents:
        rows.append(document_row(document))
        characters += len(document.text)
        if characters > _TOGETHER:
            send(_line(rows))
            rows, characters = [], 0
    if rows:
        send(_line(rows))


def _line(rows: list[dict[str, Any]]) -> str:
    return json.dumps({"documents": rows}, ensure_ascii=False)
