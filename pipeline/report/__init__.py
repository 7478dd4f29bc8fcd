"""What people look at: the reports of an edition and of a run, from plain values alone."""
