"""How many human texts others are worth."""
