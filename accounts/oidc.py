"""Signing in through an identity provider that speaks OpenID Connect.

allauth leads there and back, with a state and a proof key. Three things that it leaves out are done
here: the token that says who somebody is must be signed by the provider, must answer to the nonce
of this browser's own question, and must speak of the same person as the provider's other answer.
Source: OpenID Connect Core 1.0, 3.1.3.7 and 5.3.2.
"""

import logging
import secrets
from functools import cached_property
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from requests import RequestException

from accounts.models import User

logger = logging.getLogger(__name__)
OPEN = "open"
NEEDED = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
# Signed with a key that only the provider holds; a shared secret would do for nobody else.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
# How far the provider's clock may be from ours, in seconds.
LEEWAY = 60


class TokenRefused(OAuth2Error):
    """What the provider says of who somebody is cannot be trusted."""


class ProviderUnreadable(OAuth2Error):
    """The provider answers, but not what OpenID Connect asks for."""


class OidcConversation(OpenIDConnectOAuth2Adapter):
    """What is asked of the provider, and how far its answers are believed."""

    @cached_property
    def openid_config(self) -> dict[str, Any]:
        """Return what the provider tells of itself.

        Raises:
            ProviderUnreadable: an address is missing.
            RequestException: it does not answer.
        """
        found = answer_of(self.get_provider().server_url)
        missing = [name for name in NEEDED if not found.get(name)]
        if missing:
            raise ProviderUnreadable(f"the provider's discovery lacks {', '.join(missing)}")
        return found

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Return who comes, from the signed token and what the provider says besides."""
        signed = kwargs["response"].get("id_token")
        if not signed:
            raise TokenRefused("the provider sent no id_token")
        claims = self.verified(signed, audience=app.client_id)
        userinfo = self._fetch_user_info(token.token)
        if userinfo.get("sub") != claims["sub"]:
            raise TokenRefused("the provider's two answers speak of different people")
        data = {"userinfo": userinfo, "id_token": claims}
        return self.get_provider().sociallogin_from_response(request, data)

    def verified(self, signed: str, *, audience: str) -> dict[str, Any]:
        """Return the claims of an id_token.

        Raises:
            TokenRefused: it is not signed by the provider, or for somebody else, or too old.
        """
        try:
            kid = jwt.get_unverified_header(signed).get("kid")
            keys = jwt.PyJWKSet.from_dict(answer_of(self.openid_config["jwks_uri"])).keys
            fitting = [key for key in keys if kid is None or key.key_id == kid]
            if len(fitting) != 1:
                raise TokenRefused(f"{len(fitting)} keys of the provider fit the token, not one")
            return jwt.decode(
                signed,
                fitting[0].key,
                algorithms=ALGORITHMS,
                audience=audience,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, TypeError) as error:
            raise TokenRefused(f"the provider's token is not good: {error}") from error


def answer_of(url: str) -> dict[str, Any]:
    """Return what the provider answers at an address.

    Raises:
        ProviderUnreadable: it is no JSON object.
        RequestException: it does not answer, or answers that it cannot.
    """
    with get_adapter().get_requests_session() as session:
        response = session.get(url)
        response.raise_for_status()
        found = response.json()
    if not isinstance(found, dict):
        raise ProviderUnreadable(f"{url} answers {type(found).__name__}, not an object")
    return found


class Oidc(OpenIDConnectProvider):
    """The provider, asked with a nonce; one that is down is said to be so."""

    oauth2_adapter_class = OidcConversation

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:  # fmt: skip
        """Lead to the provider, if it answers."""
        nonce = secrets.token_urlsafe(16)
        asked = (kwargs.pop("auth_params", None) or self.get_auth_params()) | {"nonce": nonce}
        try:
            return super().redirect(
                request, process, next_url, data, auth_params=asked, nonce=nonce, **kwargs
            )
        except (OAuth2Error, RequestException) as error:
            return render_authentication_error(request, self, exception=error)


class OidcAdapter(DefaultSocialAccountAdapter):
    """Takes from the provider who somebody is and their address, and nothing else."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": _("This is your only way in. Set a password first, then disconnect it."),
    }

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> Any:
        """Return the provider, with what is done here besides."""
        found = super().get_provider(request, provider, client_id)
        return Oidc(request, app=found.app) if type(found) is OpenIDConnectProvider else found

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Have the page say whether the provider is out of reach, and tell the log why."""
        if exception is not None:
            logger.warning("signing in by %s failed: %s", provider.app.name, exception)
        if extra_context is not None:
            extra_context["provider_name"] = provider.app.name
            extra_context["is_down"] = isinstance(exception, RequestException | ProviderUnreadable)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse an answer to a question that this browser did not ask."""
        claims = sociallogin.account.extra_data.get("id_token", {})
        asked, answered = sociallogin.state.get("nonce"), claims.get("nonce")
        if not asked or asked != answered:
            error = TokenRefused("the provider's token answers another question than was asked")
            provider = self.get_provider(request, sociallogin.account.provider)
            raise ImmediateHttpResponse(
                render_authentication_error(request, provider, exception=error)
            )

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return whether the provider's people become members by coming: OIDC_REGISTRATION."""
        return settings.OIDC_REGISTRATION == OPEN

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        """Return a new person; what the guest of this session did is adopted at signing in.

        Never the guest's own row: allauth takes whoever is stored already for a member.
        """
        return User()

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict) -> User:
        """Take the address; the name stays with the provider, as others would see it here."""
        return super().populate_user(request, sociallogin, {"email": data.get("email")})

    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None
    ) -> User:
        """Store the new member."""
        sociallogin.user.is_guest = False
        return super().save_user(request, sociallogin, form)
