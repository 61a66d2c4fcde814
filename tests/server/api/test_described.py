"""The machine interface against its own description: schemathesis sends what it allows, and more.

No call is our own fault, and an answer that the description knows has the shape that it says.
Each third call is asked once; CERTORIGIN_HYPOTHESIS=long (`scripts/long`) asks all of them, often.
"""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance

from certorigin_server.api import api
from certorigin_server.users.rights import Role
from certorigin_server.wsgi import application
from tests.server.factories import make_body, make_token, make_user

IS_LONG = os.environ.get("CERTORIGIN_HYPOTHESIS") == "long"
EXAMPLES, STRIDE = (50, 1) if IS_LONG else (1, 3)
CHECKS = [not_a_server_error, response_schema_conformance]
# What would end the key of this test, or count tries to sign in.
LEFT_OUT = {("/api/v1/session", "POST"), ("/api/v1/session", "DELETE")}


def operations():
    schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
    schema.app = application
    found = [result.ok() for result in schema.get_all_operations()]
    return [one for one in found if (one.path, one.method.upper()) not in LEFT_OUT][::STRIDE]


@pytest.fixture
def open_connection():
    """The application closes a connection with a transaction that is open: here it is ours."""
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.timeout(7200 if IS_LONG else 60)
def test_every_call_answers_as_it_is_described(folder, open_connection):
    everybody = make_user("everybody", *Role, organisation=make_body("belcci"))
    headers = {"Authorization": f"Bearer {make_token(everybody)}"}
    failed, statuses = [], set()
    for operation in operations():

        @seed(8)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def send(case):
            answer = case.call_and_validate(headers=headers, checks=CHECKS)
            statuses.add(answer.status_code)

        try:
            send()
        except Exception as error:  # noqa: BLE001 - all of them are told together
            failed.append(f"{operation.method.upper()} {operation.path}: {error}")
    assert not failed, "\n".join(failed)
    assert {200, 400, 404} <= statuses, "the calls came to the desks"
    assert 401 not in statuses, "and by a key that holds"
