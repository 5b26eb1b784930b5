from synthgap.floor.seeds import rng


def draw(*arguments):
    return rng(*arguments).integers(0, 2**62, 4).tolist()


def test_equal_names_give_equal_streams_and_others_do_not():
    assert draw(1, "humor", "pool") == draw(1, "humor", "pool")
    others = [draw(2, "humor", "pool"), draw(1, "imdb", "pool"), draw(1, "pool", "humor"), draw(1)]
    assert draw(1, "humor", "pool") not in others


def test_streams_stay_the_same_over_versions():
    # Written down once: a change here changes every draw of every study.
    assert rng(1, "humor").integers(0, 1000, 5).tolist() == [353, 291, 93, 266, 531]
