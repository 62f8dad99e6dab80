"""Names that nobody chose."""


def coin_name() -> str:
    """Two words, as the clients' own server gives to runs: `adjective-animal`."""
    from coolname import generate_slug  # late: its word lists take 30 ms to load

    return generate_slug(2)
