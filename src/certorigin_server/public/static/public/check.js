// Reads the code of a certificate in the browser (docs/spec/qr.md): what stands behind `#` in the
// address is checked here by the keys that came with the page, and goes nowhere.
"use strict";

(() => {
  const place = document.getElementById("proof");
  const LONGEST = 1024;
  const [ISSUER, ISSUED_AT, ABOUT] = [1, 6, -70001];
  const ALGORITHMS = {
    Ed25519: { code: -8, load: { name: "Ed25519" }, check: { name: "Ed25519" } },
    "P-256": {
      code: -7,
      load: { name: "ECDSA", namedCurve: "P-256" },
      check: { name: "ECDSA", hash: "SHA-256" },
    },
  };

  const need = (holds) => {
    if (!holds) throw new RangeError("not a code of a certificate");
  };

  function fromBase32(text) {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const bytes = [];
    let [bits, held] = [0, 0];
    for (const letter of text.toUpperCase()) {
      const value = letters.indexOf(letter);
      need(value >= 0);
      held = ((held << 5) | value) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((held >> bits) & 0xff);
      }
    }
    need(bytes.length <= LONGEST && bits < 5 && (held & ((1 << bits) - 1)) === 0);
    return Uint8Array.from(bytes);
  }

  // CBOR in its one spelling: shortest lengths, no open ends, members in order, nothing beside.
  class Reader {
    constructor(bytes) {
      this.bytes = bytes;
      this.at = 0;
    }

    take(count) {
      need(count <= this.bytes.length - this.at);
      this.at += count;
      return this.bytes.slice(this.at - count, this.at);
    }

    head() {
      const first = this.take(1)[0];
      const low = first & 31;
      if (low < 24) return [first >> 5, low];
      need(low <= 27);
      const size = 1 << (low - 24);
      const value = this.take(size).reduce((sum, byte) => sum * 256 + byte, 0);
      need(value <= Number.MAX_SAFE_INTEGER && value >= [24, 256, 65536, 4294967296][low - 24]);
      return [first >> 5, value];
    }

    value(depth = 0) {
      need(depth < 8);
      const [major, size] = this.head();
      if (major === 0) return size;
      if (major === 1) return -1 - size;
      if (major === 2) return this.take(size);
      if (major === 3) return new TextDecoder("utf-8", { fatal: true }).decode(this.take(size));
      if (major === 4) {
        need(size <= LONGEST);
        return Array.from({ length: size }, () => this.value(depth + 1));
      }
      need(major === 5 && size <= LONGEST);
      return this.members(size, depth);
    }

    members(size, depth) {
      const found = new Map();
      let before = "";
      for (let count = 0; count < size; count += 1) {
        const start = this.at;
        const name = this.value(depth + 1);
        const spelt = Array.from(this.bytes.slice(start, this.at), (byte) =>
          String.fromCharCode(byte),
        ).join("");
        const later = spelt.length - before.length || (spelt > before ? 1 : 0);
        need(typeof name === "number" && (count === 0 || later > 0));
        before = spelt;
        found.set(name, this.value(depth + 1));
      }
      return found;
    }

    static whole(bytes) {
      const reader = new Reader(bytes);
      const found = reader.value();
      need(reader.at === bytes.length);
      return found;
    }
  }

  const header = (major, size) => {
    if (size < 24) return [(major << 5) | size];
    if (size < 256) return [(major << 5) | 24, size];
    return [(major << 5) | 25, size >> 8, size & 255];
  };
  const written = (major, bytes) => [...header(major, bytes.length), ...bytes];

  function readMessage(bytes) {
    need(bytes[0] === 0xd2); // tag 18: COSE_Sign1
    const parts = Reader.whole(bytes.slice(1));
    need(Array.isArray(parts) && parts.length === 4);
    const [guarded, open, payload, signature] = parts;
    const isBytes = (one) => one instanceof Uint8Array;
    need(isBytes(guarded) && open instanceof Map && isBytes(payload) && isBytes(signature));
    const headers = Reader.whole(guarded);
    need(headers instanceof Map && headers.size === 1 && open.size === 1 && isBytes(open.get(4)));
    const context = new TextEncoder().encode("Signature1");
    const signed = [0x84, ...written(3, context), ...written(2, guarded), 0x40];
    return {
      algorithm: headers.get(1),
      key: Array.from(open.get(4), (byte) => byte.toString(16).padStart(2, "0")).join(""),
      signed: Uint8Array.from([...signed, ...written(2, payload)]),
      signature,
      claims: readClaims(Reader.whole(payload)),
    };
  }

  function readClaims(claims) {
    need(claims instanceof Map && claims.size === 3);
    const about = claims.get(ABOUT);
    need(about instanceof Map && about.size === 8);
    const [form, number, day, issued, presented, digest, items, headings] = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (name) => about.get(name),
    );
    const seconds = claims.get(ISSUED_AT);
    need([claims.get(ISSUER), form, number, issued, presented].every((one) => typeof one === "string"));
    need([seconds, day, items].every((one) => Number.isInteger(one) && one >= 0));
    need(digest instanceof Uint8Array && digest.length === 32 && Array.isArray(headings));
    need(headings.length <= 8 && headings.every((one) => Number.isInteger(one) && one >= 0));
    const digits = String(day).padStart(8, "0");
    return {
      issuer: claims.get(ISSUER),
      at: `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`,
      form,
      number,
      date: `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`,
      issued,
      presented,
      items: String(items),
      headings: headings.map((one) => String(one).padStart(6, "0")).join(", "),
    };
  }

  async function judge(message) {
    const { claims } = message;
    const keys = JSON.parse(place.dataset.keys);
    const known = keys.filter((one) => one.id === message.key && one.holder === claims.issuer);
    if (known.length === 0) return "stranger";
    const [key] = known;
    const kind = ALGORITHMS[key.kind];
    if (!kind || !window.crypto?.subtle) return "unable";
    if (kind.code !== message.algorithm) return "broken";
    const raw = Uint8Array.from(atob(key.raw), (letter) => letter.charCodeAt(0));
    let loaded;
    try {
      loaded = await crypto.subtle.importKey("raw", raw, kind.load, false, ["verify"]);
    } catch {
      return "unable";
    }
    const fits = await crypto.subtle.verify(kind.check, loaded, message.signature, message.signed);
    const inTime = key.from <= claims.at && (!key.until || claims.at < key.until);
    const inForm = key.forms.length === 0 || key.forms.includes(claims.form);
    if (!fits || !inTime || !inForm || key.state !== claims.issued) return "broken";
    // A slip has no legal time: whoever stole a key could date one back.
    return key.withdrawn ? "withdrawn" : "proven";
  }

  function show(found, claims = {}) {
    const part = document.querySelector(`template[data-proof="${found}"]`).content.cloneNode(true);
    for (const one of part.querySelectorAll("[data-fact]")) {
      one.textContent = claims[one.dataset.fact] || "—";
    }
    place.replaceChildren(part);
    if (!claims.number || found === "broken") return;
    for (const name of ["number", "date"]) {
      const field = document.querySelector(`input[name="${name}"]`);
      if (field) field.value = claims[name];
    }
  }

  async function readAddress() {
    const text = location.hash.slice(1);
    if (!/^[A-Z2-7]{16,1600}$/i.test(text)) return;
    try {
      const message = readMessage(fromBase32(text));
      show(await judge(message), message.claims);
    } catch {
      show("unreadable");
    }
  }

  // Where the browser reads codes itself, a picture does not leave it either.
  async function readPicture(event) {
    const file = event.target.files[0];
    if (!("BarcodeDetector" in window) || !file?.type.startsWith("image/")) return;
    try {
      const picture = await createImageBitmap(file);
      const codes = await new BarcodeDetector({ formats: ["qr_code"] }).detect(picture);
      const slip = codes.map((one) => one.rawValue.split("/CHECK#")).find((one) => one.length === 2);
      if (!slip) return;
      event.target.value = "";
      location.hash = slip[1];
    } catch {
      // The picture stays chosen: it can be sent.
    }
  }

  document.getElementById("file").addEventListener("change", readPicture);
  window.addEventListener("hashchange", readAddress);
  readAddress();
})();
