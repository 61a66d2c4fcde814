"""Is a consignment ready to be applied for? One call for programs, with no server and no network.

checked = check_file(raw, form="ST-1", state="BY", today=date.today())
checked.is_ready; checked.application.to_data(); [one.to_data() for one in checked.findings]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.application.completeness import check_application
from certorigin.assessment.intake.read import read_file
from certorigin.vocabulary.finding import has_errors
from certorigin.vocabulary.form import get_form

if TYPE_CHECKING:
    from datetime import date

    from certorigin.application.draft import Application
    from certorigin.vocabulary.finding import Finding

# What is stated by submitting, and by no file.
_BY_SUBMITTING = "declaration"


@dataclass(frozen=True)
class Checked:
    """A consignment as it was read, and everything that was found about it."""

    application: Application
    findings: tuple[Finding, ...]

    @property
    def is_ready(self) -> bool:
        """Say whether nothing stops it but the declaration, which is made by submitting."""
        return not has_errors(self.findings)


def check_file(
    raw: bytes,
    *,
    today: date,
    form: str = "ST-1",
    state: str = "",
    currency: str = "",
    packing: str = "",
) -> Checked:
    """Read a consignment and check it as the exporter's desk does, without the facts of production.

    `raw` is an application as JSON, a UBL 2 invoice, an XLSX or a CSV file; `state` is that of the
    body that would be asked. A form that the application names counts before `form`. Raises
    MalformedError, LimitError for what can't be read, UnknownError (`form.unknown`).
    """
    read = read_file(raw, currency=currency, packing=packing, whole=True)
    application = read.application.asking_for(read.application.form or get_form(form).name)
    lacking = check_application(
        application, form=get_form(application.form), today=today, issuing_country=state
    )
    own = (one for one in lacking if one.place != _BY_SUBMITTING)
    return Checked(application, (*read.findings, *own))
