"""Where things lie in a log's folder. All may be shown to the log's readers but `private/`."""

from __future__ import annotations

CHECKPOINT = "checkpoint"
IDENTITY = "log.json"
OBJECTS = "object/"
COSIGNED = "cosigned/"  # heads with the partner's cosignature (docs/spec/mirror.md)
EVIDENCE = "evidence/"  # what stopped a mirror (docs/spec/mirror.md)
PRIVATE = "private/"
STAGE = "private/staged"  # signed, perhaps never to become true: it must not be shown to anybody
OLD_STAGE = "private/stage"  # likewise, as version 0.1 left it when it crashed
TEMPORARY = "private/tmp/"
COLLECTING = "private/collecting/"  # as TEMPORARY, for whoever brings cosigned heads
LOCK = "private/lock"
HEAD = "private/head"  # where a FileHead goes when the head is kept beside the log


def is_public(path: str) -> bool:
    """Say whether a safe path of the folder may be served to the log's readers."""
    return path in {CHECKPOINT, IDENTITY} or path.startswith(("tile/", OBJECTS))
