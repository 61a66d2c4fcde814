"""What certification costs: schedules of bodies, what is due, what was paid and given back.

Nothing of it is on the paths of customs or of a partner state: they pay nothing (R7).
"""
