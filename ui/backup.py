"""Backups: everything that cannot be made anew, in one archive; and put back from it.

In the archive are what the database holds, the courses that were created on the page, evaluation
runs and keys; and of the folders that the server is given with ``--course``, those that are named. Left
out are indexes, cached answers and downloaded models, which are made anew.
"""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from ui.courses import slug_of, slugs_of
from ui.errors import BackupInvalid
from ui.files import saving
from ui.journal.copying import read_tables, write_tables
from ui.journal.database import Database

FORMAT: Final = 1
GIVEN: Final = "given"
"""Where in the data folder those courses are put back that the server was given."""

_ABOUT = "backup.json"
_JOURNAL, _FILES = "journal", "data"
_MADE_ANEW = ("indexes", "models", "answers")
_PLACED_BY_DATABASE = "journal.sqlite"
_DRAFT = ".restoring-"


def write_backup(path: Path, database: Database, data: Path, given: Sequence[Path] = ()) -> None:
    """Write all of it to `path`, a new .tar.gz file that its owner alone may read, while a server may be running.

    The database is copied as it is at one moment, then the files, and those of the courses `given`. Raises
    `BackupInvalid` where the file is there already, or such a course is not; `JournalError` or `NotSaved`.
    """
    if path.exists():
        raise BackupInvalid("{name} is there already; name another file.", name=path.name)
    folders = _by_name(given, data)
    with _folder(path.parent) as draft, saving(path):
        (draft / _JOURNAL).mkdir()
        about = {
            "format": FORMAT,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "version": version("coursecite"),
            "revision": write_tables(database, draft / _JOURNAL),
        }
        (draft / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        packed = draft / "packed"
        with (
            open(packed, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream,
            tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as archive,
        ):
            archive.add(draft / _ABOUT, _ABOUT)
            archive.add(draft / _JOURNAL, _JOURNAL)
            for entry in _kept(data):
                archive.add(entry, f"{_FILES}/{entry.name}", filter=_no_drafts)
            for name, folder in folders.items():
                archive.add(folder, f"{_FILES}/{GIVEN}/{name}", filter=_course_files_only)
        packed.replace(path)


def read_backup(path: Path, database: Database, data: Path) -> dict[str, Any]:
    """Put a backup back into an empty database and a data folder without courses; what is said about it.

    What an earlier version wrote is brought up to date. Raises `BackupInvalid`, `JournalError` or `NotSaved`.
    """
    with saving(data):
        data.mkdir(parents=True, exist_ok=True)
    with _folder(data, _DRAFT) as draft:
        about = _unpacked(path, draft)
        files = draft / _FILES
        entries = sorted(files.iterdir()) if files.is_dir() else []
        if taken := [entry.name for entry in entries if (data / entry.name).exists()]:
            raise BackupInvalid(
                "{name} is in the data folder already; name an empty folder with COURSECITE_DATA.", name=taken[0]
            )
        about["rows"] = read_tables(database, draft / _JOURNAL, str(about["revision"]))
        with saving(data):
            for entry in entries:
                entry.replace(data / entry.name)
    return about


def _unpacked(path: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(path, "r:gz") as archive:
            archive.extractall(folder, filter="data")  # refuses what would be written elsewhere
        about = dict(json.loads((folder / _ABOUT).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise BackupInvalid("{name} is no backup of Coursecite, or is not there.", name=path.name) from error
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise BackupInvalid("{name} is no backup of Coursecite, or is damaged.", name=path.name) from error
    if about.get("format") != FORMAT:
        raise BackupInvalid("{name} was made by a newer Coursecite; install that one.", name=path.name)
    return about


def _kept(data: Path) -> Iterator[Path]:
    for entry in sorted(data.iterdir()) if data.is_dir() else []:
        left_out = entry.name in _MADE_ANEW or entry.name.startswith((_PLACED_BY_DATABASE, _DRAFT))
        if not left_out and entry.suffix != ".lock":
            yield entry


def _by_name(given: Sequence[Path], data: Path) -> dict[str, Path]:
    """The folders under the names that they get in the data folder; a course keeps its id there, which questions name.

    Those that lie in the data folder already are packed with it.
    """
    folders = [folder.expanduser().resolve() for folder in dict.fromkeys(given)]
    for folder in folders:
        if not folder.is_dir():
            raise BackupInvalid("There is no course folder at {path}; name one that is there.", path=folder)
    names = Counter(slug_of(folder.name) for folder in folders)
    by_name = {
        folder.name if names[slug_of(folder.name)] == 1 else slug: folder
        for folder, slug in zip(folders, slugs_of(folders), strict=True)
        if not folder.is_relative_to(data.resolve())
    }
    for name in by_name:
        if (data / GIVEN / name).exists():
            raise BackupInvalid("Another course called {name} is in the data folder; name that one, too.", name=name)
    return by_name


def _course_files_only(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Without what a course does not read either: hidden files, and links, which may lead anywhere."""
    is_hidden = any(name.startswith(".") for name in member.name.split("/"))
    return None if is_hidden or not (member.isfile() or member.isdir()) else member


def _no_drafts(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Without what is half uploaded, or being deleted."""
    names = member.name.split("/")
    return None if any(name == ".uploads" or name.startswith(".deleted-") for name in names) else member


@contextmanager
def _folder(parent: Path, prefix: str = ".backup-") -> Iterator[Path]:
    """A folder for drafts on the same disk, so that what is complete can be put in place in one step."""
    with saving(parent):
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
