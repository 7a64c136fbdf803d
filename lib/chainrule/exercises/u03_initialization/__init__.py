"""Unit 03: initialization and preprocessing."""
