"""Recognition: what customs may hold of a certificate, part by part, with a code for each part.

bundle        one file whose seal and registration verify offline for ever
verify        the numbered steps from bytes to report; trust, mirrors and time are arguments
report        the parts, their codes and outcomes, and the bottom line
declaration   the goods declaration, as far as a certificate has to fit it
match         item by item, with every difference, its grade and its clause
balance       what is left of each item, the 5 % counted once over all uses
"""
