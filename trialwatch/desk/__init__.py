"""What a person does from a terminal: on the own database, or on a running server with a key."""
