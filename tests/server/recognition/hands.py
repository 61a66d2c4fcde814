"""What a customs officer does at the desk, without a browser."""

from html import unescape

from tests.server.factories import Api


def lodge(officer, document):
    answer = Api(officer).post("/recognition/declaration", document)
    assert answer.status == 201, answer.data
    return f"/recognition/{answer.data['id']}"


def examination(client, path):
    """The page of the one certificate that a declaration cites, and its address."""
    where = client.get(path)["Location"]
    answer = client.get(where)
    assert answer.status_code == 200
    return where, unescape(answer.content.decode())


def typed(document):
    """The fields of the form, as a browser sends them."""

    def fields(value, place):
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from fields(inner, f"{place}.{name}" if place else name)
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from fields(inner, f"{place}[{index}]")
        else:
            yield place, value

    return {**dict(fields(document, "")), "version": "1", "order": "save"}
