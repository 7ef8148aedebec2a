"""How received messages are kept in little memory: see parts, large and shelf."""
