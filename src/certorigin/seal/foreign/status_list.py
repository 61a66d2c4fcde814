"""W3C Bitstring Status List 1.0: bits of many credentials in one signed list."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from certorigin.errors import LimitError, MalformedError, SignatureError
from certorigin.seal.foreign.model import BASE_CONTEXT, is_url
from certorigin.seal.foreign.reading import base64url_decode, base64url_encode

MIN_PLACES: Final = 131_072
MAX_PLACES: Final = 1 << 24
REVOCATION: Final = "revocation"
PURPOSES: Final = ("revocation", "suspension")

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)


def encode_list(places: Iterable[int], size: int = MIN_PLACES) -> str:
    """Write a list whose bits are set at `places`: multibase base64url of a gzip of the bits.

    The first place is the most significant bit of the first byte. The same bits give the same text.
    Raises LimitError for a list too small to hide in (2.2), or a place outside it.
    """
    if not MIN_PLACES <= size <= MAX_PLACES or size % 8:
        raise LimitError("foreign.status_list_size", size=str(size), limit=str(MIN_PLACES))
    bits = bytearray(size // 8)
    for place in places:
        if not 0 <= place < size:
            raise LimitError("foreign.status_place_outside", size=str(size), value=str(place))
        bits[place // 8] |= 0x80 >> place % 8
    return "u" + base64url_encode(gzip.compress(bytes(bits), mtime=0))


def decode_list(text: str) -> bytes:
    """Read the bits of a list. Raises MalformedError, LimitError when too small or too large."""
    if not text.startswith("u") or len(text) > MAX_PLACES:
        raise MalformedError("foreign.status_list_malformed", place="encodedList")
    packed = base64url_decode(text[1:], "encodedList")
    try:
        reader = zlib.decompressobj(wbits=31)
        bits = reader.decompress(packed, MAX_PLACES // 8 + 1)
    except zlib.error:
        raise MalformedError("foreign.status_list_malformed", place="encodedList") from None
    if not reader.eof or reader.unused_data:
        raise MalformedError("foreign.status_list_malformed", place="encodedList")
    if not MIN_PLACES <= 8 * len(bits) <= MAX_PLACES:
        raise LimitError("foreign.status_list_size", size=str(8 * len(bits)), limit=str(MIN_PLACES))
    return bits


def status_entry(url: str, place: int, purpose: str = REVOCATION) -> dict[str, Any]:
    """Make the `credentialStatus` of a credential at that place of the list."""
    return {
        "id": f"{url}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(place),
        "statusListCredential": url,
    }


def list_credential(
    url: str, issuer: str, encoded: str, valid_from: str, valid_until: str
) -> dict[str, Any]:
    """Make the credential that holds a list, without its proof."""
    return {
        "@context": [BASE_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": valid_from,
        "validUntil": valid_until,
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": REVOCATION,
            "encodedList": encoded,
        },
    }


def check_entry(entry: Mapping[str, Any], place: str) -> int:
    """Check an entry's shape and return its place in the list. Raises MalformedError (2.1)."""
    if entry.get("type") != "BitstringStatusListEntry":
        raise MalformedError("foreign.type_missing", place=place, value="BitstringStatusListEntry")
    index = entry.get("statusListIndex")
    if type(index) is not str or not _INDEX.fullmatch(index):
        raise MalformedError("foreign.member_malformed", place=f"{place}.statusListIndex")
    if type(entry.get("statusPurpose")) is not str or not entry["statusPurpose"]:
        raise MalformedError("foreign.member_malformed", place=f"{place}.statusPurpose")
    url = entry.get("statusListCredential")
    if not is_url(url) or entry.get("id") == url:
        raise MalformedError("foreign.not_a_url", place=f"{place}.statusListCredential")
    return int(index)


def check_status(entry: Mapping[str, Any], listed: Mapping[str, Any]) -> None:
    """Check that the place of an entry is not set in a list that was verified before.

    Raises MalformedError when they do not belong together, SignatureError when the bit is set.
    """
    place = check_entry(entry, "credentialStatus")
    subject = listed.get("credentialSubject")
    if "BitstringStatusListCredential" not in listed.get("type", []) or type(subject) is not dict:
        raise MalformedError("foreign.status_list_malformed", place="type")
    purposes = subject.get("statusPurpose")
    if entry["statusPurpose"] not in (purposes if type(purposes) is list else [purposes]):
        raise MalformedError("foreign.status_list_malformed", place="statusPurpose")
    bits = decode_list(str(subject.get("encodedList")))
    if place >= 8 * len(bits):
        raise LimitError("foreign.status_place_outside", size=str(8 * len(bits)), value=str(place))
    if bits[place // 8] & 0x80 >> place % 8:
        raise SignatureError("foreign.status_set", value=entry["statusPurpose"][:60])
