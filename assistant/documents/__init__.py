"""Files into documents, documents into sentences and passages. No models, no index."""
