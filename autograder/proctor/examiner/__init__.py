"""Trusted execution of test cells: the student's names are stand-ins whose calls go over the wire."""
