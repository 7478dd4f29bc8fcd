"""What people look at: the report of an edition and of a run. From plain values: it reads nothing."""
