"""The published schemas against the samples: good ones fit, each bad one is accounted for."""

import json

import pytest
from click.testing import CliRunner

from certorigin.errors import MalformedError, UnknownError
from certorigin.terminal.schema import schema_command
from certorigin.vocabulary.schema import SCHEMAS, check_published, published_schema
from tests.data import ROOT

# What only a reader can refuse: the schema would let it pass.
FOR_A_READER = {
    "act": {
        "act_with_white_space",
        "act_with_changed_goods",
        "act_with_corridor_out_of_order",
        "act_with_moment_that_never_was",
    },
    "bundle": {
        "in_another_order",
        "with_blanks",
        "with_line_feed_at_the_end",
        "with_act_twice",
        "with_escaped_slash",
    },
    "certificate": {"certificate_with_item_numbered_twice", "certificate_of_no_state"},
}
SAMPLES = {"act": "act/act", "bundle": "recognition/bundle", "certificate": "act/certificate"}


def samples(name):
    """The samples of a schema that are JSON at all, each with whether it is good."""
    cases = json.loads((ROOT / f"vectors/{SAMPLES[name]}.json").read_text("utf-8"))["cases"]
    for case in cases:
        try:
            document = json.loads(case["text"])
        except ValueError:
            continue
        if name == "certificate":
            document = document["credentialSubject"]["certificate"]
        yield case["name"], document, case["code"] == ""


def fits(name, document):
    try:
        check_published(name, document)
    except MalformedError as fault:
        return fault.code != "schema.violated"
    return True


@pytest.mark.parametrize("name", SCHEMAS)
def test_good_samples_fit_and_bad_ones_do_not(name):
    found = [(case, good, fits(name, document)) for case, document, good in samples(name)]
    assert {case for case, good, fit in found if fit != good} == FOR_A_READER[name]
    assert any(fit for _, _, fit in found)
    assert sum(not fit for _, _, fit in found) >= 5


def test_the_command_prints_the_schema_and_judges_a_file(tmp_path):
    run = CliRunner().invoke
    assert json.loads(run(schema_command, ["certificate"]).stdout) == published_schema(
        "certificate"
    )
    file = tmp_path / "file.json"
    for text, code in (("{}", 1), ("{", 2), ('{"act":1}', 1)):
        file.write_text(text)
        assert run(schema_command, ["bundle", "--check", str(file)]).exit_code == code
    good = next(document for _, document, good in samples("bundle") if good)
    file.write_text(json.dumps(good))
    assert run(schema_command, ["bundle", "--check", str(file)]).exit_code == 0


def test_another_name_is_unknown():
    with pytest.raises(UnknownError, match=r"schema\.unknown"):
        published_schema("act-v1")
