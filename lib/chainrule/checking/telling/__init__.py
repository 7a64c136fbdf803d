"""What a student is told: the mistake by its name, the evidence, the picture."""
