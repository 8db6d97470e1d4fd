"""The user's files, imported: as they are, with stubs for what is missing, or in part."""
