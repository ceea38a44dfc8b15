# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# Before cycles.sh: how often.
rounds=50
