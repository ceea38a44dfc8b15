-- SPDX-FileCopyrightText: The Wick authors
-- SPDX-License-Identifier: Apache-2.0
-- wick run apps/lua --arg /lua/hello.lua --arg you
print("Hello from " .. _VERSION .. ": " .. table.concat(arg, ", "))
