"""What the server does with webhooks, and with the calls that come to them."""
