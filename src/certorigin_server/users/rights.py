"""Every right of the system, and which role has it. There is no other place for rights."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person does in this state's system."""

    EXPORTER = "exporter"
    ASSESSING_OFFICER = "assessing_officer"
    CERTIFYING_OFFICER = "certifying_officer"
    CUSTOMS_OFFICER = "customs_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What can be done. The name is `<stop>.<verb>`."""

    ADMINISTRATION_READ = "administration.read"
    COMPANY_READ = "company.read"
    COMPANY_WRITE = "company.write"
    APPLICATION_READ = "application.read"
    APPLICATION_WRITE = "application.write"
    ASSESSMENT_READ = "assessment.read"
    ASSESSMENT_DECIDE = "assessment.decide"
    ASSESSMENT_RESOLVE = "assessment.resolve"
    AUDIT_SAMPLE = "audit.sample"
    CERTIFICATION_READ = "certification.read"
    CERTIFICATION_CERTIFY = "certification.certify"
    CERTIFICATION_JOURNAL = "certification.journal"
    CERTIFICATION_RULE = "certification.rule"
    FEES_READ = "fees.read"
    FEES_RECORD = "fees.record"
    FEES_RULE = "fees.rule"
    GUIDANCE_PUBLISH = "guidance.publish"
    LOG_READ = "log.read"
    MIRROR_READ = "mirror.read"
    MIRROR_RESUME = "mirror.resume"
    RECOGNITION_READ = "recognition.read"
    RECOGNITION_DECIDE = "recognition.decide"
    RECOGNITION_RATE = "recognition.rate"
    RETURNS_ANNUL = "returns.annul"
    RETURNS_ANSWER = "returns.answer"
    RETURNS_ASK = "returns.ask"
    RETURNS_DRAFT = "returns.draft"
    STATISTICS_READ = "statistics.read"
    STATISTICS_RULE = "statistics.rule"
    TRAIL_READ = "trail.read"
    USERS_WRITE = "users.write"
    WEBHOOKS_WRITE = "webhooks.write"


_READ_ISSUING = {Right.APPLICATION_READ, Right.ASSESSMENT_READ, Right.CERTIFICATION_READ}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.EXPORTER: frozenset(
        _READ_ISSUING
        | {Right.APPLICATION_WRITE, Right.COMPANY_READ, Right.COMPANY_WRITE}
        | {Right.WEBHOOKS_WRITE}
    ),
    Role.ASSESSING_OFFICER: frozenset(
        _READ_ISSUING
        | {Right.ASSESSMENT_DECIDE, Right.ASSESSMENT_RESOLVE, Right.LOG_READ}
        | {Right.RETURNS_DRAFT, Right.FEES_READ, Right.FEES_RECORD}
    ),
    Role.CERTIFYING_OFFICER: frozenset(
        _READ_ISSUING
        | {Right.CERTIFICATION_CERTIFY, Right.CERTIFICATION_JOURNAL}
        | {Right.RETURNS_ANNUL, Right.RETURNS_ANSWER, Right.LOG_READ, Right.STATISTICS_READ}
        | {Right.FEES_READ, Right.FEES_RECORD}
    ),
    Role.CUSTOMS_OFFICER: frozenset(
        {Right.MIRROR_READ, Right.RECOGNITION_READ, Right.RECOGNITION_DECIDE, Right.RETURNS_ASK}
        | {Right.STATISTICS_READ}
    ),
    Role.AUDITOR: frozenset(
        _READ_ISSUING
        | {Right.LOG_READ, Right.MIRROR_READ, Right.RECOGNITION_READ, Right.TRAIL_READ}
        | {Right.ADMINISTRATION_READ, Right.AUDIT_SAMPLE, Right.CERTIFICATION_JOURNAL}
        | {Right.STATISTICS_READ, Right.FEES_READ}
    ),
    Role.ADMINISTRATOR: frozenset(
        {Right.USERS_WRITE, Right.LOG_READ, Right.MIRROR_READ, Right.MIRROR_RESUME}
        | {Right.ADMINISTRATION_READ, Right.CERTIFICATION_RULE, Right.GUIDANCE_PUBLISH}
        | {Right.RECOGNITION_RATE, Right.STATISTICS_READ, Right.STATISTICS_RULE}
        | {Right.WEBHOOKS_WRITE, Right.FEES_RULE}
    ),
}
