"""Classes of students who make sampled mistakes, and the whole way of one class on one machine."""
