"""What the clients' own server makes of events and triggers."""
