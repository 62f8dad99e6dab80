"""What the server does about concurrency limits, their slots and their leases."""
