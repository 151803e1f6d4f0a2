"""The nouns, the append-only store, landing, exceptions, mappings: what every other package stands on."""
