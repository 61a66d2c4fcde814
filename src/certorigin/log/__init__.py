"""The tamper-evident log: bytes in order, provable to anybody. It knows bytes, not certificates.

Formats (pure):  merkle · tiles · edge · entry · key · note · cosignature · checkpoint · proof ·
                 identity · layout
Reading:         read (authenticated against a signed head) · fsck (everything, offline)
Keeping:         directory (durable files) · head (compare-and-swap) · stage · append (one term)

The life of an entry: `Log.stage` signs the next head and lays ONE durable file aside; the head
store swaps the head (the line of no return); `Log.publish` writes tiles and checkpoint from the
stage, by the same function that recovery runs; the stage is dropped. docs/spec/log.md describes
the bytes.
"""
