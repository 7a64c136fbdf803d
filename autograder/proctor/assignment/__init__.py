"""An assignment made ready for grading: notebooks, tests, limits, and what its result depends on."""
