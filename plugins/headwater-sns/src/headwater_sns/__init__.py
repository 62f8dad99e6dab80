"""Sends news through AWS SNS."""

from headwater.api import hookimpl
from headwater_sns.channel import AwsSns

headwater_api = ">=1.0,<2"


@hookimpl
def headwater_channels() -> list[type[AwsSns]]:
    return [AwsSns]
