"""schemathesis over every operation: valid and invalid requests by the contract's own words, every answer held to it.

The service runs on a socket; callers hold several roles; ids, versions and units are real in most requests, so that
the generated ones get past the first door. DIEMTUA_PROVE=1 asks for many more examples.
"""

from __future__ import annotations

import copy
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig

from api.app import create_app
from api.openapi import operations
from api.settings import Settings
from tests.contract.callers import Callers

PROVE = os.environ.get("DIEMTUA_PROVE") == "1"
EXAMPLES = 500 if PROVE else 25
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 20261102,
        "generation": {"allow-x00": True, "with-security-parameters": False},
        "phases": {"coverage": {"enabled": PROVE}},
        "checks": {
            # what is well-formed can still be refused: out of reach, stale, taken, not a commune, mixed scripts
            "positive_data_acceptance": {"expected-statuses": ["2xx", 400, 401, 403, 404, 409, 412, 422, 429]},
            "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428]},
        },
    }
)
FREE = ({"$ref": "#/components/parameters/AcceptLanguage"}, {"$ref": "#/components/parameters/RequestId"})
"""Headers that take any text: generating them costs a tenth of the run and can prove nothing."""


def described():
    contract = copy.deepcopy(create_app(Settings(demo=True)).openapi())
    for _, _, operation in operations(contract):
        operation["parameters"] = [given for given in operation["parameters"] if given not in FREE]
    return contract


CONTRACT = schemathesis.openapi.from_dict(described(), config=CONFIG)


@pytest.fixture(scope="package")
def callers(service):
    return Callers(service)


@pytest.fixture
def answers(service, callers):
    """The answers of one operation; a test that never gets past the refusals has tested only them."""
    service.run(callers.furnish())
    yield callers.answers
    called, statuses = ({answer[place] for answer in callers.answers} for place in (0, 1))
    assert not called & callers.furnished or any(status < 300 for status in statuses), callers.answers


@CONTRACT.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_the_one_the_contract_describes(case, service, callers, answers):
    headers = callers.prepare(case)
    response = case.call_and_validate(base_url=service.url, session=callers.session, headers=headers)
    answers[case.operation.definition.raw["operationId"], response.status_code] += 1
