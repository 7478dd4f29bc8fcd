"""Prefect flows: order, retries and what the UI shows; no logic of the line."""
