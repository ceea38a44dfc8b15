# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The clients of the ports' servers, wherever these serve: redis-cli, redis-benchmark, wrk and ab."""

import re
import subprocess

from guest import Unavailable

HERE = "127.0.0.1"


def redis_answers(port, host=HERE):
    done = subprocess.run(["timeout", "2", "redis-cli", "-h", host, "-p", str(port), "ping"], capture_output=True, check=False)
    return done.stdout == b"PONG\n"


def redis_rates(port, count, pipeline, host=HERE, limit=300):
    """@return requests a second by name of the test"""
    done = subprocess.run(["redis-benchmark", "-h", host, "-p", str(port), "--csv", "-t", "set,get", "-n", str(count), "-c", "50", "-P", str(pipeline)],
                          capture_output=True, text=True, timeout=limit, check=False)
    rates = dict(re.findall(r'^"(SET|GET)","([\d.]+)"', done.stdout, re.M))
    if set(rates) != {"SET", "GET"}:
        raise Unavailable(f"redis-benchmark: {(done.stdout + done.stderr)[-200:]}")
    return {name: float(rate) for name, rate in rates.items()}


def nginx_answers(port, host=HERE):
    done = subprocess.run(["curl", "-s", "-m", "2", f"http://{host}:{port}/1k.txt"], capture_output=True, check=False)
    return len(done.stdout) == 1024


def wrk_rate(port, duration, host=HERE):
    done = subprocess.run(["wrk", "-t1", "-c50", f"-d{duration}s", f"http://{host}:{port}/1k.txt"], capture_output=True, text=True, timeout=60, check=False)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if not rate or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise Unavailable(f"wrk: {(done.stdout + done.stderr)[-200:]}")
    return float(rate[1])


def ab_is_clean(port):
    done = subprocess.run(["ab", "-q", "-k", "-n", "2000", "-c", "50", f"http://{HERE}:{port}/"], capture_output=True, text=True, timeout=30, check=False)
    return re.search(r"Failed requests:\s+0\n", done.stdout) is not None
