"""Figures of trade under certificates: counted month by month, shown, reported and published."""
