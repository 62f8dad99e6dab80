"""Every statement over automations, and over what they did."""
