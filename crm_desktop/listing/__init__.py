"""Long lists: requests, keyset pages, search, the filter language and the row cache. No Qt, no subject's tables."""
