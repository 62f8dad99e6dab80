"""What runs beside the web workers: the supervisor, leases, the loops themselves."""
