"""Writing the print queue: many certificates as one file, and on which blanks they lie."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pikepdf
from django.db import transaction

from certorigin.certification.blanks import read_blank
from certorigin.certification.render.pdf import Printable, contents_pdf
from certorigin.errors import ConflictError, LimitError, MalformedError
from certorigin_server.blanks.services import use
from certorigin_server.log.paper import contents_of
from certorigin_server.printing.models import Printed
from certorigin_server.printing.queries import waiting_for_paper
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin_server.certification.queries import Certificate
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.users.queries import User

MOST = 50


class OnPaper(NamedTuple):
    """What was noted of one certificate, and its last blank."""

    printed: Printed
    last: str


def print_together(
    rows: Sequence[Certificate], *, keyring: Keyring, right: float, down: float
) -> bytes:
    """Return the contents of certificates in one file, to print on blanks in this order.

    Raises MalformedError (`printing.none_chosen`, `render.offset_too_far`), LimitError.
    """
    _check_size(rows)
    with pikepdf.new() as whole:
        for row in rows:
            made = contents_of(row, keyring=keyring, right=right, down=down)
            with pikepdf.open(io.BytesIO(made)) as one:
                whole.pages.extend(one.pages)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True)
    return out.getvalue()


@transaction.atomic
def mark_printed(
    *, subjects: Sequence[str], first_blank: str, by: User, at: datetime, with_sheets: bool = True
) -> list[OnPaper]:
    """Note that certificates lie on blanks that follow each other, and that somebody looked.

    An additional sheet takes the blank that follows, unless `with_sheets` says that they are on
    other paper. A spoiled blank is noted in the register of blanks; its certificate stays in the
    queue. Raises MalformedError (`printing.none_chosen`, a blank that is none), ConflictError
    (`printing.not_waiting`), LimitError, and as `blanks.services.use`.
    """
    _check_size(subjects)
    blank = read_blank(first_blank, place="first_blank")
    found = {row.pk: row for row in waiting_for_paper(by, at=at).filter(pk__in=subjects)}
    made, following = [], blank.first
    for subject in subjects:
        row = found.get(subject)
        if row is None:
            raise ConflictError("printing.not_waiting", subject=subject)
        count = sheets_of(row) if with_sheets else 1
        taken = [
            str(replace(blank, first=one, last=one)) for one in range(following, following + count)
        ]
        following += count
        for number in taken:
            use(body=row.body, blank=number, subject=subject, by=by, at=at)
        one = Printed.objects.create(certificate=row, blank=taken[0], printed_at=at, printed_by=by)
        made.append(OnPaper(one, taken[-1]))
        record(by=by.username, at=at, action="printing.printed", subject=subject)
    return made


def sheets_of(row: Certificate) -> int:
    """Return on how many sheets a certificate is printed, the additional ones counted."""
    if not row.act.sealed:
        return 1
    made = contents_pdf(Printable.of(row.act.sealed.encode()))
    with pikepdf.open(io.BytesIO(made)) as file:
        return len(file.pages)


def _check_size(chosen: Sequence[object]) -> None:
    if not chosen:
        raise MalformedError("printing.none_chosen", place="subject")
    if len(chosen) > MOST:
        raise LimitError("printing.too_many", limit=str(MOST), place="subject")
