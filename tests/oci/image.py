# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""`wick pack --format oci`: skopeo and umoci read the image, runc and crun start it, and it answers from within its container behind
either wall. image.py --wick WICK --machine IMAGE-OF-WALL-NONE APPLIANCE"""

import argparse
import base64
import hashlib
import json
import os
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import containers  # noqa: E402
from support.background import Background  # noqa: E402
from support.hosted import check, finish, walls  # noqa: E402

WORDS = ["--publish=0.0.0.0:80:80", "--env=PLACE=a b"]


def pack(wick, image, *words):
    return containers.call(wick, "pack", image, *words)


def bytes_of(path):
    with open(path, "rb") as file:
        return file.read()


def files_of(folder):
    found = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names]
    return {os.path.relpath(path, folder): bytes_of(path) for path in found}


def packed(wick, appliance):
    """The same bytes each time, in a folder and in an archive."""
    made = [pack(wick, appliance, "--env", "PLACE=a b", "--arg", "x y", "-o", to).returncode for to in ("a.oci", "b.oci", "a.tar")]
    made.append(pack(wick, appliance, "--all", "--env", "PLACE=a b", "--arg", "x y", "-o", "all").returncode)
    check(made == [0] * 4 and os.listdir("all") == ["http.oci.tar"], "an image is a folder or a tar, and all that --all makes of an appliance")
    os.mkdir("from-tar")
    containers.call("tar", "-xf", "a.tar", "-C", "from-tar")
    with tarfile.open("a.tar") as archive:
        check(all(not member.mtime and not member.uid for member in archive), "no time and no owner are in it")
    check(files_of("a.oci") == files_of("b.oci") == files_of("from-tar") and bytes_of("a.tar") == bytes_of("all/http.oci.tar"), "the same bytes each time")
    files = files_of("a.oci")
    check(all(hashlib.sha256(content).hexdigest() == os.path.basename(name) for name, content in files.items() if name.startswith("blobs/")),
          "each blob has its digest's name")
    return json.loads(files["index.json"])


def refused(wick, appliance, machine):
    for image, words, said in ((appliance, ["-o", "a.oci"], "a.oci is there already"), (appliance, ["--format", "raw"], "no machine boots it from a disk"),
                               (machine, ["--format", "oci"], "a container starts nothing else"), (appliance, ["--disk", "a.tar"], "A container's image has no volumes in it")):
        before = sorted(os.listdir("."))
        done = pack(wick, image, *words)
        check(done.returncode == 1 and said in done.stderr.splitlines()[0] and sorted(os.listdir(".")) == before, "refused: " + said)


def read_by_skopeo(index):
    seen = containers.call("skopeo", "inspect", "oci:a.oci:latest")
    facts = json.loads(seen.stdout or "{}")
    check(facts.get("Architecture") == "amd64" and facts["Os"] == "linux" and facts["Digest"] == index["manifests"][0]["digest"], "skopeo inspects it")
    for source in ("oci:a.oci:latest", "oci-archive:a.tar"):
        check(containers.call("skopeo", "copy", "--insecure-policy", source, "dir:" + source[:6]).returncode == 0, "skopeo copies " + source)
    layer = os.path.join("b.oci/blobs/sha256", facts["Layers"][0].removeprefix("sha256:"))
    content = bytearray(bytes_of(layer))
    content[len(content) // 2] ^= 1
    with open(layer, "wb") as file:
        file.write(content)
    check(containers.call("skopeo", "copy", "--insecure-policy", "oci:b.oci:latest", "dir:damaged").returncode != 0, "skopeo refuses a layer of which a bit was changed")


def unpacked(appliance, index):
    done = containers.call("umoci", "unpack", "--image", "a.oci:latest", "bundle")
    check(done.returncode == 0, "umoci unpacks it " + done.stderr[-200:])
    rootfs = files_of("bundle/rootfs")
    check(sorted(rootfs) == ["http.appliance", "urunc.json"] and rootfs["http.appliance"] == bytes_of(appliance) and os.access("bundle/rootfs/http.appliance", os.X_OK),
          "its root file system has the appliance and urunc.json in it")
    manifest = json.loads(bytes_of("a.oci/blobs/sha256/" + index["manifests"][0]["digest"].removeprefix("sha256:")))
    noted = {name: value for name, value in manifest["annotations"].items() if name.startswith("com.urunc.")}
    told = {name: base64.b64decode(value, validate=True).decode() for name, value in json.loads(rootfs["urunc.json"]).items()}
    check(told == noted and told["com.urunc.unikernel.binary"] == "/http.appliance" and told["com.urunc.unikernel.unikernelType"] == "wick",
          "urunc's annotations and its file say the same")
    config = json.loads(bytes_of("bundle/config.json"))
    check(config["process"]["args"] == ["/http.appliance", *WORDS, "--arg=x y"], f"command and arguments: {config['process']['args']}")


def served(runtime, wall):
    """Within a network of its own; there is nothing else in the container."""
    def change(config):
        config["process"]["args"] = ["/http.appliance", *WORDS, "--wall=" + wall]
        if wall == "hosted":
            containers.add_kvm(config)

    containers.call("cp", "-r", "bundle", f"{runtime}-{wall}")
    containers.change_bundle(f"{runtime}-{wall}", change)
    name = f"wick-image-{os.getpid()}-{wall}"
    with Background([*containers.engine(runtime), "run", "--bundle", f"{runtime}-{wall}", name]) as container:
        if not check(container.wait_for("^http: ", 30), f"{runtime} starts it behind {wall}"):
            print(container.console())
        state = json.loads(containers.call(*containers.engine(runtime), "state", name).stdout or "{}")
        page = containers.call("nsenter", "--net", "--target", str(state.get("pid", 0)), "curl", "-s", "-m", "10", "http://127.0.0.1/")
        check("<h1>It works</h1>" in page.stdout, f"curl gets its page from within, under {runtime} behind {wall}")
        containers.call(*containers.engine(runtime), "kill", name, "TERM")
        check(container.wait_end(20) == 0, "SIGTERM ends it in order")
    containers.call(*containers.engine(runtime), "delete", "--force", name)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--wick", required=True)
    parser.add_argument("--machine", required=True)
    parser.add_argument("appliance")
    options = parser.parse_args()
    wick, appliance, machine = (os.path.abspath(path) for path in (options.wick, options.appliance, options.machine))
    containers.need_root()
    with tempfile.TemporaryDirectory(prefix="wick-image-") as scratch:
        os.chdir(scratch)
        index = packed(wick, appliance)
        refused(wick, appliance, machine)
        read_by_skopeo(index)
        unpacked(appliance, index)
        for runtime in ("runc", "crun"):
            for wall in walls():
                served(runtime, wall)
        os.chdir("/")
    finish()


main()
