"""What is told, and the wire shapes of policies, deliveries and channels."""

from headwater.notifications.schemas.news import News

__all__ = ["News"]
