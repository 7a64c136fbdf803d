"""Unit 04: backpropagation."""
