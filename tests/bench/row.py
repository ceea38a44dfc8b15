# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""One figure: what was measured, and what was to be reached."""


class Row:
    def __init__(self, figure, value, target=None, unit="", most=True):
        self.figure, self.value, self.target, self.unit, self.most = figure, value, target, unit, most

    def verdict(self):
        if self.target is None:
            return "measured"
        if self.value is None:
            return "fail"
        return "pass" if (self.value <= self.target if self.most else self.value >= self.target) else "fail"
