"""Measures Headwater beside the real server and the least that a Flask server could do."""
