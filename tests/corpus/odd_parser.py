"""A loader that misbehaves as its file says; tests make the worker believe that it reads ``.odd`` files."""

import ctypes
import os
import subprocess
import sys
import time
from itertools import count

from corpus.document import Document, Place, Section


def load(path, doc_id, reading):
    text = BEHAVIOURS[path.read_text(encoding="utf-8")](path)
    for number, part in enumerate(text if not isinstance(text, str) else [text]):
        yield Document(
            f"{doc_id}/{number}", "Odd", part, (Section(0, len(part), Place(("Odd",), page=1)),), warnings=("Odd.",)
        )


def _fail(path):
    raise KeyError("no such thing")


def _recurse(path):
    return _recurse(path)


def _eat(path):
    eaten = []
    while True:
        eaten.append(bytearray(2**24))


def _talk(path):
    subprocess.run([sys.executable, "-c", "print('{}')"], check=True)
    sys.stdout.write('{"problem": "a parser talks", "spent": false}\n')
    sys.stdout.flush()
    return "Fine."


def _unpack(path):
    (path.parent / "unpacked").write_text(os.environ["TMPDIR"], encoding="utf-8")
    time.sleep(600)


BEHAVIOURS = {
    "fine": lambda path: "Fine.",
    "hang": lambda path: time.sleep(600),
    "crash": lambda path: os._exit(3),
    "segfault": lambda path: ctypes.string_at(0),
    "recurse": _recurse,
    "raise": _fail,
    "eat": _eat,
    "print": _talk,
    "environment": lambda path: " ".join(sorted(os.environ)),
    "process": lambda path: str(os.getpid()),
    "unpack": _unpack,
    "long": lambda path: "x" * 5_000_000,
    "endless": lambda path: ("x" * 1000 for _ in count()),
}
