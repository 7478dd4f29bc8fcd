"""Clean texts to stories: pure functions over arrays."""
