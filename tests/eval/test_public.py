import eval as evaluation


def test_all_names_are_there_and_sorted():
    assert all(hasattr(evaluation, name) for name in evaluation.__all__)
    assert len(set(evaluation.__all__)) == len(evaluation.__all__)
