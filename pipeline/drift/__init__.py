"""Drift: which sources are not what they were. Arrays in, alarms out; no I/O."""
