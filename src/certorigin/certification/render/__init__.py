"""A certificate set as pages: the template of its form, the PDF, the QR code. Pure functions."""
