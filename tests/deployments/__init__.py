"""Real servers, proxies and frameworks, each started on loopback as its own manual shows."""
