#!/bin/sh
# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
# In dom0, beside the domU of apps/http, which xen.py counts: the client that it has brought, by the arguments in a file of its.
/guest/client 10.0.5.2 $(cat /guest/load) && echo "dom0: asked"
xl destroy wick
