"""A line between two systems that is cut, delayed and altered; it knows not what it carries."""
