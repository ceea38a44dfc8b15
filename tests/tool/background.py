# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""wick ps, logs and stop, with stand-ins for appliances: processes that end when asked or don't, and the state files that
appliances write. A process that only has the number of one that has ended must not be touched."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time

OBEYS = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); print(flush=True); time.sleep(60)"
REFUSES = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
CRASH = "[wick] crash\ncause=panic\nreason=planted\nbuild-id=00\n[wick] end of crash\n"


class Host:
    """A runtime folder, the tool, and what was started."""

    def __init__(self, tool, runtime):
        self.tool, self.folder, self.processes = tool, os.path.join(runtime, "wick"), []
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=runtime, NO_COLOR="1")
        os.mkdir(self.folder, 0o700)

    def start(self, name, code, shift=0):
        """@return the process; `shift` makes its start time another process's"""
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        process.stdout.readline()
        self.processes.append(process)
        with open(f"/proc/{process.pid}/stat", encoding="ascii", errors="replace") as file:
            start = int(file.read().rpartition(") ")[2].split()[19]) + shift
        base = os.path.join(self.folder, f"{name}-{process.pid}")
        with open(base + ".log", "w", encoding="utf-8") as file:
            file.write(f"{name} speaks\n")
        with open(base + ".state", "w", encoding="utf-8") as file:
            file.write(f"pid={process.pid}\nstart={start}\nname={name}\nimage=/nowhere/{name}.appliance\nwall=hosted\n"
                       f"started={int(time.time()) - 75}\npublish=8080:80\nlog={base}.log\n")
        return process

    def wick(self, *arguments):
        result = subprocess.run([self.tool, *arguments], env=self.environment, stdin=subprocess.DEVNULL,
                                capture_output=True, text=True, timeout=60)
        print(f"$ wick {' '.join(arguments)}\n{result.stdout}{result.stderr}(exit code {result.returncode})")
        return result

    def states(self):
        return sorted(name for name in os.listdir(self.folder) if name.endswith(".state"))


def expect(what, holds):
    if not holds:
        sys.exit(f"FAILED: {what}")


def check(host):
    expect("nothing runs, nothing is listed", host.wick("ps").stdout.splitlines()[1:] == [])
    good, stubborn = host.start("good", OBEYS), host.start("stubborn", REFUSES)
    other, twin = host.start("other", OBEYS, shift=1), host.start("good", OBEYS)
    table = host.wick("ps").stdout
    expect("ps lists the three that live", all(str(one.pid) in table for one in (good, stubborn, twin)))
    expect("a process that has only the number is not listed", str(other.pid) not in table)
    expect("its state file is gone", len(host.states()) == 3)
    facts = json.loads(host.wick("ps", "--json").stdout)
    expect("JSON tells the same", {one["pid"] for one in facts} == {good.pid, stubborn.pid, twin.pid})
    expect("it tells ports and uptime", facts[0]["ports"] == ["8080:80"] and facts[0]["uptime"] >= 75)

    expect("logs shows the console", host.wick("logs", str(good.pid)).stdout == "good speaks\n")
    expect("a name that means two is refused", "2 appliances are called good" in host.wick("stop", "good").stderr)
    expect("an unknown one is refused", host.wick("stop", "nobody").returncode == 1)

    result = host.wick("stop", str(good.pid), str(twin.pid))
    expect("those that obey are stopped", result.returncode == 0 and good.wait(5) == 0 and twin.wait(5) == 0)
    result = host.wick("stop", "stubborn", "--timeout", "0.5")
    expect("who refuses is killed with a remark", "is killed" in result.stderr and result.returncode == 0)
    expect("and dead", stubborn.wait(5) == -signal.SIGKILL)
    expect("the other process was left alone", other.poll() is None)
    expect("no state file is left", host.wick("ps").stdout.count("\n") == 1 and host.states() == [])

    with open(os.path.join(host.folder, f"stubborn-{stubborn.pid}.log"), "a", encoding="utf-8") as file:
        file.write(CRASH)
    result = host.wick("logs", "stubborn")
    expect("the console outlives its appliance", "planted" in result.stdout and "wick crash" in result.stderr)
    os.chmod(host.folder, 0o777)
    expect("a folder of everybody's is refused", host.wick("ps").returncode == 1)


def main():
    with tempfile.TemporaryDirectory(prefix="wick-background-") as runtime:
        host = Host(sys.argv[1], runtime)
        try:
            check(host)
        finally:
            for process in host.processes:
                process.kill()
                process.wait()
    return 0


sys.exit(main())
