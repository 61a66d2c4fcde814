"""The test profile: VC API endpoints for the public W3C suites. It knows no national system."""
