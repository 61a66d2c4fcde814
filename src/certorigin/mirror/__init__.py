"""The mirror of a partner's log: it moves forward or it stops; it never goes back.

line · http    the signed request, and the one module of the library that opens a connection
partner        one log as its reader sees it: origin, publisher, keys, read from the trust lists
follow         take what is new, verify all of it, keep it durably, then cosign
halt           evidence of a fork, a roll-back or an alteration, and the stop that follows it
cosigned       the numbered heads that carry the partner's cosignature: legal time comes from them
issuer         whether the keys that sealed an act were entitled to
acts · view    the acts of a log with their legal times, and which of them count
collect        the publisher's side: take back the partner's cosigned heads
"""
