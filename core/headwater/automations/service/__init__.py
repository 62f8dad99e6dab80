"""What the server does with automations: keeps them, and does what they ask for."""
