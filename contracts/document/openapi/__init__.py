"""OpenAPI's semantics: what the parts of a document mean, wherever they are."""
