"""Voice notes of incidents: decoded in a confined process, encoded anew without metadata, and kept."""
