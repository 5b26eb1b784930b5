import pytest
import torch

from synthgap.encoder import packed

CPU = torch.device("cpu")
TEXTS = [torch.tensor([5, 6, 7, 8, 9]), torch.tensor([4]), torch.tensor([3, 2, 1])]
TOKENS = 9


@pytest.fixture
def batch():
    return packed.pack(TEXTS, CPU)


def test_texts_lie_one_after_the_other_and_zeros_fill_the_last_rows(batch):
    assert batch.values.tolist() == [5, 6, 7, 8, 9, 4, 3, 2, 1, *[0] * 7]
    assert batch.layout.tokens == TOKENS
    assert batch.layout.positions[:TOKENS].tolist() == [0, 1, 2, 3, 4, 0, 0, 1, 2]


def test_the_square_has_a_line_a_text_and_its_mask_says_where_tokens_are(batch):
    square = batch.layout.spread(batch.values[:, None])[:, :, 0]
    # The longest has five tokens, the next multiple of four is eight.
    assert square.shape == batch.layout.mask.shape == (3, 8)
    for text, line, mask in zip(TEXTS, square, batch.layout.mask, strict=True):
        assert line[mask].tolist() == text.tolist()


def test_what_was_spread_out_is_gathered_in_its_place(batch):
    rows = torch.randn(16, 3)
    found = batch.layout.gather(batch.layout.spread(rows))
    assert torch.equal(found[:TOKENS], rows[:TOKENS])


def test_gradients_are_those_of_looking_up(batch):
    torch.manual_seed(1)
    rows = torch.randn(16, 2, dtype=torch.float64, requires_grad=True)
    layout = batch.layout
    weights = torch.randn(3, 8, 2, dtype=torch.float64) * layout.mask[:, :, None]

    def through(spread, gather):
        mixed = torch.tanh(spread(rows) * weights)
        # Tokens are mixed within their text, as attention does.
        mixed = mixed + (mixed * layout.mask[:, :, None]).sum(1, keepdim=True)
        return gather(mixed)[:TOKENS].pow(2).sum()

    def plainly(square):
        return square.reshape(24, 2)[layout.place_of]

    ours = torch.autograd.grad(through(layout.spread, layout.gather), rows)[0]
    expected = torch.autograd.grad(
        through(lambda rows: rows[layout.row_of].view(3, 8, 2), plainly), rows
    )[0]
    torch.testing.assert_close(ours, expected)
    assert (ours[TOKENS:] == 0).all(), "rows beyond the tokens learn nothing"


def test_pooled_is_the_mean_over_a_texts_tokens_or_the_first_of_them(batch):
    rows = torch.randn(16, 4)
    parts = rows[:TOKENS].split([5, 1, 3])
    torch.testing.assert_close(batch.layout.mean(rows), torch.stack([p.mean(0) for p in parts]))
    assert torch.equal(batch.layout.first(rows), torch.stack([p[0] for p in parts]))


def test_hidden_states_are_packed_like_ids(batch):
    states = [torch.randn(len(text), 2) for text in TEXTS]
    found = packed.pack(states, CPU).values
    assert torch.equal(found[:TOKENS], torch.cat(states))
    assert (found[TOKENS:] == 0).all()
