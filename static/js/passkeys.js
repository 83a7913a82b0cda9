/* What allauth's own scripts leave out: showing passkeys where the browser can use them, and saying
   in words what went wrong. */
for (const place of document.querySelectorAll('[data-passkeys]')) {
  place.hidden = !window.PublicKeyCredential;
}

document.addEventListener('allauth.error', (event) => {
  const said = document.getElementById('passkey-said');
  if (!said) return;
  event.preventDefault();
  const words = { NotAllowedError: 'cancelled', AbortError: 'cancelled', InvalidStateError: 'known' };
  said.textContent = said.dataset[words[event.detail.exception.name] || 'failed'];
  said.hidden = false;
});
