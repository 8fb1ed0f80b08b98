"""Files → Documents: what the course says, and where each word of it stands.

Imports nothing of ours; everything else is built on what this package yields.
"""

from corpus.course import Course, CourseFile, FileRead, course_files, read_course, read_file
from corpus.document import Document, Place, Section
from corpus.errors import (
    CorpusError,
    CourseEmpty,
    CourseNotFound,
    CourseSettingsInvalid,
    FileUnreadable,
)

__all__ = [
    "CorpusError",
    "Course",
    "CourseEmpty",
    "CourseFile",
    "CourseNotFound",
    "CourseSettingsInvalid",
    "Document",
    "FileRead",
    "FileUnreadable",
    "Place",
    "Section",
    "course_files",
    "read_course",
    "read_file",
]
