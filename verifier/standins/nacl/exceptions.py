"""The one error that a verification meets."""


class BadSignatureError(Exception):
    """A signature that does not fit."""
