"""What a module's state is: the names, types and shapes of its `state_dict`, which the judge fills with numbers of its own."""
