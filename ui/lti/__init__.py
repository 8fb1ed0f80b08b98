"""LTI 1.3: people come from a course in their learning platform (LMS) straight into the chat about it."""
