"""What a person puts on the desk: a PDF, a picture, a file, or a code read by a hand scanner."""
