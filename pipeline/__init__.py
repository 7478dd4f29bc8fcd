"""Copydesk's line in plain Python: raw news files in, one canonical Parquet record a story out."""
