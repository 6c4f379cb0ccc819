"""All operations, a file a subject."""

# importing a file enters its operations into the table
import changes  # noqa: F401
import decisions  # noqa: F401
import groups  # noqa: F401
import money  # noqa: F401
import people  # noqa: F401
import sheets  # noqa: F401
from operation import OPERATIONS, as_text  # noqa: F401
