"""The guided questionnaire: only the facts that matter, until the goods can be decided."""
