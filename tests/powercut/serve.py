"""Serves the forgetful disk and obeys orders.

    python -m tests.powercut.serve FOLDER

mounts it on FOLDER and takes lines on standard input: `cut N`, `power LUCK`, `keep`, `room BYTES`,
`ill N ERRNO TORN`, `heal`, `peek PATH`, `changes`, `end`; each is answered with a line.
"""

import sys
import threading

import mfusepy

from tests.powercut.disk import PLENTY, Disk


def obey(disk):
    """Carry out orders, one a line, and answer each with a line."""
    for line in sys.stdin:
        order, _, argument = line.strip().partition(" ")
        if order == "cut":
            disk.cut(int(argument))
        elif order == "power":
            disk.power(int(argument))
        elif order == "room":
            disk.room = int(argument) if argument else PLENTY
        elif order == "keep":
            disk.keep()
        elif order == "ill":
            number, code, torn = map(int, argument.split())
            disk.fall_ill(number, code, torn=bool(torn))
        elif order == "heal":
            disk.heal()
        elif order not in {"changes", "peek"}:
            break
        print(disk.peek(argument) if order == "peek" else disk.changes, flush=True)


def main():
    disk = Disk()
    threading.Thread(target=obey, args=(disk,), daemon=True).start()
    mfusepy.FUSE(
        disk,
        sys.argv[1],
        foreground=True,
        nothreads=True,
        hard_remove=True,
        default_permissions=False,
        attr_timeout=0,
        entry_timeout=0,
        negative_timeout=0,
    )


if __name__ == "__main__":
    main()
