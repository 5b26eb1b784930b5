"""Can LLM-written text replace human-labelled training data, how much is lost, and why?"""
