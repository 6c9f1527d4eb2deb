"""The single-use process in which one built implementation runs. It holds no answer and no secret; nothing it says is believed unchecked."""
