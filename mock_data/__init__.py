"""The world that every sandbox starts from: one JSON file per resource."""
