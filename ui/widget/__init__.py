"""The widget: a course asked about on pages of other web sites, by everybody who comes by."""

from ui.widget.app import MOUNTED_AT, widget_app

__all__ = ["MOUNTED_AT", "widget_app"]
