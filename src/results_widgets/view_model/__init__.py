"""What a screen shows, as plain values: results plus a selection. Knows neither anywidget nor HTML."""
