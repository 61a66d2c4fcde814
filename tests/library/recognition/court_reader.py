"""A second reader of court files, by docs/spec alone: it imports nothing of Certorigin.

`python court_reader.py FILE ROOTS` with the two states' root keys as published; it raises at the
first thing that does not hold, and prints what the file proves.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def require(holds, what):
    if not holds:
        raise ValueError(what)


def canonical(data):
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def base58(text):
    number = 0
    for letter in text:
        number = number * 58 + ALPHABET.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


# -- seals ----------------------------------------------------------------------------------------


def verify_signature(multikey, signature, head, body):
    raw = base58(multikey[1:])
    if raw[:2] == b"\xed\x01":
        message = hashlib.sha256(head).digest() + hashlib.sha256(body).digest()
        ed25519.Ed25519PublicKey.from_public_bytes(raw[2:]).verify(signature, message)
        return
    curve, hashed = {
        b"\x80\x24": (ec.SECP256R1(), hashes.SHA256),
        b"\x81\x24": (ec.SECP384R1(), hashes.SHA384),
    }[raw[:2]]
    name = hashed().name
    message = hashlib.new(name, head).digest() + hashlib.new(name, body).digest()
    half = len(signature) // 2
    r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
    key = ec.EllipticCurvePublicKey.from_encoded_point(curve, raw[2:])
    key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashed()))


def seals(raw):
    """Verify every proof of a sealed document; return it without proofs, and who sealed it."""
    document = json.loads(raw)
    require(canonical(document) == raw, "another spelling")
    proofs = document.pop("proof")
    sealers = []
    for proof in proofs if isinstance(proofs, list) else [proofs]:
        options = {name: value for name, value in proof.items() if name != "proofValue"}
        controller, _, key = proof["verificationMethod"].partition("#")
        signature = base58(proof["proofValue"][1:])
        verify_signature(key, signature, canonical(options), canonical(document))
        sealers.append((controller, key))
    return document, sealers


# -- trust lists ----------------------------------------------------------------------------------


class Lists:
    """The keys that the newest list of each state names, on a day."""

    def __init__(self, raws, roots, day):
        self.keys = []
        newest = {}
        for raw in raws:
            document, sealers = seals(raw)
            said = document["credentialSubject"]
            if said["validFrom"] > day:
                continue
            state = said["state"]
            believed = newest[state]["roots"] if state in newest else roots[state]
            for needed in (believed, said["roots"]):
                own = {key for _, key in sealers} & set(needed["keys"])
                require(len(own) >= int(needed["threshold"]), "too few root keys signed")
            require(
                state not in newest or int(said["version"]) == int(newest[state]["version"]) + 1,
                "a version is missing",
            )
            newest[state] = said
        for said in newest.values():
            self.keys += [{**key, "state": said["state"]} for key in said["keys"]]

    def entitled(self, key, controller, role, at):
        return any(
            one["key"] == key
            and one["controller"] == controller
            and role in one["roles"]
            and one["from"] <= at < one.get("until", "9999")
            and not ("withdrawn" in one and one["withdrawn"]["at"] <= at)
            for one in self.keys
        )

    def of(self, role, state):
        return [one for one in self.keys if role in one["roles"] and one["state"] == state]


# -- heads and proofs -----------------------------------------------------------------------------


def read_head(note, lists):
    """Verify a signed head: the log's own signature, and when the other state had seen it."""
    text, _, lines = note.partition(b"\n\n")
    text += b"\n"
    origin, size, root = text.decode().splitlines()[:3]
    publisher, corridor = origin.split("/")[1], origin.split("/")[2]
    state = publisher[:2]
    other = next(one for one in corridor.split("-") if one != state)
    owner = f"urn:certorigin:installation:{publisher}"
    signed, seen = False, []
    for line in lines.decode().splitlines():
        _, name, packed = line.split(" ")
        packed = base64.b64decode(packed)
        for role, kind, keys in (
            ("log", 1, lists.of("log", state)),
            ("witness", 4, lists.of("witness", other)),
        ):
            for one in keys:
                public = base58(one["key"][1:])[2:]
                told = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()
                if told[:4] != packed[:4]:
                    continue
                key = ed25519.Ed25519PublicKey.from_public_bytes(public)
                if kind == 1:
                    require(name == origin and one["controller"] == owner, "another log's key")
                    key.verify(packed[4:], text)
                    signed = True
                    continue
                seconds = int.from_bytes(packed[4:12], "big")
                key.verify(packed[12:], b"cosignature/v1\ntime %d\n" % seconds + text)
                at = moment(seconds)
                if lists.entitled(one["key"], one["controller"], role, at):
                    seen.append(at)
    require(signed, "the log did not sign its head")
    require(seen, "the other state did not cosign")
    return origin, int(size), base64.b64decode(root), min(seen)


