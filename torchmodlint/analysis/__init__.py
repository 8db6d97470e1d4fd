"""Floor 1: facts about source, without opinions."""
