# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Disks of QEMU's that remember what was done to them and when: an NBD server at a Unix socket (fixed newstyle), in a thread of
the test. A write is answered a moment after it has come, and before or after others: what a flush covers is what had been
answered when it came. The events of all disks are in one order."""

import asyncio
import random
import struct
import threading

MAGIC, OPTION, REPLY, REQUEST, ANSWER = 0x4e42444d41474943, 0x49484156454f5054, 0x3e889045565a9, 0x25609513, 0x67446698
OPT_EXPORT, OPT_ABORT, OPT_INFO, OPT_GO = 1, 2, 6, 7
ACK, INFO, UNSUPPORTED, UNKNOWN = 1, 3, 0x80000001, 0x80000006
READ, WRITE, DISCONNECT, FLUSH, TRIM, ZERO = 0, 1, 2, 3, 4, 6
FUA = 1
HAS_FLAGS, CAN_FLUSH, CAN_FUA, CAN_TRIM, CAN_ZERO = 1, 4, 8, 32, 64
FLAGS = HAS_FLAGS | CAN_FLUSH | CAN_FUA | CAN_TRIM | CAN_ZERO
MOST = 32 << 20  # bytes of a request

# Events, as power_check.cpp reads them: kind, number of the request, offset, bytes; behind a write what it writes.
EVENT = struct.Struct("<IIQQ")
WROTE, DONE, DONE_FOR_GOOD, FLUSH_CAME, FLUSH_DONE, TOLD = range(6)


class Disk:
    def __init__(self, content):
        self.base, self.content = bytes(content), bytearray(content)


class Server:
    """@param disks by the name of their exports  @param recorded whose events are kept; what is written to the others is a
    promise of the guest's: the number that a write begins with"""

    def __init__(self, path, disks, recorded, seed):
        self.path, self.disks, self.recorded = path, disks, recorded
        self.events, self.count, self.promised, self.flushes = [], 0, 0, 0
        self.random = random.Random(seed)
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        if not self.ready.wait(10):
            raise RuntimeError("the server of the disks doesn't start")
        return self

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(asyncio.start_unix_server(self._serve, self.path))
        self.ready.set()
        self.loop.run_forever()

    def save(self, path):
        """All events up to now, in their order."""
        with open(path, "wb") as file:
            file.write(b"".join(self.events))

    def _event(self, kind, number, offset=0, data=b""):
        self.events.append(EVENT.pack(kind, number, offset, len(data)))
        if data:
            self.events.append(bytes(data))

    async def _serve(self, reader, writer):
        try:
            disk, recorded = await self._agree(reader, writer)
            while disk and await self._request(reader, writer, disk, recorded):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # QEMU was ended
        writer.close()

    async def _agree(self, reader, writer):
        """@return the disk that the client asks for, None when it goes again"""
        writer.write(struct.pack(">QQH", MAGIC, OPTION, 3))
        await reader.readexactly(4)
        while True:
            _, option, length = struct.unpack(">QII", await reader.readexactly(16))
            data = await reader.readexactly(length)

            def reply(kind, data=b"", option=option):
                writer.write(struct.pack(">QIII", REPLY, option, kind, len(data)) + data)

            if option == OPT_ABORT:
                reply(ACK)
                return None, False
            if option not in (OPT_INFO, OPT_GO):
                reply(UNSUPPORTED)
                continue
            name = data[4:4 + struct.unpack(">I", data[:4])[0]].decode()
            if name not in self.disks:
                reply(UNKNOWN)
                continue
            reply(INFO, struct.pack(">HQH", 0, len(self.disks[name].content), FLAGS))
            reply(INFO, struct.pack(">HIII", 3, 512, 4096, MOST))
            reply(ACK)
            if option == OPT_GO:
                return self.disks[name], name == self.recorded

    async def _request(self, reader, writer, disk, recorded):
        _, flags, kind, handle, offset, length = struct.unpack(">IHHQQI", await reader.readexactly(28))
        answer = struct.pack(">IIQ", ANSWER, 0, handle)
        if kind == DISCONNECT:
            return False
        if kind == READ:
            writer.write(answer + disk.content[offset:offset + length])
        elif kind == FLUSH:
            self._flush(writer, answer, recorded)
        elif kind in (WRITE, TRIM, ZERO):
            data = await reader.readexactly(length) if kind == WRITE else bytes(length)
            disk.content[offset:offset + length] = data
            self._write(writer, answer, recorded, offset, data, DONE_FOR_GOOD if flags & FUA else DONE)
        else:
            raise ConnectionError(f"request {kind}")
        await writer.drain()
        return True

    def _flush(self, writer, answer, recorded):
        if not recorded:
            writer.write(answer)
            return
        self.count += 1
        self.flushes += 1
        self._event(FLUSH_CAME, self.count)
        self._later(writer, answer, FLUSH_DONE, self.count)

    def _write(self, writer, answer, recorded, offset, data, done):
        if not recorded:
            self.promised = struct.unpack("<Q", data[:8])[0]
            self._event(TOLD, 0, self.promised)
            writer.write(answer)
            return
        self.count += 1
        self._event(WROTE, self.count, offset, data)
        self._later(writer, answer, done, self.count)

    def _later(self, writer, answer, kind, number):
        def end():
            self._event(kind, number)
            writer.write(answer)
        self.loop.call_later(self.random.choice((0, 0, 0.0003, 0.001)) * self.random.random(), end)
