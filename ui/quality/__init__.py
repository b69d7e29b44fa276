"""The Data quality tab."""
