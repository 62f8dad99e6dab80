"""How slots decay, when there is room, and when to ask again."""
