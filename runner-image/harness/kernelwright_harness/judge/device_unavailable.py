"""Why nothing can be measured."""


class DeviceUnavailable(Exception):
    """The requested device is not here, or cannot be used; the message says what to do."""
