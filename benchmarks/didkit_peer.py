"""didkit beside us: the data of one of our certificates as a credential of its own kind.

Run by `benchmarks.peers` as a process of its own, for didkit may end its process with a fault:

    python -m benchmarks.didkit_peer ACT

A line on the standard input says how often it verifies; the answer is how many that makes in a
second of the processor. The credential is one of version 1.1 with its context inside, sealed with
`Ed25519Signature2018`: what didkit makes by itself. Before the first answer it accepts the good and
refuses the altered.
"""

import asyncio
import importlib
import json
import sys
import time
from pathlib import Path

OPTIONS = {"proofPurpose": "assertionMethod"}


async def sealed(didkit, subject: dict) -> str:
    key = didkit.generate_ed25519_key()
    credential = {
        "@context": ["https://www.w3.org/2018/credentials/v1", {"@vocab": "urn:certorigin:"}],
        "credentialSubject": subject,
        "issuanceDate": "2026-05-16T09:00:00Z",
        "issuer": didkit.key_to_did("key", key),
        "type": ["VerifiableCredential"],
    }
    method = await didkit.key_to_verification_method("key", key)
    options = OPTIONS | {"verificationMethod": method}
    return await didkit.issue_credential(json.dumps(credential), json.dumps(options), key)


async def main(act: bytes) -> None:
    didkit = importlib.import_module("didkit")
    made = await sealed(didkit, json.loads(act)["credentialSubject"])

    async def is_good(credential: str) -> bool:
        return not json.loads(await didkit.verify_credential(credential, json.dumps(OPTIONS)))[
            "errors"
        ]

    assert await is_good(made)
    altered = made.replace("Тракторы", "Комбайны", 1)
    assert altered != made
    assert not await is_good(altered)
    for line in sys.stdin:
        count, start = int(line), time.process_time()
        for _ in range(count):
            await is_good(made)
        print(count / (time.process_time() - start), flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).read_bytes()))
