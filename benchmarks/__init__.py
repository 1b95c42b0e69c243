"""Speed and memory of the whole road, as ratios to a floor measured in the same run."""
