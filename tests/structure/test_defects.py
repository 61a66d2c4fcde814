"""The seeded defects fit the source as it is: told in a second, before the stage that runs them."""

import tomllib

import pytest

from tests.data import ROOT

DEFECTS = tomllib.loads((ROOT / "tests/seeded/defects.toml").read_text("utf-8"))["defect"]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one["name"])
def test_a_defect_still_fits_its_place_and_its_test_is_there(defect):
    text = (ROOT / "src" / defect["file"]).read_text("utf-8")
    assert text.count(defect["old"]) == 1
    file, *_, name = defect["test"].split("::")
    assert f"def {name.partition('[')[0]}(" in (ROOT / file).read_text("utf-8")
