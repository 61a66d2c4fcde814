"""Security blanks of a body: received, used, spoiled, destroyed, counted (R33)."""
