"""A TCP proxy that spoils a line: cuts, delays, swallows, slows, alters.

    python tests/line/proxy.py 198.18.1.1:9000=198.18.2.2:8000 127.0.0.1:8301=198.18.1.2:8000

It forwards each address to its other one. It reads one order a line, `<number of the line> <mode>
[value]`, and answers with a line of JSON when the order is in force:

pass             everything as it is
cut              open connections are torn off, new ones are refused
break N          the answer is torn off after N bytes, each time
delay S          each piece waits for S seconds
slow N           the answer comes with N bytes a second
drop             connections are accepted, and what comes is swallowed
half_open        requests arrive, answers never do, and nobody is told
corrupt TEXT     one bit of an answer's body is another, where the request's first line has TEXT
count            changes nothing: the answer tells how many connections and answers there were

Standard library alone; nothing of the systems at both ends is imported.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field

PIECE = 16_384
END_OF_HEAD = b"\r\n\r\n"


@dataclass
class Line:
    """One address that is forwarded, and how."""

    listen: tuple[str, int]
    target: tuple[str, int]
    mode: str = "pass"
    value: str = ""
    connections: int = 0
    spoiled: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self) -> None:
        """Listen for as long as the process lives."""
        await asyncio.start_server(self._carry, *self.listen)

    def order(self, mode: str, value: str) -> None:
        """Change the mode; a cut tears off what is open, and so does the end of a dead line."""
        was, self.mode, self.value = self.mode, mode, value
        if mode == "cut" or was in {"drop", "half_open"}:
            for writer in [*self.open]:
                writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open.add(writer)
        try:
            if self.mode == "cut":
                return
            far_reader, far_writer = await asyncio.open_connection(*self.target)
        except OSError:
            return
        else:
            self.open.add(far_writer)
            exchange = Exchange(self, writer)
            there = asyncio.create_task(exchange.ask(reader, far_writer))
            back = asyncio.create_task(exchange.answer(far_reader))
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            there.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
            self._close(far_writer)
        finally:
            self._close(writer)

    def _close(self, writer: asyncio.StreamWriter) -> None:
        self.open.discard(writer)
        writer.transport.abort() if self.mode in {"cut", "break"} else writer.close()


@dataclass
class Exchange:
    """What one connection carries. Requests here have no body and are one piece."""

    line: Line
    near: asyncio.StreamWriter
    asked: bytes = b""
    passed: int = 0
    in_body: bool = False
    is_altered: bool = False

    async def ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry what the near side says."""
        while piece := await reader.read(PIECE):
            if self.line.mode == "drop":
                continue
            self.asked, self.passed = piece.partition(b"\r\n")[0], 0
            self.in_body = self.is_altered = False
            writer.write(piece)
            await writer.drain()

    async def answer(self, reader: asyncio.StreamReader) -> None:
        """Carry what the far side says, in the manner of the mode."""
        while piece := await reader.read(PIECE):
            mode, value = self.line.mode, self.line.value
            if mode in {"drop", "half_open"}:
                continue
            if mode == "delay":
                await asyncio.sleep(float(value))
            elif mode == "corrupt" and value.encode() in self.asked:
                piece = self._altered(piece)
            elif mode == "break":
                piece = piece[: max(0, int(value) - self.passed)]
            self.passed += len(piece)
            await self._send(piece, int(value) if mode == "slow" else 0)
            if mode == "break" and self.passed >= int(value):
                self.line.spoiled += 1
                return

    async def _send(self, piece: bytes, per_second: int) -> None:
        step = max(1, per_second // 10) if per_second else len(piece) or 1
        for start in range(0, len(piece), step):
            self.near.write(piece[start : start + step])
            await self.near.drain()
            if per_second:
                await asyncio.sleep(0.1)

    def _altered(self, piece: bytes) -> bytes:
        """Turn one bit in the middle of the first piece of the body."""
        found = piece.find(END_OF_HEAD)
        start = 0 if self.in_body else found + len(END_OF_HEAD)
        self.in_body = self.in_body or found >= 0
        if start == len(piece) or not self.in_body or self.is_altered:
            return piece
        self.is_altered = True
        self.line.spoiled += 1
        place = (start + len(piece)) // 2
        return piece[:place] + bytes([piece[place] ^ 1]) + piece[place + 1 :]


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


async def main(pairs: list[str]) -> None:
    """Serve every line, and obey."""
    lines = [Line(*map(_address, pair.split("="))) for pair in pairs]
    for line in lines:
        await line.serve()
    orders = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    print(json.dumps({"lines": len(lines)}), flush=True)
    while order := (await orders.readline()).decode().split():
        line = lines[int(order[0])]
        if order[1] != "count":
            line.order(order[1], " ".join(order[2:]))
        told = {"connections": line.connections, "mode": line.mode, "spoiled": line.spoiled}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
