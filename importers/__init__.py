"""Every file a retailer gets, one public module each; a leading underscore marks a helper."""
