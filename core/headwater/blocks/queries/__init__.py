"""Every statement over blocks; they give rows."""
