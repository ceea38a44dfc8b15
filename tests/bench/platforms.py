# SPDX-FileCopyrightText: The Wick authors
# SPDX-License-Identifier: Apache-2.0
"""The same image by the network devices of several platforms, on one machine: what a request costs by each."""

from guest import Counts, Load, server
from row import Row

MODERN = "virtio-net-pci-non-transitional"
# Name, QEMU's model, and how many times the instructions by virtio of today it may take.
OTHERS = [("legacy virtio", "virtio-net-pci,disable-modern=on,disable-legacy=off", 1.1),
          ("packed rings", MODERN + ",packed=on", 0.97)]


def cost(context, model):
    """Instructions a request, keep-alive, at 16 connections."""
    counts = Counts()
    with server(context.image("http"), context.tap, extra=counts.arguments, pci=model):
        Load(16, 1)
        before = counts.instructions()
        load = Load(16, context.seconds)
        return (counts.instructions() - before) / load.requests


def networks(context):
    usual = cost(context, MODERN)
    context.note(f"virtio-pci: {round(usual)} instructions a request at 16 connections")
    return [Row(f"http: instructions a request on {name}, over virtio-pci", round(cost(context, model) / usual, 3), most, "x")
            for name, model, most in OTHERS]
