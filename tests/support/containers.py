# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""Containers of appliances: the OCI runtimes that a machine may have, and bundles for them."""

import argparse
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lacks  # noqa: E402

UNIFIED = "/sys/fs/cgroup/unified"


def parse():
    """What tests of engines are called with: --wick, --runtime, --teller and the HTTP appliance, paths absolute: they work in folders of
    their own."""
    parser = argparse.ArgumentParser()
    for name in ("--wick", "--runtime", "--teller"):
        parser.add_argument(name, required=True)
    parser.add_argument("appliance")
    options = parser.parse_args()
    return tuple(os.path.abspath(path) for path in (options.wick, options.runtime, options.teller, options.appliance))


def need_root():
    """Ends the test as skipped where nobody may make namespaces with devices in them."""
    if os.geteuid() != 0:
        lacks.skip("root", "containers here are root's")


def engine(name):
    """@return the words that become the runtime `name`. crun refuses a machine whose cgroups are of both versions: it
    is shown those of the first alone."""
    if name == "crun" and os.path.ismount(UNIFIED):
        return ["unshare", "--mount", "sh", "-c", f'umount {UNIFIED}; exec "$@"', "sh", name]
    return [name]


def call(*words, seconds=60, text=True, **options):
    return subprocess.run(words, capture_output=True, text=text, timeout=seconds, stdin=subprocess.DEVNULL, **options)


def change_bundle(bundle, change):
    """Lets `change` alter the bundle's configuration in its place."""
    path = os.path.join(bundle, "config.json")
    with open(path, encoding="utf-8") as file:
        config = json.load(file)
    config["process"]["terminal"] = False
    change(config)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(config, file)


def add_kvm(config):
    """What an engine's --device /dev/kvm does."""
    number = os.stat("/dev/kvm").st_rdev
    major, minor = os.major(number), os.minor(number)
    linux = config["linux"]
    linux.setdefault("devices", []).append({"path": "/dev/kvm", "type": "c", "major": major, "minor": minor, "fileMode": 0o600})
    linux["resources"]["devices"].append({"allow": True, "type": "c", "major": major, "minor": minor, "access": "rwm"})


def wait_until(true, seconds=20):
    limit = time.monotonic() + seconds
    while not (found := true()):
        if time.monotonic() > limit:
            return None
        time.sleep(0.02)
    return found
