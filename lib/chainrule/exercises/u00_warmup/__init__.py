"""Unit 00: likelihood, lines and slopes."""
