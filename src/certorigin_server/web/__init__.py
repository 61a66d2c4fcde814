"""The shell around the desks: sign-in, work lists, the journey of a certificate, health."""
