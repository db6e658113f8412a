"""Builds the programs from nothing and prints what each package adds to that: seconds of CPU of the compilers, taken from /proc.

Usage: build_cost.py PRODUCT…
"""

import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECKOUT = re.compile(r"/checkouts/([^/\s]+)/")
OWN = "grantd itself"
TICKS = os.sysconf("SC_CLK_TCK")
COMPILERS = ("swift-frontend", "swiftc", "swift-driver")


def compilers():
    """Yields each process that compiles: its number, its seconds of CPU so far, and what it was started with."""
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            name = pathlib.Path(line.split(" ", 1)[0]).name
            if name not in COMPILERS and not name.startswith("clang"):
                continue
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield int(folder.name), (int(fields[11]) + int(fields[12])) / TICKS, line


def main() -> None:
    products = sys.argv[1:]
    seconds: dict[int, float] = {}
    packages: dict[int, str] = {}
    ended = threading.Event()

    def watch(scratch: str) -> None:
        while not ended.wait(0.1):
            for number, used, line in compilers():
                if scratch not in line:
                    continue
                seconds[number] = max(used, seconds.get(number, 0))
                found = CHECKOUT.search(line)
                packages.setdefault(number, found[1] if found else OWN)

    (ROOT / ".build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / ".build") as scratch:
        watcher = threading.Thread(target=watch, args=(scratch,))
        watcher.start()
        begun = time.monotonic()
        try:
            for product in products:
                subprocess.run(
                    ["swift", "build", "-c", "release", "--static-swift-stdlib", "-Xswiftc", "-use-ld=lld"]
                    + ["--scratch-path", scratch, "--product", product],
                    cwd=ROOT,
                    check=True,
                    stdout=subprocess.DEVNULL,
                )
        finally:
            ended.set()
            watcher.join()
        taken = time.monotonic() - begun
    sums: collections.Counter[str] = collections.Counter()
    for number, used in seconds.items():
        sums[packages[number]] += used
    total = sum(sums.values())
    print(f"{' and '.join(products)} from nothing: {taken:.0f} s, of which compilers took {total:.0f} s of CPU")
    for package, used in sums.most_common():
        print(f"{used:9.1f} s {used / total:5.1%}  {package}")


if __name__ == "__main__":
    main()
