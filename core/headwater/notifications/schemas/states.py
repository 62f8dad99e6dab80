"""The states of a delivery."""

from enum import StrEnum


class DeliveryState(StrEnum):
    PENDING = "pending"  # waits for its time, the first or a later one
    SENDING = "sending"  # claimed; due again when the claim runs out, as its holder died
    SENT = "sent"
    DEAD = "dead"  # given up; a person can have it sent again
    PARTLY = "partly"  # told to some of those whom its channel tells, and given up for the others
    HELD = "held"  # waits for others that it is told with, or for the end of quiet hours
    MERGED = "merged"  # another message says it, or it was over before it was told
    SUPPRESSED = "suppressed"  # not to be told, as the reason says
