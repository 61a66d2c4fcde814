"""Supplier declarations: stated, sealed, referred to by facts of production, withdrawn."""
