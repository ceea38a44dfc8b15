# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What the figures are measured of: appliances, each built once a run, and how long to measure."""

import json
import os
import shutil
import subprocess

import guest


class Context:
    def __init__(self, quick, tap=None, images=()):
        """@param images of applications in profile cloud that are there already, each with its symbols in a file .debug beside it"""
        self.tap, self.root = tap, guest.ROOT
        self.seconds, self.repeats = (2, 9) if quick else (5, 25)
        self.built = {(os.path.join(guest.ROOT, "apps", os.path.basename(image)), "cloud", None): {"image": image, "debug": image + ".debug"}
                      for image in images}
        self.notes = []

    def _build(self, folder, profile, wall=None):
        key = folder, profile, wall
        if key not in self.built:
            answer = subprocess.run([os.path.join(guest.ROOT, "wick"), "build", folder, "--profile", profile, "--json"] +
                                    (["--wall", wall] if wall else []),
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
            if answer.returncode:
                raise guest.Unavailable(f"{folder} can't be built in profile {profile}")
            self.built[key] = json.loads(answer.stdout)
        return self.built[key]

    def _app(self, name, profile, wall=None):
        return self._build(os.path.join(guest.ROOT, "apps", name), profile, wall)

    def image(self, name, profile="cloud", wall=None):
        return self._app(name, profile, wall)["image"]

    def debug(self, name, profile="cloud", wall=None):
        return self._app(name, profile, wall)["debug"]

    def probe(self, name, wall=None):
        """An image of tests/guest."""
        return self._build(os.path.join(guest.ROOT, "tests/guest", name), "cloud", wall)["image"]

    def probe_debug(self, name):
        return self._build(os.path.join(guest.ROOT, "tests/guest", name), "cloud")["debug"]

    @staticmethod
    def _variant(name, kind, more=""):
        """A folder of an application's sources under another name, with `more` in its manifest. Its files are in a folder www."""
        folder, apps = os.path.join(guest.SCRATCH, f"{kind}-{name}"), os.path.join(guest.ROOT, "apps")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(apps, name, "wick.toml"), encoding="utf-8") as file:
            manifest = file.read()
        for text, instead in ((f'name = "{name}"', f'name = "bench-{kind}-{name}"'), ('"*.cpp"', f'"{apps}/{name}/*.cpp"'),
                              ('"../http/www"', '"www"'), ('"../', f'"{apps}/'), ('"!../', f'"!{apps}/')):
            manifest = manifest.replace(text, instead)
        with open(os.path.join(folder, "wick.toml"), "w", encoding="utf-8") as file:
            file.write(manifest + more)
        return folder

    def with_slots(self):
        """apps/http that finds itself good, for a disk with two slots. @return what `wick build` says of it"""
        folder = self._variant("http", "slots", '\n[slots]\ngood_after = "30s"\n')
        shutil.copytree(os.path.join(guest.ROOT, "apps/http/www"), os.path.join(folder, "www"), dirs_exist_ok=True)
        return self._build(folder, "cloud")

    def large(self, name="http", wall=None):
        """apps/http or apps/https with a large file. @return image, size of the file /large.txt"""
        folder, size = self._variant(name, "large"), 4 << 20
        os.makedirs(os.path.join(folder, "www"), exist_ok=True)
        for file_name, content in (("hello.txt", "Hello, world!"), ("large.txt", "0123456789abcde\n" * (size // 16))):
            with open(os.path.join(folder, "www", file_name), "w", encoding="ascii") as file:
                file.write(content)
        return self._build(folder, "cloud", wall)["image"], size

    def note(self, text):
        self.notes.append(text)
