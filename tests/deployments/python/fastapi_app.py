"""The balance in FastAPI: as documented, and with mistakes that people make there."""

from __future__ import annotations

import itertools
import os
import secrets
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

KEY = os.environ["DEPLOYMENT_KEY"]
PATH = "/api/v1/billing/balance"

optional_bearer = HTTPBearer(auto_error=False)
bearer = HTTPBearer()
api_key = APIKeyHeader(name="Authorization", auto_error=False)


class Money(BaseModel):
    currencyCode: str  # noqa: N815
    amountSubunits: int  # noqa: N815


class BalanceResponse(BaseModel):
    drawdownEnabled: bool  # noqa: N815
    balance: Money


class AuthenticationError(Exception):
    """The credentials are missing or wrong."""


BALANCE = BalanceResponse(
    drawdownEnabled=True, balance=Money(currencyCode="USD", amountSubunits=1500)
)

conforming = FastAPI()


@conforming.exception_handler(AuthenticationError)
async def refuse(request: Request, error: AuthenticationError) -> JSONResponse:
    content = {"name": "AuthenticationError", "message": "Invalid or missing API key"}
    return JSONResponse(content, 401, {"WWW-Authenticate": "Bearer"})


def right_key(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(optional_bearer)],
) -> None:
    given = credentials.credentials if credentials else ""
    if not secrets.compare_digest(given.encode(), KEY.encode()):
        raise AuthenticationError


@conforming.get(PATH, dependencies=[Depends(right_key)])
async def conforming_balance() -> BalanceResponse:
    return BALANCE


untrimmed = FastAPI()
untrimmed.add_exception_handler(AuthenticationError, refuse)


@untrimmed.get(PATH)
async def untrimmed_balance(
    authorization: Annotated[str | None, Depends(api_key)],
) -> BalanceResponse:
    """Compares the header as httptools gives it: with the blank that ends it."""
    if authorization != f"Bearer {KEY}":
        raise AuthenticationError
    return BALANCE


detail = FastAPI()


@detail.get(PATH)
async def detail_balance(
    credentials: Annotated[HTTPAuthorizationCredentials, Depends(bearer)],
) -> BalanceResponse:
    """Leaves the bodies of errors to the framework."""
    if not secrets.compare_digest(credentials.credentials.encode(), KEY.encode()):
        raise HTTPException(401, "Invalid API key")
    return BALANCE


required_header = FastAPI()
required_header.add_exception_handler(AuthenticationError, refuse)


@required_header.get(PATH)
async def required_header_balance(authorization: Annotated[str, Header()]) -> BalanceResponse:
    """Declares the header as a required parameter: without it, the request is not valid."""
    if authorization != f"Bearer {KEY}":
        raise AuthenticationError
    return BALANCE


text_comparison = FastAPI()
text_comparison.add_exception_handler(AuthenticationError, refuse)


@text_comparison.get(PATH)
async def text_comparison_balance(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(optional_bearer)],
) -> BalanceResponse:
    """Compares text, which `compare_digest` takes in ASCII alone."""
    if credentials is None or not secrets.compare_digest(credentials.credentials, KEY):
        raise AuthenticationError
    return BALANCE


revoked = FastAPI()
revoked.add_exception_handler(AuthenticationError, refuse)
requests = itertools.count(1)


def not_yet_revoked() -> None:
    if next(requests) > 100:
        raise AuthenticationError


@revoked.get(PATH, dependencies=[Depends(not_yet_revoked), Depends(right_key)])
async def revoked_balance() -> BalanceResponse:
    """Knows a key that somebody revokes while it is in use."""
    return BALANCE
