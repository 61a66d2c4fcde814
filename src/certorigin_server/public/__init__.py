"""The page for everybody: was this certificate issued? Issue status only (R59), and no harvest."""
