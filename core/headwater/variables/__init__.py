"""Variables: small values by name, that flows and people share."""
