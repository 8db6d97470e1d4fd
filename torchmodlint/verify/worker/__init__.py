"""===== THE WALL: torch is imported in here and nowhere else. This side runs in the user's interpreter. ====="""
