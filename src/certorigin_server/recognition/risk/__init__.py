"""What is worth a look beside the verdict, from the register."""
