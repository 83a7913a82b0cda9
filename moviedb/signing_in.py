"""The settings of signing up and in; `settings.py` takes over all of them."""

from urllib.parse import urlsplit

from moviedb.environment import env, env_flag, env_list

# HTTPS is the operator's proxy. Cookies are bound to it once the site says that it has one.
BEHIND_HTTPS = env_flag("BEHIND_HTTPS", default=False)

AUTHENTICATION_BACKENDS = [
    "accounts.backends.ModelBackend",
    "accounts.backends.AddressBackend",
]
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.calling.NameForm"
ACCOUNT_FORMS = {
    "change_password": "accounts.forms.NewPasswordForm",
    "reset_password_from_key": "accounts.forms.LinkedPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_EMAIL_VERIFICATION = env("ACCOUNT_EMAIL_VERIFICATION", "optional")
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
# Changing addresses, and anything about a second factor, asks for the password once more.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Tell people by mail what was changed about their door; not where no mail server was named.
ACCOUNT_EMAIL_NOTIFICATIONS = bool(env("EMAIL_HOST"))
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BEHIND_HTTPS else "http"
# allauth's own limits at every door, counted in the cache. Five wrong passwords for one account
# in five minutes; told apart by address, which a proxy passes on.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env("TRUSTED_PROXIES", "1" if BEHIND_HTTPS else "0"))
ACCOUNT_EMAIL_SUBJECT_PREFIX = "MovieDB: "
REGISTRATION = env("REGISTRATION", "open")

# A second factor: an authenticator app, recovery codes, passkeys.
MFA_ADAPTER = "accounts.secondfactor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "accounts.forms.PasskeyForm"}
MFA_TOTP_ISSUER = "MovieDB"
MFA_TOTP_TOLERANCE = 1
# Browsers make passkeys over https, and on localhost without.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_HTTPS
# Where nobody confirms an address, none can be asked for before a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = ACCOUNT_EMAIL_VERIFICATION == "none"
# Staff need one to enter the admin, except on a laptop that speaks plain http.
STAFF_NEEDS_SECOND_FACTOR = env_flag("STAFF_NEEDS_SECOND_FACTOR", default=BEHIND_HTTPS)

# An identity provider that speaks OpenID Connect; three values or none: see docs/sign-in.md.
OIDC_NAME = env("OIDC_NAME", "Single sign-on")
OIDC_URL = env("OIDC_URL")
OIDC_CLIENT_ID = env("OIDC_CLIENT_ID")
OIDC_SECRET = env("OIDC_SECRET")
OIDC_REGISTRATION = env("OIDC_REGISTRATION", "open" if REGISTRATION == "open" else "closed")
HAS_OIDC = all((OIDC_URL, OIDC_CLIENT_ID, OIDC_SECRET))
# Where people sign in, when that is elsewhere than OIDC_URL.
OIDC_ORIGINS = [
    f"{parts.scheme}://{parts.netloc}"
    for parts in map(urlsplit, [OIDC_URL, *env_list("OIDC_SIGN_IN_URLS")])
    if HAS_OIDC and parts.netloc
]
SOCIALACCOUNT_ADAPTER = "accounts.oidc.OidcAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_SECRET,
                "settings": {"server_url": OIDC_URL},
            }
        ]
        * HAS_OIDC,
    }
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator")
] + [{"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"}]
