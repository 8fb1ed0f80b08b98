"""Files → Documents: what the course says, and where each word of it stands.

Imports nothing of ours; everything else is built on what this package yields.
"""

from corpus.course import Course, course_files, course_language, course_title, read_course
from corpus.document import Document, Pin, Place, Section
from corpus.errors import (
    CorpusError,
    CourseEmpty,
    CourseNotFound,
    CourseSettingsInvalid,
    FileUnreadable,
)
from corpus.files import CourseFile, FileRead, read_file, unreadable_name
from corpus.loaders.reading import Reading
from corpus.reader import Limits
from corpus.report import Copies, FileReport, Report, Totals, reading_warnings, report_row

__all__ = [
    "Copies",
    "CorpusError",
    "Course",
    "CourseEmpty",
    "CourseFile",
    "CourseNotFound",
    "CourseSettingsInvalid",
    "Document",
    "FileRead",
    "FileReport",
    "FileUnreadable",
    "Limits",
    "Pin",
    "Place",
    "Reading",
    "Report",
    "Section",
    "Totals",
    "course_files",
    "course_language",
    "course_title",
    "read_course",
    "read_file",
    "reading_warnings",
    "report_row",
    "unreadable_name",
]
