"""Unit 02: activations and their derivatives."""
