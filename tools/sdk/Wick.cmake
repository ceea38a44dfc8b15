# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# What CMake is to know of the system: a Unix without shared libraries.
set(UNIX 1)
set(CMAKE_DL_LIBS "")
set(CMAKE_EXECUTABLE_SUFFIX "")
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
include(Platform/UnixPaths)
