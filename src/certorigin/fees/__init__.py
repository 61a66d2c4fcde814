"""What certification costs: a body's schedule of fees, what it comes to, and what was paid."""
