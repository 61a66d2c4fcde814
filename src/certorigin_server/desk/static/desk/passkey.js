// Asks the person's device for a passkey (docs/operate/sign-in.md): what the server wants to know
// stands in the button, and the answer travels in the form around it.
"use strict";

(() => {
  const unable = !window.PublicKeyCredential || !navigator.credentials;

  function toBytes(text) {
    const plain = text.replaceAll("-", "+").replaceAll("_", "/");
    return Uint8Array.from(atob(plain), (letter) => letter.charCodeAt(0));
  }

  function toText(buffer) {
    const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
    return btoa(letters.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  const known = (list) => (list || []).map((one) => ({ ...one, id: toBytes(one.id) }));

  function wanted(text) {
    const options = JSON.parse(text);
    options.challenge = toBytes(options.challenge);
    if (options.user) options.user.id = toBytes(options.user.id);
    if (options.excludeCredentials) options.excludeCredentials = known(options.excludeCredentials);
    if (options.allowCredentials) options.allowCredentials = known(options.allowCredentials);
    return { publicKey: options };
  }

  // What the device answered, in the spelling of the standard's own JSON.
  function told(made) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature"])
      if (made.response[name]) response[name] = toText(made.response[name]);
    if (made.response.userHandle) response.userHandle = toText(made.response.userHandle);
    return JSON.stringify({ id: made.id, rawId: toText(made.rawId), type: made.type, response });
  }

  async function ask(button, form) {
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const options = wanted(button.dataset.options);
      const made = await navigator.credentials[button.dataset.passkey](options);
      form.elements.credential.value = told(made);
      form.submit();
    } catch {
      failed.hidden = false;
      button.focus();
    }
  }

  for (const button of document.querySelectorAll("[data-passkey]")) {
    const form = button.closest("form");
    if (unable) continue;
    form.querySelector("[data-passkey-unable]").hidden = true;
    button.hidden = false;
    button.addEventListener("click", () => ask(button, form));
  }
})();
