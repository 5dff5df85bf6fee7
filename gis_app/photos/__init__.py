"""Photos of incidents: made harmless, turned upright, without where and by whom they were taken, and kept."""
