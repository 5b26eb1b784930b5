"""The one error that means "what came in from outside is wrong"."""


class InputError(ValueError):
    """Params, a table, a dataset, a mirror or a reply is not what it must be.

    The message is one line that names the place, what was found and what was expected. Stages and
    the command line print it without a traceback; every other exception is a defect of synthgap.
    """
