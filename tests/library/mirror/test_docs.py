"""docs/spec/mirror.md is true."""

import re

from certorigin.mirror.halt import Halt
from tests.data import ROOT
from tests.library.recognition import world as w

PAGE = (ROOT / "docs" / "spec" / "mirror.md").read_text("utf-8")
SOURCE = ROOT / "src" / "certorigin" / "mirror"
TEXT = "\n".join(path.read_text("utf-8") for path in SOURCE.glob("*.py"))


def block(name):
    return re.search(rf"^```\w+ {name}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1]


def test_the_cosigned_head_of_the_page_is_what_a_mirror_makes(tmp_path):
    world = w.small(tmp_path)
    assert world.view().cosigned.get(0).head.data.decode() == block("cosigned")


def test_the_evidence_of_the_page_reads_back():
    data = block("evidence").strip().encode()
    assert Halt.from_bytes(data).to_bytes() == data


def test_the_page_lists_exactly_the_crash_points_of_the_source():
    listed = re.findall(r"^\| `(mirror\.[a-z_]+)` \| [^|]+ \|$", PAGE, re.MULTILINE)
    assert set(listed) == set(re.findall(r'crash_point\("([a-z_.]+)"\)', TEXT))


def test_codes_of_the_page_are_said_by_the_source():
    for code in re.findall(r"`(mirror\.[a-z_]+)`", PAGE):
        assert f'"{code}"' in TEXT, code


def test_the_page_has_the_steps_of_the_code():
    """Seven numbered steps, the same in follow.py."""
    steps = re.findall(r"^(\d)\. ", PAGE.partition("## 2.")[2].partition("## 3.")[0], re.MULTILINE)
    source = (SOURCE / "follow.py").read_text("utf-8").partition('"""\n\n')[0]
    assert steps == re.findall(r"(?:^| )(\d)\. ", source, re.MULTILINE) == list("1234567")
