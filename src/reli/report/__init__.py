"""Tables, charts, maps, documents."""
