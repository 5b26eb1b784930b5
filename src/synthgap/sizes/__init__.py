"""Training on fewer human texts, alone and together with synthetic ones."""
