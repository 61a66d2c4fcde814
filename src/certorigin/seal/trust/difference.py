"""What a draft changes, told entry by entry, for those who sign it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin.late import dataclass
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from certorigin.seal.trust.entries import Key
    from certorigin.seal.trust.period import Period
    from certorigin.seal.trust.specimen import Specimen
    from certorigin.seal.trust.trust_list import TrustDraft


@dataclass(frozen=True)
class Change:
    """One change: a code, and the facts that its sentence needs."""

    code: str
    facts: Mapping[str, str]


def changes(old: TrustDraft | None, new: TrustDraft) -> tuple[Change, ...]:
    """Return what `new` says that `old` did not; everything, when there is no list before it."""
    return (*_of_list(old, new), *_of_keys(old, new), *_of_names(old, new), *_specimens(old, new))


def _of_list(old: TrustDraft | None, new: TrustDraft) -> Iterator[Change]:
    if old is None or old.next_update != new.next_update:
        yield Change("trust.changes_renewal", {"until": new.next_update.isoformat()})
    before = old.roots if old else None
    if before != new.roots:
        facts = {"threshold": str(new.roots.threshold), "count": str(len(new.roots.keys))}
        yield Change("trust.changes_roots", facts)
        for key in new.roots.keys:
            if before is None or key not in before.keys:
                yield Change("trust.changes_root_added", {"key": key})
        for key in before.keys if before else ():
            if key not in new.roots.keys:
                yield Change("trust.changes_root_dropped", {"key": key})


def _of_keys(old: TrustDraft | None, new: TrustDraft) -> Iterator[Change]:
    known = {key.key: key for key in old.keys} if old else {}
    for key in new.keys:
        before = known.get(key.key)
        if before is None:
            yield Change("trust.changes_key_added", _key_facts(key))
        if key.withdrawn is not None and (before is None or before.withdrawn is None):
            facts = {"moment": moment_to_text(key.withdrawn.at), "reason": key.withdrawn.reason}
            yield Change("trust.changes_key_withdrawn", _key_facts(key) | facts)
        if before is not None and _without_end(before) != _without_end(key):
            yield Change("trust.changes_entry", {"name": key.key})


def _key_facts(key: Key) -> dict[str, str]:
    facts = {"key": key.key, "controller": key.controller, "roles": ", ".join(key.roles)}
    return facts | _period_facts(key.period)


def _of_names(old: TrustDraft | None, new: TrustDraft) -> Iterator[Change]:
    yield from _added("installations", old, new, lambda one: one.id)
    yield from _added("bodies", old, new, lambda one: one.id)
    yield from _added("officers", old, new, lambda one: one.id)
    yield from _added("corridors", old, new, lambda one: one.id)


def _added(
    kind: str, old: TrustDraft | None, new: TrustDraft, name_of: Callable[[Any], str]
) -> Iterator[Change]:
    known = {name_of(one): one for one in getattr(old, kind)} if old else {}
    for one in getattr(new, kind):
        name = name_of(one)
        facts = {"name": name, "label": getattr(one, "name", name)}
        forms = {"forms": ", ".join(getattr(one, "forms", ())) or "-"}
        if name not in known:
            period = _period_facts(one.period) if hasattr(one, "period") else _period_facts(None)
            yield Change("trust.changes_added", facts | forms | period)
        elif known[name] != one:
            yield Change("trust.changes_entry", {"name": name})


def _specimens(old: TrustDraft | None, new: TrustDraft) -> Iterator[Change]:
    known = {one.identity for one in old.specimens} if old else set()
    for one in _not_known(new.specimens, known):
        digest = one.picture.sha256 if one.picture else "-"
        facts = {"name": one.of, "kind": one.kind, "text": one.text or "-", "digest": digest}
        yield Change("trust.changes_specimen", facts | _period_facts(one.period))


def _not_known(specimens: Iterable[Specimen], known: set[tuple[object, ...]]) -> list[Specimen]:
    return [one for one in specimens if one.identity not in known]


def _without_end(key: Key) -> tuple[object, ...]:
    return key.controller, key.roles, key.forms, key.period


def _period_facts(period: Period | None) -> dict[str, str]:
    start = moment_to_text(period.start) if period else "-"
    end = moment_to_text(period.end) if period and period.end else "-"
    return {"start": start, "end": end}
