"""What calls are taken, and what events they make."""
