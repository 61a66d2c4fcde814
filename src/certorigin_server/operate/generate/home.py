"""What our own people do in a case, through the services of each stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import FindingsError
from certorigin_server.application import services as applications
from certorigin_server.application.queries import draft_from_data
from certorigin_server.assessment.services import correct_facts, decide
from certorigin_server.certification.services import certify
from certorigin_server.operate.generate import questions
from certorigin_server.operate.generate.abroad import reference_to_theirs, subject_of
from certorigin_server.operate.generate.papers import (
    application_of,
    declaration_of,
    with_slip,
    without_fact,
    worksheet_of,
)
from certorigin_server.operate.generate.trade import Fate, Use
from certorigin_server.recognition.services import accept, refuse, register_declaration
from certorigin_server.returns.services import annul, ask_replacement, certify_in_place
from certorigin_server.seal.keyring import get_keyring

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from certorigin_server.operate.generate.partner import PlayedPartner
    from certorigin_server.operate.generate.staff import Body, Staff
    from certorigin_server.operate.generate.trade import Case
    from certorigin_server.users.queries import User


class Home:
    """The desks of our state. Remembers what became of each case, by its number."""

    def __init__(self, staff: Staff, exporters: dict[str, User], agreement: str) -> None:
        self.staff, self.exporters, self.agreement = staff, exporters, agreement
        self.applications: dict[int, UUID] = {}
        self.subjects: dict[int, str] = {}

    def apply(self, case: Case, *, at: datetime) -> None:
        """Draft and submit; what was sent in haste is refused with findings, and sent again."""
        by, paper = self.exporters[case.exporter.slug], application_of(case)
        first = with_slip(paper) if case.has_slip else paper
        row = applications.begin(draft=draft_from_data(first), by=by, at=at)
        self.applications[case.number] = row.pk
        if case.fate is Fate.DRAFT and case.number % 2:
            return
        facts = self._facts(case)
        stated = without_fact(facts) if case.lacks_fact else facts
        applications.state_facts(
            application=row.pk, worksheet=Worksheet.from_data(stated), version=0, by=by, at=at
        )
        if case.fate is Fate.DRAFT:
            return
        version = row.version
        if case.has_slip:
            version = self._send_again(case, version, paper, at)
        self._submit(case, version, at)

    def withdraw(self, case: Case, *, at: datetime) -> None:
        """Take the application back."""
        by = self.exporters[case.exporter.slug]
        applications.withdraw(application=self.applications[case.number], by=by, at=at)

    def decide(self, case: Case, *, at: datetime) -> None:
        """Decide; where a fact is missing, the officer asks, corrects it and decides again."""
        officer, application = self._one(self._body(case).assessors, case), self._of(case)
        first = decide(application=application, worksheet_version=1, by=officer, at=at)
        if first.decision != first.Decision.UNDETERMINED:
            return
        facts = Worksheet.from_data(self._facts(case))
        correct_facts(application=application, worksheet=facts, version=1, by=officer, at=at)
        decide(application=application, worksheet_version=2, by=officer, at=at)

    def certify(self, case: Case, *, at: datetime) -> None:
        """Certify what was found to originate."""
        officer = self.certifier_of(case)
        made = certify(application=self._of(case), by=officer, at=at)
        self.subjects[case.number] = made.pk

    def certifier_of(self, case: Case) -> User:
        """Return the officer who certifies a case."""
        return self._one(self._body(case).certifiers, case)

    def annul(self, case: Case, *, at: datetime) -> None:
        """Annul a certificate that was not used."""
        ground = ("error_in_certificate", "returned_unused")[case.number % 2]
        annul(
            subject=self.subjects[case.number],
            ground=ground,
            remark="по заявлению экспортёра",
            keyring=get_keyring(),
            by=self.certifier_of(case),
            at=at,
        )

    def replace(self, case: Case, *, at: datetime) -> None:
        """Issue another certificate in place of one with an error, from the same facts."""
        subject, body = self.subjects[case.number], self._body(case)
        row = ask_replacement(
            subject=subject,
            reason="error_in_certificate",
            by=self.exporters[case.exporter.slug],
            at=at,
        )
        self.applications[case.number] = row.pk
        self._submit(case, row.version, at)
        officer = self._one(body.assessors, case)
        decide(application=row.pk, worksheet_version=1, by=officer, at=at)
        certify_in_place(application=row.pk, by=self._one(body.certifiers, case), at=at)

    def answer(self, case: Case, *, at: datetime) -> None:
        """Answer what the partner asked about a certificate of ours."""
        body = self._body(case)
        drafter, by = self._one(body.assessors, case), self._one(body.certifiers, case)
        questions.answer(self.subjects[case.number], drafter=drafter, by=by, at=at)

    def ask(self, case: Case, partner: PlayedPartner, *, at: datetime) -> None:
        """Ask about a certificate of the partner's."""
        questions.ask(case, partner, by=self._one(self.staff.inspectors, case), at=at)

    def judge(self, case: Case, partner: PlayedPartner, *, at: datetime) -> None:
        """Find that the partner's answer suffices."""
        questions.judge(case, partner, by=self._one(self.staff.inspectors, case), at=at)

    def declare(self, case: Case, part: int, partner: PlayedPartner, *, at: datetime) -> None:
        """Register a goods declaration that cites a certificate of the partner's, and decide."""
        officer = self._one(self.staff.inspectors, case)
        post, subject = officer.organisation, subject_of(case, partner)
        document = declaration_of(
            case,
            number=f"{11000 + case.number % 40}/{case.number:06d}/{part}",
            day=at.date(),
            post=post.name if post else "",
            cite=reference_to_theirs(case).to_data(),
            part=part,
            parts=2 if case.use is Use.IN_PARTS else 1,
        )
        row = register_declaration(document=document, by=officer, at=at)
        if case.use is Use.REFUSED:
            ground = "goods_not_identifiable"
            refuse(declaration=row.pk, subject=subject, ground=ground, remark="", by=officer, at=at)
            return
        try:
            accept(declaration=row.pk, subject=subject, override="", by=officer, at=at)
        except FindingsError:
            reason = "расхождение в пределах погрешности взвешивания"
            accept(declaration=row.pk, subject=subject, override=reason, by=officer, at=at)

    def _submit(self, case: Case, version: int, at: datetime) -> None:
        applications.submit(
            application=self._of(case),
            version=version,
            body=self._body(case).organisation.slug,
            produced_in=case.exporter.state,
            confirmed=True,
            by=self.exporters[case.exporter.slug],
            at=at,
        )

    def _send_again(self, case: Case, version: int, paper: dict[str, Any], at: datetime) -> int:
        """Send too early, and correct what the findings say; return the new version."""
        try:
            self._submit(case, version, at)
        except FindingsError:
            row = applications.revise(
                application=self._of(case),
                draft=draft_from_data(paper),
                version=version,
                by=self.exporters[case.exporter.slug],
                at=at,
            )
            return row.version
        return version

    def _of(self, case: Case) -> UUID:
        return self.applications[case.number]

    def _facts(self, case: Case) -> dict[str, Any]:
        originates = case.fate is not Fate.REFUSED
        return worksheet_of(case, agreement=self.agreement, originates=originates)

    def _body(self, case: Case) -> Body:
        number = int(case.exporter.slug.rsplit("-", 1)[-1])
        return self.staff.bodies[number % len(self.staff.bodies)]

    def _one(self, people: tuple[User, ...], case: Case) -> User:
        return people[case.number % len(people)]
