"""What OpenAPI means by what stands in a document, apart from where it stands."""
