# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""How the benches measure a subject, and print and write its figures."""

import os
import platform
import re
import subprocess
import traceback

import guest
from limits import held


def shown(value, unit):
    return "none" if value is None else f"{value:,}{' ' + unit if unit and unit != 'x' else ''}{' ×' if unit == 'x' else ''}"


def load_average():
    return f"{os.getloadavg()[0]:.1f}"


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*: (.*)$", file.read(), re.M)
    return f"{os.cpu_count()} × {model[1] if model else platform.machine()}, Linux {platform.release().split('-')[0]}"


def line(row):
    target = "" if row.target is None else ("≤ " if row.most else "≥ ") + shown(row.target, row.unit)
    return [row.figure, shown(row.value, row.unit), target, row.verdict()]


def cells_of(name, function, context, limits=None):
    """A subject's rows as cells of a table, each as it comes. A subject may consist of others: pairs of name and function, each of
    which fails alone.
    @param limits to which they are held instead of to their targets; the others are left out"""
    try:
        if limits is not None:
            yield from map(line, held(function(context), limits))
            return
        for row in function(context):
            if isinstance(row, tuple):
                yield from cells_of(*row, context)
            else:
                yield line(row)
    except (guest.Unavailable, subprocess.SubprocessError, OSError, RuntimeError) as error:
        yield [name, f"not measured: {error}", "", "fail"]
    except Exception:  # a fault of the bench itself: say which figure it cost, go on with the others
        traceback.print_exc()
        yield [name, "not measured: the bench itself failed", "", "fail"]


def measure(name, function, context, limits=None):
    """Measures a subject and prints its figures. @return them as cells of a table"""
    rows = []
    for row in cells_of(name, function, context, limits):
        print(f"{row[3]:9}{row[0]}: {row[1]}{', target ' + row[2] if row[2] else ''}", flush=True)
        rows.append(row)
    return rows
