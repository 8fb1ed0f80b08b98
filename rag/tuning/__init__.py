"""How the weights that ship with the package were made. Nothing here is imported at run time."""
