"""Star ratings of communities, what residents ask for, service projects, and activities."""
