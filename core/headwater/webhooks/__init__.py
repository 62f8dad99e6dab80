"""Webhooks: addresses at which other systems tell what happened, each of which makes an event."""
