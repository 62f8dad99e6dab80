"""For channels: how news is meant, and the colours and signs that show it."""

from headwater.notifications.rules.tones import COLOURS, SIGNS, NotifyType, Tone, tone_of

__all__ = ["COLOURS", "SIGNS", "NotifyType", "Tone", "tone_of"]