def moment(seconds):
    days, rest = divmod(seconds, 86_400)
    years, year = days, 1970
    while years >= 365 + (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)):
        years -= 365 + (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
        year += 1
    lengths = [31, 28 + (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))]
    lengths += [31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    month = 0
    while years >= lengths[month]:
        years -= lengths[month]
        month += 1
    clock = f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
    return f"{year}-{month + 1:02}-{years + 1:02}T{clock}Z"


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def included(entry, index, size, path, root):
    """RFC 9162, 2.1.3.2."""
    found, last = hashlib.sha256(b"\0" + entry).digest(), size - 1
    for sibling in path:
        require(last > 0, "the proof is too long")
        if index % 2 or index == last:
            found = node(sibling, found)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            found = node(found, sibling)
        index, last = index // 2, last // 2
    require(last == 0 and found == root, "the entry is not under this head")


def grown(first, old_root, second, new_root, path):
    """RFC 9162, 2.1.4.2."""
    path = list(path)
    if first & (first - 1) == 0:
        path.insert(0, old_root)
    index, last = first - 1, second - 1
    while index % 2:
        index, last = index // 2, last // 2
    old = new = path[0]
    for sibling in path[1:]:
        require(last > 0, "the proof is too long")
        if index % 2 or index == last:
            old, new = node(sibling, old), node(sibling, new)
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            new = node(new, sibling)
        index, last = index // 2, last // 2
    require(last == 0 and (old, new) == (old_root, new_root), "the log did not grow from it")


def logged(entered, lists):
    """Verify one act in its log; return it, the head, and since when both states hold it."""
    raw, proof = (base64.b64decode(entered[name]) for name in ("entry", "proof"))
    top, _, note = proof.partition(b"\n\n")
    _, index, *path = top.decode().splitlines()
    head = read_head(note, lists)
    entry = raw
    if len(raw) > 65_535:
        entry = f"certorigin-object/v1\n{hashlib.sha256(raw).hexdigest()}\n{len(raw)}\n".encode()
    path = [base64.b64decode(one) for one in path]
    included(entry, int(index.removeprefix("index ")), head[1], path, head[2])
    document, sealers = seals(raw)
    require(
        any(
            controller == document["issuer"]
            and any(lists.entitled(key, controller, role, head[3]) for role in ("seal", "gateway"))
            for controller, key in sealers
        ),
        "the issuer was not entitled to seal",
    )
    return document, head


# -- the file -------------------------------------------------------------------------------------


def read(raw, roots):
    """Return what a file proves: number, legal time, outcome, and when the decision was logged."""
    file, ((issuer, key),) = seals(raw)
    require(file["format"] == "certorigin-court-file/v1", "another format")
    decision = file["decision"]
    raws = [base64.b64decode(one) for one in file["lists"]]
    made = Lists(raws, roots, file["at"][:10])
    require(issuer == file["issuer"], "sealed in another name")
    require(made.entitled(key, issuer, "gateway", file["at"]), "the sealer was not entitled to")
    lists = Lists(raws, roots, decision["at"][:10])
    acts = [logged(one, lists) for one in file["acts"]]
    (issued, head), others = acts[0], acts[1:]
    require(issued["type"][1] == "Issued", "the first act issues no certificate")
    subject = issued["credentialSubject"]
    later = read_head(base64.b64decode(file["head"]), lists)
    if later[1] != head[1]:
        way = file["consistency"]
        path = [base64.b64decode(one) for one in way.get("hashes", [])]
        require(base64.b64decode(way["root"]) == head[2], "another root")
        grown(head[1], head[2], later[1], later[2], path)
    told = base64.b64decode(decision["act"])
    sealed = next((one for one in others if canonical(one[0]) == told), None)
    require(sealed is not None, "the decision is not in a log")
    act, where = sealed
    require(act["credentialSubject"]["id"] == subject["id"], "about another certificate")
    declared = json.loads(base64.b64decode(decision["declaration"]))
    named = next(
        value["goodsDeclaration"]
        for value in act["credentialSubject"].values()
        if isinstance(value, dict) and "goodsDeclaration" in value
    )
    require(named["number"] == declared["number"], "about another goods declaration")
    return {
        "number": subject["certificate"]["number"],
        "registered": head[3],
        "outcome": decision["outcome"],
        "decision_registered": where[3],
        "acts": len(acts),
    }


if __name__ == "__main__":
    file_path, roots_path = map(Path, sys.argv[1:3])
    print(json.dumps(read(file_path.read_bytes(), json.loads(roots_path.read_bytes()))))
