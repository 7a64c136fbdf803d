"""What a key may name, since it holds no code: one file for what a unit needs, one for what several share."""
