"""Telling people and their programs what happened: in the page, by e-mail, by webhooks."""
