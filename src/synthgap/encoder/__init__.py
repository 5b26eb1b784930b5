"""What every encoder of texts needs: weights, precision and the process that runs it."""
