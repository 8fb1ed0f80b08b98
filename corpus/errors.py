"""What can go wrong while reading a course, each error named for what is to be mended.

CorpusError
├── CourseNotFound            the folder is not there, or is not a folder
├── CourseEmpty               the folder holds nothing that can be read
├── CourseSettingsInvalid     course.toml is not what it should be
└── FileUnreadable            one file cannot be read; the others can
"""

from __future__ import annotations

from pathlib import Path


class CorpusError(Exception):
    """A course, or a file of one, cannot be read. The message says what to do."""


class CourseNotFound(CorpusError):
    """There is no such course folder."""


class CourseEmpty(CorpusError):
    """Nothing in the course folder could be read."""


class CourseSettingsInvalid(CorpusError):
    """course.toml is malformed or names unknown settings."""


class FileUnreadable(CorpusError):
    """One file cannot be read; `reason` is a clause that can follow the file's name."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name}: {reason}")
        self.path = path
        self.reason = reason
