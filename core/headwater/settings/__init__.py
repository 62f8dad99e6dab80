"""One typed Settings, read once at start, that knows where each of its values came from."""

from headwater.settings.kinds import FORWARDED, LogLevel, proxy_counts
from headwater.settings.model import Settings
from headwater.settings.names import PREFIX
from headwater.settings.shown import masked_url

__all__ = ["FORWARDED", "PREFIX", "LogLevel", "Settings", "masked_url", "proxy_counts"]
