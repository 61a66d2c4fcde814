"""Texts that the machine interface takes: not endless, and nothing that no column holds."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

# Patterns are of pydantic's regex engine, in which `$` is the very end of the text.
Text = Annotated[str, StringConstraints(max_length=4_000, pattern="^[^\\x00]*$")]
# What an officer adds to a decision.
Reason = Annotated[str, StringConstraints(max_length=1_000, pattern="^[^\\x00]*$")]
# Numbers are texts in every answer and question of this interface.
Version = Annotated[str, StringConstraints(pattern="^(0|[1-9][0-9]{0,8})$")]
Page = Annotated[str, StringConstraints(pattern="^[1-9][0-9]{0,5}$")]
