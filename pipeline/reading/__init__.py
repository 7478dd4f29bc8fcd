"""Raw files to records: one file a format."""
