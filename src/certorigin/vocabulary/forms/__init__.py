"""The forms of certificates. Each form is one folder of data: its boxes, markers and limits."""
