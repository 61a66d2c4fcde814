"""Figures of trade under certificates: what is counted, converted, suppressed and reported."""
