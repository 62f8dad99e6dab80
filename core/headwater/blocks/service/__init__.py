"""What the server does with blocks, inside the caller's transaction."""
