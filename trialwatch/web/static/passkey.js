// Passkeys: fetches what the browser is to be asked, asks it, and hands its answer to the form.
// The server sends the form's next page, whatever comes of it. https://www.w3.org/TR/webauthn-3/
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

class Refused extends Error {}

/** What the server has the browser asked, as the browser wants it. */
const question = async (address) => {
  const answer = await fetch(address, { method: "POST", redirect: "manual" });
  if (answer.type === "opaqueredirect") {
    location.reload(); // Signed out meanwhile: the page leads to the entrance.
    throw new Refused("Sign in first.");
  }
  const asked = await answer.json();
  if (!answer.ok) throw new Refused(asked.detail);
  asked.challenge = toBytes(asked.challenge);
  if (asked.user) asked.user.id = toBytes(asked.user.id);
  for (const one of asked.excludeCredentials ?? []) one.id = toBytes(one.id);
  return asked;
};

/** A passkey's answer, as the server reads it. */
const answer = (credential) => {
  const response = {};
  for (const part of PARTS) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  return JSON.stringify({ id: credential.id, rawId: credential.id, type: credential.type, response });
};

const inWords = (error) => {
  if (error instanceof Refused) return error.message;
  if (error.name === "InvalidStateError") return "This device has a passkey of yours for these pages already.";
  if (error.name === "NotAllowedError") {
    return "Nothing was done: it was cancelled, took too long, or there is no passkey for these pages here.";
  }
  return "That did not work. Try again, or take another way.";
};

const run = async (form) => {
  const [button, said] = [form.querySelector("button"), form.querySelector("[role=alert]")];
  said.textContent = "";
  button.disabled = true;
  try {
    const publicKey = await question(form.dataset.asks);
    const credentials = navigator.credentials;
    const made = form.dataset.passkey === "add" ? credentials.create({ publicKey }) : credentials.get({ publicKey });
    form.elements.credential.value = answer(await made);
    form.submit();
  } catch (error) {
    said.textContent = inWords(error);
  } finally {
    button.disabled = false;
  }
};

/** Why passkeys cannot be used here; empty where they can. */
const whyNot = (form) => {
  const { origin } = form.dataset;
  if (location.origin !== origin) return `Passkeys of these pages work at ${origin} alone.`;
  return window.PublicKeyCredential ? "" : "This browser knows no passkeys.";
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const instead = form.nextElementSibling;
  const words = whyNot(form);
  instead.textContent = words;
  instead.hidden = !words;
  form.hidden = Boolean(words);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(form);
  });
}
