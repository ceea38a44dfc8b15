# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""What `wick bench --check` holds figures to. limits.toml has a table for each subject of a page, and in it a limit for each
figure that is held: at most or at least, as the figure's own target goes. A figure's limit is where it stands, its target
where it is to get to. `limits.py --self-test` tries a sample."""

import os
import sys
import tomllib

from row import Row

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "limits.toml")


def read(page):
    """@param page "bench" or "native"  @return {subject: {figure: limit}}"""
    with open(FILE, "rb") as file:
        return tomllib.load(file).get(page, {})


def held(rows, limits):
    """Those of a subject's rows that have limits, each with its limit as the target. A limit whose figure nobody measured is a
    row without a value: what is not looked at could be anything."""
    missing = dict(limits)
    for row in rows:
        if row.figure in missing:
            yield Row(row.figure, row.value, missing.pop(row.figure), row.unit, row.most)
    for figure, limit in missing.items():
        yield Row(figure, None, limit)


def subjects(page, chosen, refuse):
    """The subjects to hold to limits, with these. @param chosen of them, empty for all  @param refuse called with a sentence where one
    has no limits"""
    limits = read(page)
    for name in chosen or ():
        if name not in limits:
            refuse(f"{name} has no limits in tests/bench/limits.toml, which has {', '.join(limits)}")
    return {name: limits[name] for name in chosen or limits}


def self_test():
    """What is worse by a fiftieth fails, whichever way is worse; so does what was not measured; what has no limit is left out."""
    limits = {"instructions": 5050, "rate": 0.99, "gone": 1}
    measured = [Row("instructions", 5100), Row("rate", 0.97, 1.2, "x", most=False), Row("other", 7)]
    assert [(row.figure, row.verdict()) for row in held(measured, limits)] == [("instructions", "fail"), ("rate", "fail"), ("gone", "fail")]
    measured = [Row("instructions", 5000), Row("rate", 1.0, 1.2, "x", most=False), Row("gone", 1)]
    assert [row.verdict() for row in held(measured, limits)] == ["pass"] * 3


if __name__ == "__main__" and sys.argv[1:] == ["--self-test"]:
    self_test()
