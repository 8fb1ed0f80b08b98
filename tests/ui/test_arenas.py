"""How many heaps there are is glibc's secret, until it is asked in a process of its own."""

import platform
import subprocess
import sys

import pytest

MANY_THREADS = """
import ctypes, sys, threading
from ui.arenas import limit_arenas
if sys.argv[2] == "limited":
    assert limit_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
together = threading.Barrier(8)

def take() -> None:
    together.wait()
    libc.malloc(1000)

threads = [threading.Thread(target=take) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
stream = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, stream)
libc.fclose(stream)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has arenas")
def test_threads_share_two_heaps(tmp_path):
    counted = {}
    for which in ("limited", "free"):
        info = tmp_path / f"{which}.xml"
        subprocess.run([sys.executable, "-c", MANY_THREADS, str(info), which], check=True, timeout=60)
        counted[which] = info.read_text().count("<heap nr=")

    assert counted["limited"] <= 2 < counted["free"]
