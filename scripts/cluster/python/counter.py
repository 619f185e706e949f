"""The workload program's lines, printed by a program that nobody made for being frozen."""

import datetime
import hashlib
import os
import signal
import sys
import time
import zlib

MEBIBYTE = 1024 * 1024
PART = 16 * MEBIBYTE


def fill(mebibytes, seed):
    """The memory, in parts: part k is the output of SHAKE128 for "<seed>/<k>"."""
    for start in range(0, mebibytes * MEBIBYTE, PART):
        text = f"{seed}/{start // PART}".encode()
        yield bytearray(hashlib.shake_128(text).digest(min(PART, mebibytes * MEBIBYTE - start)))


def checksum(parts):
    """The CRC-32 of the parts' CRC-32s."""
    return zlib.crc32(b"".join(zlib.crc32(part).to_bytes(4, "big") for part in parts))


def main():
    # The kernel ends the first process of a pod by no signal that the process does not handle.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    parts = list(fill(int(os.environ.get("COUNTER_MEMORY", "1")), os.environ.get("COUNTER_SEED", "1")))
    name = os.environ.get("COUNTER_NAME", "python")
    print("start", name, os.urandom(8).hex(), os.getpid(), datetime.datetime.now(datetime.timezone.utc).isoformat(), flush=True)
    number = 0
    while True:
        number += 1
        print("tick", number, f"{checksum(parts):08x}", flush=True)
        time.sleep(0.1)


main()
