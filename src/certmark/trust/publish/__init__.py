"""Publishing: what the keepers of root and lists do, without files, network or clock."""
