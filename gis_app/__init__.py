"""Map service for a county's urban grid."""
