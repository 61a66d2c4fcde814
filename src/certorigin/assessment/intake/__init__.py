"""From an invoice to an application: UBL, XLSX, CSV or pasted rows, as people really have them."""
