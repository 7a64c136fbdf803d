"""Tools for those who write the course; no student edition holds them."""
