"""Before issue: the guided questionnaire, and whether a certificate would be accepted."""
