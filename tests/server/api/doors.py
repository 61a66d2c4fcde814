"""Every route of the system with everybody who may knock: what the table says, and what happens."""

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, resolve
from django.urls.resolvers import URLResolver
from django.utils import timezone

from certorigin.assessment.questions.answers import Answers
from certorigin.assessment.supplier import DeclaredGoods
from certorigin.certification.acceptance import AcceptanceRules
from certorigin.fees.schedule import Schedule
from certorigin.vocabulary.tariff import TariffCode
from certorigin_server.administration.services import propose
from certorigin_server.api import api
from certorigin_server.application.queries import get_visible
from certorigin_server.assessment.models import Assessment
from certorigin_server.audit.services import draw_sample
from certorigin_server.batches.models import Batch
from certorigin_server.certification.approval import lay_draft
from certorigin_server.desk.middleware import HEADERS
from certorigin_server.fees import services as fees
from certorigin_server.fees.imported import take_payments
from certorigin_server.guidance import services as guidance
from certorigin_server.notices.models import Delivery, Endpoint, Notice, Occasion
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.suppliers import services as suppliers
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from tests.library.certification.make_acceptance_vectors import publication
from tests.server.factories import (
    Api,
    ask_and_answer,
    certified,
    consignment,
    decided,
    make_assessor,
    make_auditor,
    make_body,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_organisation,
    make_power,
    make_token,
    make_user,
    submitted,
)
from tests.server.turns import OURS, THEIRS

TABLE = tomllib.loads((Path(__file__).parent / "doors.toml").read_text("utf-8"))["door"]
ANONYMOUS = "anonymous"
CUSTOMS = ("customs", "other-post")


class World:
    """Two traders, two bodies, two posts, and one certificate each way."""

    def __init__(self, partner, turns):
        self.asked_about_fees = []
        self.people = _people()
        apis = {name: Api(user) for name, user in self.people.items() if user}
        application = submitted(apis["exporter"])
        evidence = _evidence(apis["exporter"], application)
        asked = ask_and_answer(application, self.people["assessor"], self.people["exporter"])
        given = make_power(self.people["exporter"], "rival-trader")
        order = {"worksheet_version": "1"}
        assert apis["assessor"].post(f"/assessment/{application}/decide", order).status == 200
        attempt = Assessment.objects.get(application=application).pk
        own = certified(application, apis["certifier"])["id"]
        laid = decided(apis["exporter"], apis["assessor"])
        lay_draft(application=UUID(laid), by=self.people["certifier"], at=timezone.now())
        turns.publish()
        partner.follow(OURS)
        issue = partner.issue()
        turns.follow(partner)
        lodged = apis["customs"].post("/recognition/declaration", issue.declaration())
        self.names = {
            "decision": _accepted(apis["customs"], issue),
            "application": application,
            "evidence": evidence,
            "attempt": str(attempt),
            "tomorrow": (timezone.localdate() + timedelta(days=1)).isoformat(),
            "question": str(asked.pk),
            "power": str(given.pk),
            "own": own,
            "laid": laid,
            "received": issue.subject,
            "declaration": lodged.data["id"],
            "ours": OURS,
            "theirs": THEIRS,
        }
        asked = {"number": "AZBY6001999999", "date": "2026-05-16", "issued_in": "AZ"}
        self.names["asked"] = apis["customs"].post("/inquiry", asked).data[0]["id"]
        self.names |= _before_issue(self.people) | _told(self.people["exporter"])
        self.names |= {"batch": _batch(self.people), **_fees(self.people, application)}
        self.names |= _above_the_journey(self.people)
        sample = consignment()
        self.documents = {"declaration": issue.declaration("2")} | sample

    def knock(self, door, who, scopes=None):
        """Return the status that one person gets, by a key for some rights; it is undone.

        Whatever the answer is, it tells browsers how to treat it.
        """
        user, client = self.people[who], Client(raise_request_exception=True)
        method, path = self.call(door)
        headers, body = {}, self.body(door)
        kind = "application/json" if path.startswith("/api/") else None
        with transaction.atomic(), connection.execute_wrapper(self._look(path, who)):
            before = transaction.savepoint()
            if user and kind:
                headers = {"authorization": f"Bearer {make_token(user, scopes)}"}
            elif user:
                client.force_login(user)
            if method == "GET":
                answer = client.get(path, headers=headers)
            else:
                send = getattr(client, method.lower())
                facts = {"content_type": kind} if kind else {}
                answer = send(path, body, headers=headers, **facts)
            transaction.savepoint_rollback(before)
        lacking = HEADERS.keys() - answer.headers.keys()
        assert not lacking, f"{door['call']} as {who} lacks {sorted(lacking)}"
        return answer.status_code

    def _look(self, path, who):
        """Note every question about fees that is asked on a way of customs or of a partner."""
        is_theirs = who in CUSTOMS or path.startswith("/exchange")

        def look(execute, sql, *rest):
            if is_theirs and '"fees_' in sql and "/fees" not in path:
                self.asked_about_fees.append(f"{who} {path}: {sql[:80]}")
            return execute(sql, *rest)

        return look

    def body(self, door):
        if "document" in door:
            return self.documents[door["document"]]
        given = door.get("body", {}).items()
        return {
            name: value.format(**self.names) if isinstance(value, str) else value
            for name, value in given
        }

    def call(self, door):
        method, path = door["call"].split(" ")
        return method, path.format(**self.names)


