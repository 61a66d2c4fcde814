"""From an invoice to a draft: a file or pasted rows, and what was understood of them."""
