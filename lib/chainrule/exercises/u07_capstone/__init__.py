"""Unit 07: a network of your own."""
