"""The pages of figures, rates and the corridor, with what was made here counted."""

from django.utils import timezone

from tests.server.statistics.counting import count as count_figures


def pages_of_figures():
    """The figures of all that was made here, counted."""
    count_figures(timezone.now())
    return {
        "rates": "/recognition/rates",
        "loops": "/administration/loops",
        "statistics": "/statistics/",
        "targets": "/statistics/targets",
        "open-data": "/open-data",
        "corridor": "/mirror/picture",
    }
