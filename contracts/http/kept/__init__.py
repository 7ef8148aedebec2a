"""Memory-saving storage of received messages: see parts, large and shelf."""
