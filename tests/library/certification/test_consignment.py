"""The keys by which goods of one consignment are known again, however they are spelt."""

from dataclasses import replace

from certorigin.certification.consignment import goods_keys
from certorigin.vocabulary.certificate import Transport
from certorigin.vocabulary.goods import DocumentReference
from tests.library.standing import sample


def keys(**changes):
    return goods_keys(sample.certificate(**changes))


def test_the_same_goods_have_the_same_keys_whatever_the_number():
    assert keys() == keys(number="BYAZ6001000002")
    assert len({one.sequence for one in keys()}) == len(keys()) > 0


def test_each_difference_makes_another_key():
    (first, *_) = sample.certificate().items
    invoice = DocumentReference("other", sample.DAY)
    for changed in (
        replace(first, description="Масло"),
        replace(first, invoice=invoice),
        replace(first, packages=replace(first.packages, count=first.packages.count + 1)),
    ):
        assert keys(items=(changed,))[0].goods != keys(items=(first,))[0].goods
    assert keys(presented_in="KZ")[0].goods != keys()[0].goods


def test_another_transport_is_another_whole_of_the_same_goods():
    one, other = keys(transport=None)[0], keys(transport=Transport("truck", "Minsk - Baku"))[0]
    assert one.goods == other.goods
    assert one.whole != other.whole


def test_goods_without_an_invoice_have_no_key():
    (first, *_) = sample.certificate().items
    assert keys(items=(replace(first, invoice=None),)) == ()
