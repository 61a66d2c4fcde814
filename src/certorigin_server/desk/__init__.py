"""What every desk is made of: layouts and forms, who may pass, findings beside fields, looks."""