def _fees(people, application):
    """What the first application costs, and a payment of it from a file."""
    at, officer, admin = timezone.now(), people["assessor"], people["admin"]
    line = {"number": "1", "name": "ST-1", "unit": "certificate", "amount": "48.50"}
    schedule = Schedule.from_data({"act": "Order 12", "currency": "BYN", "lines": [line]})
    days = {"valid_from": timezone.localdate(at), "valid_until": None}
    fees.enter_schedule(body="minsk", schedule=schedule, **days, by=admin, at=at)
    fee = fees.charge(application=get_visible(application, user=officer), at=at)
    table = f"reference,date,amount,currency,number\n{fee.reference},2026-01-01,1,BYN,1\n"
    file = take_payments(raw=table.encode(), name="a.csv", by=officer, at=at)
    return {"fee": str(fee.pk), "reference": fee.reference, "payments": str(file.pk)}


def _batch(people):
    """A batch of the exporter's that was handed in."""
    made = Batch.objects.create(
        organisation=people["exporter"].organisation,
        body=people["certifier"].organisation,
        stage=Batch.Stage.SUBMITTED,
        name="table.csv",
        digest="0" * 64,
        size=1,
        created_at=timezone.now(),
        created_by=people["exporter"],
    )
    return str(made.pk)


def _told(exporter):
    """Something that the exporter was told, in the page and by a webhook."""
    at = timezone.now()
    facts = {"kind": "decision", "code": "notice.decided", "number": "1", "path": "/", "at": at}
    occasion = Occasion.objects.create(key="doors", **facts)
    notice = Notice.objects.create(user=exporter, occasion=occasion, created=at)
    own = {"organisation": exporter.organisation, "made_by": exporter, "made_at": at}
    webhook = Endpoint.objects.create(url="https://x.example/", kinds="decision", **own)
    sent = {"created": at, "next_at": at, "occasion": occasion}
    delivery = Delivery.objects.create(endpoint=webhook, **sent)
    return {"notice": str(notice.pk), "webhook": str(webhook.pk), "delivery": str(delivery.pk)}


