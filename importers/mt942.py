"""Intraday reports in SWIFT MT942."""

from __future__ import annotations

from ._bank import Line
from ._swift import SwiftImporter


class Importer(SwiftImporter):
    """The bank's report of the day so far as a SWIFT message. Its entries land as `announced`: the statement's entry of the same bank reference
    takes their place, and until then they prove nothing and post nothing. Its own count and sums of debits and credits must hold.
    """

    tags = ("20", "25", "34F|13D|13")
    never = ("60F", "60M")
    announced = True
    identity = "the message's own count and sums, where it has them"
    control = "its own count and sums, where it has them"
    lands = Line.lands
    key = Line.key
    mutable = Line.mutable
    later = Line.later
    also = ()
