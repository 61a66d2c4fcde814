"""The Django settings of one national system. Its folder is named by `CERTORIGIN_DIR`.

Environment: `CERTORIGIN_DIR` (the folder, required), `DATABASE_URL` (PostgreSQL; embedded SQLite in
the folder when absent).
"""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url

from certorigin_server.settings.reading import read_system

SYSTEM = read_system(Path(os.environ["CERTORIGIN_DIR"]).resolve())

DEBUG = False
SECRET_KEY = (SYSTEM.keys_folder / "session-secret").read_text("ascii").strip()
ALLOWED_HOSTS = [*SYSTEM.names, SYSTEM.host, "localhost", "127.0.0.1", "[::1]", "testserver"]

INSTALLED_APPS = [
    "certorigin_server.users",
    "certorigin_server.signin",
    "certorigin_server.trail",
    "certorigin_server.loops",
    "certorigin_server.desk",
    "certorigin_server.seal",
    "certorigin_server.standing",
    "certorigin_server.application",
    "certorigin_server.suppliers",
    "certorigin_server.assessment",
    "certorigin_server.batches",
    "certorigin_server.blanks",
    "certorigin_server.fees",
    "certorigin_server.certification",
    "certorigin_server.log",
    "certorigin_server.printing",
    "certorigin_server.published",
    "certorigin_server.mirror",
    "certorigin_server.recognition",
    "certorigin_server.inquiry",
    "certorigin_server.returns",
    "certorigin_server.notices",
    "certorigin_server.statistics",
    "certorigin_server.public",
    "certorigin_server.administration",
    "certorigin_server.audit",
    "certorigin_server.guidance",
    "certorigin_server.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
]
MIDDLEWARE = [
    "certorigin_server.desk.middleware.trusted_proxy",
    "certorigin_server.desk.middleware.content_policy",
    "django.middleware.security.SecurityMiddleware",
    "certorigin_server.desk.compressed.StaticFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "certorigin_server.signin.middleware.session_ends",
    "django.contrib.messages.middleware.MessageMiddleware",
    "certorigin_server.desk.middleware.readable_path",
    "certorigin_server.desk.middleware.told_form_only",
    "certorigin_server.desk.disk.TellDisk",
    "certorigin_server.loops.bell.ringing",
]
ROOT_URLCONF = "certorigin_server.urls"
WSGI_APPLICATION = "certorigin_server.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "certorigin_server.web.context.shell",
            ],
            # Every page speaks by codes; no template has to ask for these.
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "certorigin_server.desk.templatetags.sentences",
                "certorigin_server.desk.templatetags.desk",
            ],
        },
    }
]

# WAL with synchronous=FULL: a commit that was acknowledged survives a power cut (performance.md 6).
_SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": SYSTEM.folder / "database.sqlite3",
    "CONN_MAX_AGE": 60,  # opening it, and reading the whole schema anew, is most of a short request
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    },
}
DATABASES = {
    "default": (
        dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60)
        if os.environ.get("DATABASE_URL")
        else _SQLITE
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "users.User"
LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "/"
CSRF_FAILURE_VIEW = "certorigin_server.desk.access.refuse_forged"
# Memory-hard, and in the standard library.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = SYSTEM.languages[0]
LANGUAGES = [
    ("en", "English"),
    ("ru", "Русский"),
    ("az", "Azərbaycan dili"),
    ("be", "Беларуская"),
]
FORMAT_MODULE_PATH = ["certorigin_server.desk.locales"]
USE_TZ = True
TIME_ZONE = {"BY": "Europe/Minsk", "AZ": "Asia/Baku"}.get(SYSTEM.state, "UTC")

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

# No file from outside is held in memory beyond this (R14); invoices have a limit of their own.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
# An application with hundreds of lines of goods is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
# Files come in within limits of their own, in memory.
FILE_UPLOAD_HANDLERS = ["certorigin_server.desk.uploads.BoundedUpload"]
DATA_UPLOAD_MAX_NUMBER_FILES = 20
# Behind a proxy for TLS nothing of a session ever travels in the clear, and browsers remember it.
# `trusted_proxy` lets nobody but the proxy say how a request came.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SYSTEM.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SYSTEM.https else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SYSTEM.https else 0
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Two national systems on one loopback address must not overwrite each other's cookies.
SESSION_COOKIE_NAME = f"certorigin_session_{SYSTEM.installation.replace('-', '_')}"
CSRF_COOKIE_NAME = f"certorigin_csrf_{SYSTEM.installation.replace('-', '_')}"

# Letters leave through the server of the settings; without one none are written.
EMAIL_HOST, EMAIL_PORT = SYSTEM.mail.server, SYSTEM.mail.port
EMAIL_USE_TLS, EMAIL_USE_SSL = SYSTEM.mail.security == "starttls", SYSTEM.mail.security == "tls"
EMAIL_HOST_USER = SYSTEM.mail.user
EMAIL_HOST_PASSWORD = (
    (SYSTEM.folder / SYSTEM.mail.password_file).read_text("utf-8").strip()
    if SYSTEM.mail.password_file
    else ""
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "certorigin_server.settings.lines.JsonLines"}},
    "filters": {"polls": {"()": "certorigin_server.settings.lines.WithoutPolls"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # The mirrors' loops ask every second: what goes wrong is told by the loop itself.
    "loggers": {"httpx": {"level": "WARNING"}, "django.request": {"filters": ["polls"]}},
}
