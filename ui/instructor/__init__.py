"""The instructors' pages: a course's files, what learners asked and what was not answered, how good the answers are."""

from ui.instructor.app import instructor_app
from ui.instructor.desk import Desk

__all__ = ["Desk", "instructor_app"]
