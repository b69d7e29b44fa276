"""The figures behind the charts."""
