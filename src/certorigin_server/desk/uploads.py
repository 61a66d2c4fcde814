"""Files on their way in: held in memory, and no further than to the limit."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from certorigin.application.evidence import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

# What one request may bring in all its files together.
MOST_BYTES_A_REQUEST = 40_000_000

_View = TypeVar("_View", bound="Callable[..., object]")


def takes(most: int) -> Callable[[_View], _View]:
    """Let a view take a file of so many bytes, where others take `MOST_BYTES`."""

    def mark(view: _View) -> _View:
        view.most_upload = most  # type: ignore[attr-defined]
        return view

    return mark


class BoundedUpload(FileUploadHandler):
    """Take each file up to one byte over the limit, so that it can be told what is too large.

    What comes behind that is read and dropped; nothing is written to a disk. Of a file that is too
    large nothing is given over but its being so: its beginning might be read as the whole.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        view = getattr(getattr(request, "resolver_match", None), "func", None)
        self._most = getattr(view, "most_upload", MOST_BYTES)
        self._most_together = max(self._most, MOST_BYTES_A_REQUEST)
        self._held = BytesIO()
        self._together = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self._held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep what still fits."""
        del start
        room = min(self._most + 1 - self._held.tell(), self._most_together + 1 - self._together)
        piece = raw_data[: max(room, 0)]
        self._held.write(piece)
        self._together += len(piece)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Give the file over; one that was cut is longer than any that is allowed."""
        if self._held.tell() < file_size or file_size > self._most:
            self._held = BytesIO(bytes(self._most + 1))
        self._held.seek(0)
        return InMemoryUploadedFile(
            self._held,
            self.field_name,
            self.file_name,
            self.content_type,
            self._held.getbuffer().nbytes,
            self.charset,
            self.content_type_extra,
        )
