"""What the service is made of: a bill of materials, and what is known to be at fault in it."""