def _before_issue(people):
    """One inquiry of the exporter's, and acceptance rules that the administrator entered."""
    at = timezone.now()
    given = {"productionCountry": "BY", "items[0].tariffCode": "8418", "trade.importedInto": "AZ"}
    answers = Answers.begin(timezone.localdate(at)).with_answers(given)
    inquiry = guidance.begin(answers=answers, by=people["exporter"], at=at)
    rules = AcceptanceRules.from_data(publication())
    entered = guidance.publish(rules=rules, by=people["admin"], at=at)
    day = timezone.localdate(at)
    supplied = suppliers.declare(
        goods=[DeclaredGoods(TariffCode("7210"), "steel", "BY")],
        customer="trader",
        valid_from=day,
        valid_until=day,
        keyring=get_keyring(),
        by=people["exporter"],
        at=at,
    )
    return {
        "inquiry": str(inquiry.pk),
        "publication": str(entered.pk),
        "supplied": supplied.pk,
    }


def _evidence(api, application):
    """Add a file to an application; return its number."""
    path = f"/application/{application}/evidence?name=a.pdf&kind=other"
    return api.post_bytes(path, b"%PDF-1.7", "application/pdf").data["id"]


def _accepted(api, issue):
    """Lodge another declaration and accept its certificate; return the decision."""
    lodged = api.post("/recognition/declaration", issue.declaration("3", amount="1"))
    path = f"/recognition/declaration/{lodged.data['id']}/accept"
    return api.post(path, {"subject": issue.subject}).data["id"]


def _above_the_journey(people):
    """What one administrator proposed to the other, and a sample of the auditor's."""
    other = make_user("boris", Role.ADMINISTRATOR, organisation=make_body("belcci"))
    at, today = timezone.now(), timezone.localdate()
    grant = {"username": "assessor", "role": "auditor", "starts": today.isoformat()}
    proposal = propose(kind="role_granted", data=grant, by=other, at=at)
    facts = {"kind": "certificates", "start": today, "end": today, "body": None}
    sample = draw_sample(**facts, size=5, seed="", by=people["auditor"], at=at)
    names = {"proposal": str(proposal.pk), "sample": str(sample.pk)}
    return names | {"today": today.isoformat()}


def _people():
    """Everybody of the table, by name."""
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    other_post = make_organisation("other-post", Organisation.Kind.CUSTOMS_POST)
    return {
        ANONYMOUS: None,
        "nobody": make_user("nobody", organisation=make_organisation("trader")),
        "exporter": make_exporter(),
        "rival": make_exporter("rival", "rival-trader"),
        "assessor": make_assessor(),
        "certifier": make_certifier(),
        "brest": make_certifier("brest-certifier", body="brest"),
        "customs": make_customs_officer(),
        "other-post": make_user("other-post", Role.CUSTOMS_OFFICER, organisation=other_post),
        "auditor": make_auditor(body="belcci"),
        "admin": make_user("admin", Role.ADMINISTRATOR, organisation=make_body("belcci")),
    }


def expected(door):
    """From the name of each person to the status that the table gives him."""
    return {
        who: int(status)
        for status, people in door.items()
        if status.isdigit()
        for who in people.split()
    }


# -- the real routes ------------------------------------------------------------------------------


def routes() -> Iterator[tuple[str, str]]:
    """Every method and route of the machine interface, and every other route of the system."""
    machine = set()
    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            route = "api/v1/" + f"{prefix}/{path}".replace("//", "/").strip("/")
            machine.add(route)
            for operation in view.operations:
                yield from ((method, _plain(route)) for method in operation.methods)
    for route in _walk(get_resolver().url_patterns):
        if not route.startswith("api/v1/") or route.endswith(("openapi.json", "api/v1/")):
            yield "*", _plain(route)


def _walk(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route


def route_of(world, door):
    method, path = world.call(door)
    route = resolve(path.partition("?")[0]).route
    machine = route.startswith("api/v1/") and not route.endswith(("openapi.json", "api/v1/"))
    return (method if machine else "*"), _plain(route)


def _plain(route):
    """Ninja writes `{name}` or `{uuid:name}`, Django `<name>`: the same here."""
    parts = route.replace("{", "<").replace("}", ">").split("/")
    return "/".join("<>" if part.startswith("<") and part.endswith(">") else part for part in parts)
