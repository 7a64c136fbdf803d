"""Unit 06: tuning, the seven steps."""
