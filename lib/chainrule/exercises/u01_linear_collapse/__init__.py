"""Unit 01: linear collapse, and why depth needs nonlinearity."""
