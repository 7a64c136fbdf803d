"""What runs beside student code: standard library, NumPy and msgpack, nothing of the trusted side."""
