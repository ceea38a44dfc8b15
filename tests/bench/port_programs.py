# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What ports are compared with: the very same sources compiled for Linux by the same compiler, below build/bench. Servers are linked
statically, so that one program serves beside the appliance and in a microVM that has nothing else. To be asked for behind the
image of the port, whose build fetches the sources."""

import os
import subprocess
import tempfile

import guest
from guest import SCRATCH, Unavailable

SPEEDTEST = ["-DSQLITE_THREADSAFE=0", "-DSQLITE_OMIT_LOAD_EXTENSION"]
NGINX_SETTINGS = """daemon off; master_process off; error_log stderr; pid {folder}/pid;
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 1000000; default_type text/plain;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen {address}; root {root}; }}
}}
"""


def folder_of(kind, start):
    """Where `wick build` has unpacked ("sources") or put together ("foreign") somebody's sources."""
    above = os.path.join(guest.ROOT, "build", kind)
    found = sorted(name for name in os.listdir(above) if name.startswith(start))
    if not found:
        raise Unavailable(f"the sources of {start} aren't there")
    return os.path.join(above, found[0])


def compiled(name, sources, *options):
    """@return the program"""
    target = os.path.join(SCRATCH, "native-" + name)
    if not os.path.exists(target):
        done = subprocess.run(["clang-19", "-O2", "-w", *options, *sources, "-o", target, "-lm", "-lpthread"], capture_output=True, text=True)
        if done.returncode:
            raise Unavailable(f"{name} can't be compiled for Linux: {done.stderr[-200:]}")
    return target


def made(name, sources, product, *commands):
    """By its own build, in a copy. @return the program"""
    target = os.path.join(SCRATCH, "static-" + name)
    if not os.path.exists(target):
        with tempfile.TemporaryDirectory(dir=SCRATCH) as copy:
            subprocess.run(["cp", "-r", sources + "/.", copy], check=True)
            for command in (*commands, ["strip", product]):
                done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
                if done.returncode:
                    raise Unavailable(f"{name} can't be compiled for Linux: {(done.stdout + done.stderr)[-200:]}")
            os.replace(os.path.join(copy, product), target)
    return target


def speedtest1():
    sqlite, upstream = folder_of("foreign", "sqlite3"), folder_of("sources", "sqlite3")
    return compiled("speedtest1", [f"{sqlite}/sqlite3.c", f"{upstream}/test/speedtest1.c"], f"-I{sqlite}", *SPEEDTEST)


def lua():
    folder = folder_of("sources", "lua-") + "/src"
    return compiled("lua", [f"{folder}/{name}" for name in sorted(os.listdir(folder)) if name.endswith(".c") and name != "luac.c"], "-DLUA_USE_POSIX")


def zstd():
    folder = folder_of("sources", "zstd-")
    sources = [f"{folder}/{part}/{name}" for part in ("lib/common", "lib/compress", "lib/decompress", "lib/dictBuilder", "programs")
               for name in sorted(os.listdir(f"{folder}/{part}")) if name.endswith((".c", ".S"))]
    return compiled("zstd", sources, f"-I{folder}/lib", f"-I{folder}/lib/common", "-DZSTD_MULTITHREAD", "-DZSTD_LEGACY_SUPPORT=0", "-DXXH_NAMESPACE=ZSTD_")


def redis():
    return made("redis", folder_of("sources", "redis-"), "src/redis-server",
                ["make", "-C", "src", "-j2", "CC=clang-19", "MALLOC=libc", "LDFLAGS=-static", "redis-server"])


def nginx():
    """With the modules that it has by default but those that need PCRE and zlib, as the port has them."""
    return made("nginx", folder_of("sources", "nginx-"), "objs/nginx",
                ["./configure", "--with-cc=clang-19", "--with-cc-opt=-O2 -w", "--with-ld-opt=-static", "--without-pcre", "--without-http_rewrite_module",
                 "--without-http_gzip_module"], ["make", "-j2"])
