"""What can go wrong between a question and its answer, each error named for who can mend it.

RagError
├── QuestionInvalid           the learner: empty, too long, or not text
├── IndexMissing              the operator: index the course first
├── IndexStale                the operator: the index is of other documents, chunking or embedder
├── IndexDamaged              the operator: the index folder is not what was written
├── IndexNotSaved             the operator: the data folder cannot be written
├── ModelMissing              the operator: no such model file, hub repository or network
├── ModelUnusable             the operator: the file is there but is no model
└── ModelFailed               the server of a remote model, or the model itself, broke off
"""

from __future__ import annotations


class RagError(Exception):
    """Base of all; the message is one sentence for the person who can mend it."""


class QuestionInvalid(RagError):
    """The question cannot be asked as it is."""


class IndexMissing(RagError):
    """There is no index where one was looked for."""


class IndexStale(RagError):
    """The index does not match the course, the chunking or the embedder any more."""


class IndexDamaged(RagError):
    """The index folder cannot be read as one."""


class IndexNotSaved(RagError):
    """The index could not be written; the one before, if any, is untouched."""


class ModelMissing(RagError):
    """The model is not to be had: no such file, repository, network or disk space."""


class ModelUnusable(RagError):
    """The file is there, but it is no model that can be loaded."""


class ModelFailed(RagError):
    """The model broke off in the middle of its work."""
