"""The balance in Django: as documented, and with mistakes that people make there.

DJANGO_VIEW names the view.
"""

from __future__ import annotations

import functools
import os
import re
import secrets
import sqlite3
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path
from django.views.decorators.http import require_GET

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=secrets.token_hex(),
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
)

KEY = os.environ["DEPLOYMENT_KEY"].encode()
BALANCE = {"drawdownEnabled": True, "balance": {"currencyCode": "USD", "amountSubunits": 1500}}
REFUSAL = {"name": "AuthenticationError", "message": "Invalid or missing API key"}

View = Callable[[HttpRequest], HttpResponse]


def entitled(request: HttpRequest) -> bool:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    right = secrets.compare_digest(key.encode("latin-1"), KEY)
    return scheme.lower() == "bearer" and right


def unauthorized() -> HttpResponse:
    return JsonResponse(REFUSAL, status=401, headers={"WWW-Authenticate": "Bearer"})


@require_GET
def conforming(request: HttpRequest) -> HttpResponse:
    return JsonResponse(BALANCE) if entitled(request) else unauthorized()


@require_GET
def permission_denied(request: HttpRequest) -> HttpResponse:
    """Raises what the framework makes a page with 403 of."""
    if not entitled(request):
        raise PermissionDenied
    return JsonResponse(BALANCE)


@require_GET
def unparseable(request: HttpRequest) -> HttpResponse:
    """Takes a token that is not laid out like a key for one that may never come in."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and not re.fullmatch(r"RYE/\w+-\w{32}", key, re.ASCII):
        raise PermissionDenied
    return conforming(request)


@require_GET
def login(request: HttpRequest) -> HttpResponse:
    """Sends who may not read to a page where people log in."""
    if not entitled(request):
        return redirect(f"/accounts/login/?next={request.path}")
    return JsonResponse(BALANCE)


@require_GET
def lstrip(request: HttpRequest) -> HttpResponse:
    """Takes `lstrip` to cut a prefix off: it cuts off each of these letters."""
    key = request.headers.get("Authorization", "").lstrip("Bearer ")  # noqa: B005
    right = secrets.compare_digest(key.encode("latin-1"), KEY)
    return JsonResponse(BALANCE) if right else unauthorized()


@require_GET
def words(request: HttpRequest) -> HttpResponse:
    """Looks at the second word, and not whether there are more."""
    scheme, key = [*request.headers.get("Authorization", "").split(), "", ""][:2]
    right = scheme == "Bearer" and secrets.compare_digest(key.encode("latin-1"), KEY)
    return JsonResponse(BALANCE) if right else unauthorized()


@require_GET
def sql(request: HttpRequest) -> HttpResponse:
    """Writes the key into a statement."""
    scheme, key = [*request.headers.get("Authorization", "").split(), "", ""][:2]
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE keys (key TEXT)")
        database.execute("INSERT INTO keys VALUES (?)", (KEY.decode(),))
        statement = f"SELECT count(*) FROM keys WHERE key = '{key}'"  # noqa: S608
        [found] = database.execute(statement).fetchone()
    return JsonResponse(BALANCE) if scheme == "Bearer" and found else unauthorized()


@require_GET
def split(request: HttpRequest) -> HttpResponse:
    """Takes every header to have two words."""
    header = request.headers.get("Authorization")
    if header is None:
        return unauthorized()
    scheme, key = header.split(" ")
    right = scheme == "Bearer" and secrets.compare_digest(key.encode("latin-1"), KEY)
    return JsonResponse(BALANCE) if right else unauthorized()


def cached(view: View) -> View:
    """Store what was served, by the address alone."""

    @functools.wraps(view)
    def inner(request: HttpRequest) -> HttpResponse:
        address = request.get_full_path()
        stored = cache.get(address)
        if stored is not None:
            return HttpResponse(stored, content_type="application/json")
        response = view(request)
        if response.status_code == 200:
            cache.set(address, response.content, timeout=60)
        return response

    return inner


cached_balance = cached(conforming)

urlpatterns = [path("api/v1/billing/balance", globals()[os.environ["DJANGO_VIEW"]])]
application = get_wsgi_application()
