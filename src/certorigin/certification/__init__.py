"""Certification: number, draft, check and issue a certificate. Rendering joins here later."""
