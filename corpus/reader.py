"""Reader: files read in a worker process, so that none of them can hang, crash or exhaust the one that asks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from types import TracebackType
from typing import IO, Any, cast

from corpus.document import Document
from corpus.document_json import document_of
from corpus.errors import FileUnreadable
from corpus.files import CourseFile, FileRead
from corpus.loaders.reading import Reading
from corpus.worker import Request

_AHEAD = 2
_SOURCE = str(Path(__file__).parents[1])
_CPU_LIMIT: int | None = getattr(signal, "SIGXCPU", None)
_CRASHED = "made its parser crash; save it again, or in another format"


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that reading one file may take: seconds of waiting, bytes of memory, characters, documents.

    Seconds grow with the file: a page of a PDF takes 16 ms and has some 400 bytes at the least, and
    one whose text is recognised takes seconds, but is a picture; Tesseract may take two minutes for
    each of three pages before a file's other pictures are left alone.
    """

    seconds: float = 60.0
    seconds_recognised: float = 480.0
    seconds_per_mb: float = 40.0
    seconds_per_mb_recognised: float = 1_000.0
    longest: float = 3600.0
    longest_recognised: float = 12 * 3600.0
    memory: int = 2 * 2**30
    characters: int = 128 * 2**20
    documents: int = 100_000

    def seconds_for(self, file: CourseFile, reading: Reading) -> float:
        """How long to wait for `file` before it is given up."""
        megabytes = file.size / 2**20
        if reading.ocr:
            return min(self.seconds_recognised + self.seconds_per_mb_recognised * megabytes, self.longest_recognised)
        return min(self.seconds + self.seconds_per_mb * megabytes, self.longest)


class Reader:
    """Reads files one after the other, in a worker that is started when needed and replaced after a loss.

    A context manager: when it ends, so does the worker, and whatever it was doing.
    """

    def __init__(self, reading: Reading, limits: Limits | None = None) -> None:
        self._reading = reading
        self._limits = limits or Limits()
        self._worker: _Worker | None = None
        self._stopped = False
        self._starting = threading.Lock()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self._replace()

    def read_all(self, files: Iterable[CourseFile]) -> Iterator[FileRead]:
        """Each file in turn; while one is being used, the next two are read."""
        coming: deque[Future[FileRead]] = deque()
        with ThreadPoolExecutor(1, "reading") as thread:
            try:
                for file in files:
                    coming.append(thread.submit(self._outcome, file))
                    if len(coming) > _AHEAD:
                        yield coming.popleft().result()
                while coming:
                    yield coming.popleft().result()
            finally:
                if coming:  # whoever reads has had enough; the thread must not wait for its file
                    self.stop()

    def read(self, file: CourseFile) -> tuple[Document, ...]:
        """The documents in one file. Raises `FileUnreadable`, whatever its parser does."""
        used = self._worker is not None
        try:
            return self._read(file)
        except _Lost as lost:
            self._replace()
            # What earlier files left behind in a worker may be to blame, once.
            if not used or lost.timed_out:
                raise FileUnreadable(file.path, lost.reason) from lost
        try:
            return self._read(file)
        except _Lost as lost:
            self._replace()
            raise FileUnreadable(file.path, lost.reason) from lost

    def stop(self) -> None:
        """End the worker at once, from whichever thread; nothing is read after that."""
        with self._starting:
            self._stopped = True
            if self._worker:
                self._worker.kill()

    def _outcome(self, file: CourseFile) -> FileRead:
        try:
            return FileRead(file, self.read(file))
        except FileUnreadable as error:
            return FileRead(file, problem=error.reason)

    def _read(self, file: CourseFile) -> tuple[Document, ...]:
        seconds = self._limits.seconds_for(file, self._reading)
        worker = self._ready()
        worker.ask(self._request(file, seconds))
        documents: list[Document] = []
        while "problem" not in (answer := worker.answer(seconds)):
            seconds -= worker.waited
            documents += map(document_of, answer["documents"])
        if answer["spent"]:
            raise _Lost(answer["problem"])
        if answer["problem"]:
            raise FileUnreadable(file.path, answer["problem"])
        return tuple(documents)

    def _request(self, file: CourseFile, seconds: float) -> Request:
        return Request(
            path=str(file.path),
            name=file.name,
            ocr=self._reading.ocr,
            language=self._reading.language,
            memory=self._limits.memory,
            cpu_seconds=int(seconds) + 1,
            characters=self._limits.characters,
            documents=self._limits.documents,
        )

    def _ready(self) -> _Worker:
        with self._starting:
            if self._stopped:
                raise _Lost("was not read, because reading was stopped")
            self._worker = self._worker or _Worker()
            return self._worker

    def _replace(self) -> None:
        if self._worker:
            self._worker.end()
            self._worker = None


class _Lost(Exception):
    """The worker is gone, or of no use any more; `reason` is a clause that can follow the file's name."""

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.timed_out = timed_out


class _Worker:
    """One worker process, with a folder of its own for what it unpacks; `waited` is how long the last answer took."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="coursecite-", ignore_cleanup_errors=True)
        # -P: a course folder that is the current one must not stand in for Python's own modules.
        command = [sys.executable, "-P", "-c", "from corpus.worker import main; main()"]
        try:
            self._process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(self._folder.name),
            )
        except OSError as error:
            self._folder.cleanup()
            raise _Lost(f"was not read, because no process could be started for it ({error.strerror})") from error
        self._requests = cast(IO[bytes], self._process.stdin)
        self._answers = cast(IO[bytes], self._process.stdout)
        self.waited = 0.0

    def ask(self, request: Request) -> None:
        """Send a request. Raises `_Lost`."""
        try:
            self._requests.write(request.to_json().encode() + b"\n")
            self._requests.flush()
        except OSError as error:
            raise _Lost(_CRASHED) from error

    def answer(self, seconds: float) -> dict[str, Any]:
        """The next answer, waited for so long. Raises `_Lost`."""
        late = threading.Event()
        start = monotonic()
        timer = threading.Timer(max(seconds, 0.0), self._give_up, [late])
        timer.daemon = True
        timer.start()
        try:
            line = self._answers.readline()
        finally:
            timer.cancel()
            self.waited = monotonic() - start
        if not line.endswith(b"\n"):
            raise self._loss(late)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def kill(self) -> None:
        """End the process at once; whoever waits for an answer gets none."""
        self._process.kill()

    def end(self) -> None:
        """End the process, and clear up after it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._answers):
            with suppress(OSError):  # what was not sent need not be
                pipe.close()
        self._folder.cleanup()

    def _give_up(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def _loss(self, late: threading.Event) -> _Lost:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1.0)
        if late.is_set() or self._process.returncode == (_CPU_LIMIT and -_CPU_LIMIT):
            return _Lost("took too long to be read and was given up; split it, or leave it out", timed_out=True)
        return _Lost(_CRASHED)


def _environment(folder: str) -> dict[str, str]:
    """What a parser may know of ours: no key of any model, and a folder of its own for temporary files."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COURSECITE_")}
    path = os.pathsep.join(filter(None, [_SOURCE, os.environ.get("PYTHONPATH")]))
    return inherited | {"PYTHONPATH": path, "TMPDIR": folder}
