"""Names in the letters that their reader knows."""

import pytest

from certorigin.vocabulary.alphabets import in_letters_of, lines_in_letters_of


@pytest.mark.parametrize(
    ("text", "language", "written"),
    [
        ("ОАО «Минский тракторный завод»", "en", "OAO «Minskiy traktornyy zavod»"),
        ("ОАО «Минский тракторный завод»", "az", "OAO «Minskiy traktornıy zavod»"),
        ("Гродно, Щучин", "en", "Grodno, Shchuchin"),
        ("Гродно, Щучин", "az", "Qrodno, Şçuçin"),
        ("Георгий Цеховой, объект, Елена", "az", "Georgiy Tsexovoy, obyekt, Yelena"),
        ("ЩИТ, Щит, Ёлка", "en", "SHCHIT, Shchit, Yolka"),
        ("Магілёўскі завод, Аб'яднанне", "en", "Mahilyowski zavod, Abyadnanne"),
        ("Əliyev, Gəncə, Göyçay", "ru", "Алиев, Гянджа, Гёйчай"),
        ("«Bakı Ticarət» MMC, İsmayıllı", "be", "«Бакы Тіджарат» MMC, Ісмайыллы"),
        ("Şirvan, Çıraqlı, Üzeyir, Rəşid", "be", "Шырван, Чыраглы, Узейір, Рашыд"),
        ("ГУП 220009 Siemens AG", "en", "GUP 220009 Siemens AG"),
    ],
)
def test_a_name_is_written_as_its_reader_knows_it(text, language, written):
    assert in_letters_of(text, language) == written


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ОАО «Минский тракторный завод»", "ru"),
        ("ОАО «Минский тракторный завод»", "be"),
        ("Siemens AG, Berlin 12", "ru"),
        ("«Bakı Ticarət» MMC", "az"),
        ("", "en"),
    ],
)
def test_what_its_reader_reads_or_no_rule_covers_has_no_aid(text, language):
    assert in_letters_of(text, language) == ""


def test_a_line_that_needs_no_aid_stands_beside_one_that_does():
    assert lines_in_letters_of(["УП «Лён»", "DHL 17"], "en") == ("UP «Lyon»", "DHL 17")
    assert lines_in_letters_of(["DHL 17"], "en") == ()
