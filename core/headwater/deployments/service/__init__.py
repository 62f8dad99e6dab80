"""What the server does about deployments."""
