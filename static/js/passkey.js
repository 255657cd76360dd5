// Passkeys: asks the device, and sends its answer with the form. Without this script, or where the browser has no passkeys, the
// button stays hidden and the other ways to sign in are there.
const form = document.querySelector('[data-passkey]');
const say = form?.querySelector('[data-passkey-says]');
const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

async function ask() {
  const answer = await fetch(form.dataset.passkey, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(new FormData(form)) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
}
function asked({ publicKey: key }) {
  key.challenge = bytes(key.challenge);
  if (key.user) key.user.id = bytes(key.user.id);
  for (const list of [key.excludeCredentials, key.allowCredentials]) for (const one of list ?? []) one.id = bytes(one.id);
  return key;
}
function answered(credential) {
  const { id, rawId, type, response: r } = credential;
  const response = { clientDataJSON: text(r.clientDataJSON) };
  for (const part of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) if (r[part]) response[part] = text(r[part]);
  return JSON.stringify({ id, rawId: text(rawId), type, response, extensions: credential.getClientExtensionResults() });
}

if (form && window.PublicKeyCredential) {
  for (const part of form.querySelectorAll('[data-passkey-ask]')) part.hidden = false;
  const button = form.querySelector('button[data-passkey-ask]');
  button.addEventListener('click', async (event) => {
    event.preventDefault();
    try {
      const { ticket, question } = await ask();
      const publicKey = asked(question);
      const credential = publicKey.user ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
      form.elements.ticket.value = ticket;
      form.elements.credential.value = answered(credential);
      form.submit();
    } catch (cause) {
      say.textContent = cause.name === 'NotAllowedError' ? 'Your device did not answer. Nothing was changed.' : cause.message;
    }
  });
}
