"""The national system: the Django project around the library. The library decides, the server remembers."""
