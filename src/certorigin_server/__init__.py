"""The national system, a Django project: the library decides, the server remembers."""
