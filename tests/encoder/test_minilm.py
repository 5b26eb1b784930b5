import pytest

from synthgap.encoder import minilm
from synthgap.floor.errors import InputError


def test_the_installed_weights_are_the_published_ones():
    assert (minilm.folder() / "config.json").is_file()


def test_other_weights_are_refused_with_both_sums(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"abc")
    # SHA-256 of "abc" is the first example of FIPS 180-2.
    with pytest.raises(InputError, match=r"model\.safetensors: SHA-256 is ba7816bf.*53aa5117"):
        minilm.checked(tmp_path)


def test_missing_weights_are_refused_with_their_place(tmp_path):
    with pytest.raises(InputError, match=r"model\.safetensors: cannot be read"):
        minilm.checked(tmp_path)
