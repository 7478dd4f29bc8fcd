"""What people look at: the report of an edition and of a run, from plain values; nothing is read here."""
