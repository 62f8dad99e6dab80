"""For channels that send short messages: as much as fits into so many parts of them."""

from headwater.notifications.rules.sms import MOST_PARTS, compose, septets

__all__ = ["MOST_PARTS", "compose", "septets"]
