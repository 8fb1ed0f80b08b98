"""The instructors' pages: a course's files, what learners asked and what was not answered, how good the answers are."""

from ui.instructor.app import instructor_app
from ui.instructor.desk import MOUNTED_AT, Desk

__all__ = ["MOUNTED_AT", "Desk", "instructor_app"]
