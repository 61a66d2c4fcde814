"""Signed webhooks: addresses, deliveries, and the one door by which they leave."""
