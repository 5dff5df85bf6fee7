"""What the service puts on paper: drawings of maps, wall maps, and the monthly report."""
