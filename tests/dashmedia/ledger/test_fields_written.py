from dashmedia.ledger import Key

HERE, THERE = Key("dam:/UGC", "a" * 64), Key("dam:/Press", "a" * 64)


def test_what_was_written_is_known_by_content_and_destination(ledger):
    ledger.fields_written.keep({HERE: "one", THERE: "two"})

    assert ledger.fields_written.read([HERE]) == {HERE: "one"}
    assert ledger.fields_written.read([HERE, THERE, Key("dam:/UGC", "b" * 64)]) == {HERE: "one", THERE: "two"}


def test_what_is_written_later_takes_its_place(ledger):
    ledger.fields_written.keep({HERE: "one"})

    ledger.fields_written.keep({HERE: "other"})

    assert ledger.fields_written.read([HERE]) == {HERE: "other"}


def test_nothing_is_kept_and_read_as_nothing(ledger):
    ledger.fields_written.keep({})

    assert ledger.fields_written.read([]) == {}
