"""Everything that is kept on disk: schemas, parts, state and editions."""
