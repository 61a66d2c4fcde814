"""Trust lists: which key speaks for which body, in which role, from when to when."""
