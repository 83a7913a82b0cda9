"""A small OpenID provider on this machine: discovery, a sign-in page, codes with proof keys, keys.

It keeps to OpenID Connect Core 1.0 with the authorization code flow, and to RFC 7636; what it is
asked wrongly, it refuses. `bend` changes single claims, answers or its key, as a bad one would.
"""

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "moviedb", "shared"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """The provider: who its people are, what it has asked, and where it goes wrong.

    Attributes:
        people: claims by the name under which they sign in there.
        asked: the parameters of each visit to its sign-in page, the newest last.
        bend: claims that its tokens carry instead of the right ones; None leaves one out.
        bend_userinfo: the same for its other answer.
        signs_with: the key that signs; another than the published one is a forgery.
    """

    def __init__(self) -> None:
        self.published = self.signs_with = new_key()
        self.people: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, tuple[str, dict[str, str]]] = {}
        self.tokens: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.bend: dict[str, Any] = {}
        self.bend_userinfo: dict[str, Any] = {}
        self.is_broken = False
        self.algorithm = "RS256"
        self.server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answer, at the same port as before."""
        handler = type("Handler", (Answers,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Go away: nothing listens at the port any more."""
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def reset(self) -> None:
        """Be a good provider again, with two people."""
        if self.server is None:
            self.start()
        self.people = {
            "ada": {
                "sub": "1",
                "email": "ada@example.org",
                "email_verified": True,
                "name": "Ada L.",
            },
            "bob": {"sub": "2", "email": "bob@example.org", "email_verified": False},
        }
        self.bend, self.bend_userinfo, self.asked = {}, {}, []
        self.is_broken, self.algorithm, self.signs_with = False, "RS256", self.published

    def code_for(self, who: str, asked: dict[str, str]) -> str:
        """Return a code that stands for somebody who has just signed in."""
        code = secrets.token_urlsafe(12)
        self.codes[code] = (who, asked)
        return code

    def token_for(self, who: str, nonce: str | None) -> str:
        """Return a signed token that says who somebody is."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce}
        claims |= self.people[who] | self.bend
        claims = {name: value for name, value in claims.items() if value is not None}
        key = SECRET * 8 if self.algorithm == "HS256" else self.signs_with
        return jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "1"})

    def keys(self) -> dict[str, Any]:
        own = jwt.algorithms.RSAAlgorithm.to_jwk(self.published.public_key(), as_dict=True)
        return {"keys": [own | {"kid": "1", "use": "sig", "alg": "RS256"}]}

    def app(self) -> dict[str, Any]:
        """Return what a site is told of it in SOCIALACCOUNT_PROVIDERS."""
        app = {"provider_id": "sso", "name": "House key", "client_id": CLIENT, "secret": SECRET}
        return app | {"settings": {"server_url": self.url}}

    def serve(self, settings: Any) -> None:
        """Have the site sign people in by it."""
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [self.app()]}
        }
        settings.OIDC_NAME, settings.HAS_OIDC = "House key", True
        settings.OIDC_REGISTRATION = "open"


class Answers(BaseHTTPRequestHandler):
    """What it says at each of its addresses."""

    provider: Provider

    def do_GET(self) -> None:
        url, own = urlsplit(self.path), self.provider
        if own.is_broken:
            return self.send(503, b"closed", "text/plain")
        if url.path == "/.well-known/openid-configuration":
            return self.say(
                issuer=own.url,
                authorization_endpoint=f"{own.url}/authorize",
                token_endpoint=f"{own.url}/token",
                userinfo_endpoint=f"{own.url}/userinfo",
                jwks_uri=f"{own.url}/keys",
                token_endpoint_auth_methods_supported=["client_secret_post"],
            )
        if url.path == "/authorize":
            return self.ask({name: one[0] for name, one in parse_qs(url.query).items()})
        if url.path == "/keys":
            return self.say(**own.keys())
        if url.path == "/userinfo":
            who = own.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
            return self.say(**own.people[who] | own.bend_userinfo) if who else self.say(401)
        # Browsers ask for an icon besides, and have none.
        return self.send(204 if url.path == "/favicon.ico" else 404, b"", "text/plain")

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        given, own = {name: one[0] for name, one in form.items()}, self.provider
        if self.path == "/authorize":
            who, asked = given.pop("who"), given
            back = {"code": own.code_for(who, asked), "state": asked["state"]}
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(back)}")
            return self.end_headers()
        who, asked = own.codes.pop(given.get("code", ""), ("", {}))  # A code opens once.
        proof = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        is_right = (
            who in own.people
            and (given["client_id"], given["client_secret"]) == (CLIENT, SECRET)
            and given["grant_type"] == "authorization_code"
            and given["redirect_uri"] == asked["redirect_uri"]
            and base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == asked["code_challenge"]
        )
        if not is_right:
            return self.say(400, error="invalid_grant")
        access = secrets.token_urlsafe(12)
        own.tokens[access] = who
        token = own.token_for(who, asked.get("nonce"))
        return self.say(access_token=access, token_type="Bearer", id_token=token)

    def ask(self, asked: dict[str, str]) -> None:
        """Show the sign-in page, if it is asked for as it should be."""
        self.provider.asked.append(asked)
        right = asked.get("response_type") == "code" and asked.get("client_id") == CLIENT
        scopes = set(asked.get("scope", "").split())
        if not (right and {"openid", "email"} <= scopes and asked.get("nonce")):
            return self.send(400, b"asked wrongly", "text/plain")
        if asked.get("code_challenge_method") != "S256":
            return self.send(400, b"no proof key", "text/plain")
        hidden = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in asked.items()
        )
        buttons = "".join(
            f'<button name="who" value="{who}">I am {who}</button>' for who in self.provider.people
        )
        page = f'<!doctype html><html lang="en"><title>House key</title><h1>Who are you?</h1>\
<form method="post" action="/authorize">{hidden}{buttons}</form></html>'
        return self.send(200, page.encode(), "text/html")

    def say(self, status: int = 200, **body: Any) -> None:
        self.send(status, json.dumps(body).encode(), "application/json")

    def send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
