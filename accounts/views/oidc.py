"""Coming back from the identity provider."""

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404, HttpRequest, HttpResponse
from requests import RequestException

from accounts.oidc import OidcConversation


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Let in whoever the provider vouches for; as allauth's own, which believes more."""
    view = OAuth2CallbackView.adapter_view(OidcConversation(request, provider_id))
    try:
        return view(request)
    except SocialApp.DoesNotExist as error:
        raise Http404(str(error)) from error
    except (OAuth2Error, RequestException) as error:  # The provider went away meanwhile.
        provider = get_adapter(request).get_provider(request, provider_id)
        return render_authentication_error(request, provider, exception=error)
