"""What an agent runs: the ``livret`` command and, over it, the local editor."""
