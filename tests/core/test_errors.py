"""Expected failures carry words for people."""

import subprocess
import sys

from crm_desktop.errors import Cancelled, CrmError, InvalidInput, StaleRow


def test_a_failure_is_its_sentence_and_a_hint() -> None:
    error = CrmError("The disk is full.", hint="Free some space.")
    assert str(error) == "The disk is full."
    assert error.hint == "Free some space."
    assert CrmError("Plain.").hint == ""


def test_invalid_input_names_its_fields() -> None:
    error = InvalidInput({"email": "This is no email address.", "phone": "Too short."})
    assert error.fields["phone"] == "Too short."
    assert "no email address" in str(error)
    assert str(InvalidInput({}, "Choose a file.")) == "Choose a file."
    assert str(InvalidInput({}))


def test_common_failures_have_words_of_their_own() -> None:
    assert str(StaleRow()) and StaleRow().hint
    assert str(Cancelled())


def test_sign_in_does_not_wait_for_the_database_layer() -> None:
    program = (
        "import sys, crm_desktop.errors, crm_desktop.paths, crm_desktop.settings, crm_desktop.keychain\n"
        "import crm_desktop.database.cancellation\n"
        "print([name for name in ('sqlalchemy', 'psycopg', 'alembic', 'keyring') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
