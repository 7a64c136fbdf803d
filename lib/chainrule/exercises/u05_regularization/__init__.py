"""Unit 05: regularization and augmentation."""
