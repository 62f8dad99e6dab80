"""How bad an incident is: apart, since actions name it and are read where no request is."""

from enum import StrEnum


class Severity(StrEnum):
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"
