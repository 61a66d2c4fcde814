"""The operator's verbs that need the server: init, link, serve, demo."""
