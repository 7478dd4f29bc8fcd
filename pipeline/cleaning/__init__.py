"""Records to clean documents: blocks, verdicts and facts."""
