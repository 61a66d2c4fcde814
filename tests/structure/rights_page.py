"""The page of rights: what each role may do, and every door with everybody who knocks.

Made from `users/rights.py` and from the table that tests/server/api proves by real requests.
"""

import tomllib

from certorigin_server.users.rights import RIGHTS, Right, Role
from tests.data import ROOT

RIGHTS_PAGE = ROOT / "docs" / "guide" / "rights.md"
DOORS = ROOT / "tests" / "server" / "api" / "doors.toml"
PEOPLE = (
    ("anonymous", "has not signed in"),
    ("nobody", "works for the exporter and has no role"),
    ("exporter", "whose papers these are"),
    ("rival", "another trader"),
    ("assessor", "assesses for the body that issued"),
    ("certifier", "certifies for that body"),
    ("brest", "certifies for another body of the state"),
    ("customs", "the customs post of the declaration"),
    ("other-post", "another customs post"),
    ("auditor", "audits for the central body"),
    ("admin", "administers the system"),
)

_ABOUT = """\
# Rights

Who may do what. The first table is `users/rights.py`, the only place for rights. The last ones list
every page and every call of the machine interface with what each of eleven people gets who knock
there; certificates issued here and certificates received from the partner stand in them as
`{{own}}` and `{{received}}`. Every entry is proved by a request:
{size}.

200 and 201: it is shown or done. 204: done. 302: a page leads on; for `anonymous`, to the sign-in.
400, 409, 422: passed the door and fell to a rule behind it. 401: not signed in. 403: no such right.
404: for this person it does not exist.

Made from the source by `scripts/docs`; not to be edited here.
"""


def rights_page() -> str:
    """The whole page."""
    doors = tomllib.loads(DOORS.read_text("utf-8"))["door"]
    routes = {door["call"].partition("?")[0] for door in doors}
    size = f"{len(doors)} doors ({len(routes)} addresses) × {len(PEOPLE)} people"
    size += f" = {len(doors) * len(PEOPLE)} entries"
    parts = [_ABOUT.format(size=size), _roles(), _people(), _doors(doors)]
    return "\n".join(parts)


def _roles() -> str:
    head = ["right", *(str(role).replace("_", " ") for role in Role)]
    rows = [
        [f"`{right}`", *("yes" if right in RIGHTS[role] else "" for role in Role)]
        for right in sorted(Right)
    ]
    return "## Roles and rights\n\n" + _table(head, rows)


def _people() -> str:
    return "## Who knocks\n\n" + _table(["name", "who"], [[f"`{a}`", b] for a, b in PEOPLE])


def _doors(doors: list[dict[str, object]]) -> str:
    rooms: dict[str, list[list[str]]] = {}
    for door in doors:
        method, _, path = str(door["call"]).partition(" ")
        steps = path.partition("?")[0].strip("/").split("/")
        room = steps[2] if path.startswith("/api/") and len(steps) > 2 else steps[0]
        got = {
            who: status
            for status, who_all in door.items()
            if status.isdigit()
            for who in str(who_all).split()
        }
        row = [f"`{method} {path}`", *(got.get(who, "?") for who, _ in PEOPLE)]
        rooms.setdefault(room or "start", []).append(row)
    head = ["door", *(who for who, _ in PEOPLE)]
    sections = [f"### {room}\n\n{_table(head, rows)}" for room, rows in sorted(rooms.items())]
    return "## Doors\n\n" + "\n".join(sections)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
