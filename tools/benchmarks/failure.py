class Failure(Exception):
    """Why there is nothing to compare."""
