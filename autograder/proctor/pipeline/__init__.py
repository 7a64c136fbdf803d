"""The way of a submission through grading, on one machine or many."""
