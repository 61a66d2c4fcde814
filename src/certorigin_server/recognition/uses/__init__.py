"""Uses after they were recorded: reconciled between posts that were on their own, corrected."""
