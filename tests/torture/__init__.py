"""Programmes that try to break a book: each prints what it counted, and what its control did."""
