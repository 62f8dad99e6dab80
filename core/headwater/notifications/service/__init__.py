"""What the server does with policies, channels and deliveries, inside the caller's transaction."""
