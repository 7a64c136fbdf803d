"""Stands in front of chainrule where the tests of proctor run: `PYTHONPATH=tests/absent`."""

raise ModuleNotFoundError("No module named 'chainrule'", name="chainrule")
