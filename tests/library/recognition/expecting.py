"""What the tests of recognition share: a report that is checked, and expectations about it."""

import orjson

from certorigin.recognition.bundle import Bundle
from certorigin.recognition.report import CODES, PARTS
from certorigin.recognition.verify import verify
from certorigin.terminal.sentences import LANGUAGES, say
from tests.library.recognition import world as w
from tests.library.recognition.world import minutes

NOW = minutes(5)


def report(raw, trust, *, at=NOW, mirrors=(), **changes):
    """Verify, and check that what comes back is a whole report that machines can read."""
    found = verify(raw, trust=trust, at=at, mirrors=mirrors, **changes)
    assert list(found.parts) == list(PARTS)
    data = found.to_data()
    assert orjson.loads(orjson.dumps(data)) == data
    for told in [*found.parts.values(), *(found.match.all_findings if found.match else ())]:
        for language in LANGUAGES:
            sentence = say(told.code, told.facts, language)
            assert "{" not in sentence, f"{language}: {sentence}"
            assert told.code not in sentence
    return found


def expect(found, code, line=None):
    """The report has this code in its part, and the bottom line that follows."""
    name = code.partition(".")[0]
    assert found.parts[name].code == code, {n: p.code for n, p in found.parts.items()}
    if line is None:
        line = CODES[code]
    assert found.bottom_line == line, {n: p.code for n, p in found.parts.items()}
    return found.parts[name].facts


def repacked(bundle, change):
    """The bundle with the bytes of its act changed."""
    read = Bundle.from_bytes(bundle)
    return Bundle(change(read.act), read.proof).to_bytes()


def one_act(tmp_path, raw, **changes):
    world = w.World(tmp_path, **changes)
    world.enter(raw)
    world.follow(minutes(1))
    return world
