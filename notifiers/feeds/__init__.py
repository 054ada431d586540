"""What subscribers fetch by themselves: Atom, JSON Feed, calendars. Pure: rows in, texts out."""
