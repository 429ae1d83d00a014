// Records what Koa's cookies do, from the very packages Koa uses: `npm install --no-package-lock && npm run record` rewrites
// vectors.json, which tests/cookies.rs compares with. The clock is stopped, so that two runs write the same file.
import Cookies from "cookies";
import Keygrip from "keygrip";

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0, 0);
Date.now = () => NOW;

// the same cases in each run
let state = 20261124;
const random = (below) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
};
const pick = (list) => list[random(list.length)];
const text = (alphabet, longest) => Array.from({ length: 1 + random(longest) }, () => pick(alphabet)).join("");

const PLAIN = [..."abcXYZ019-_.~!#$%&'()*+/:<>?@[]^`{|}"];
const VALUES = [...PLAIN, ..."=, \t\"\\"];
const BAD = ["\r", "\n", "\0", "\x1f", "\x7f", ";", "é", "\x85", "Ł", "🍪"];

const response = () => {
  const headers = {};
  return {
    getHeader: (name) => headers[name],
    setHeader: (name, value) => (headers[name] = value),
    lines: () => headers["Set-Cookie"] ?? [],
  };
};

const jar = ({ cookie, https = false, keys = null }, res) => {
  const headers = cookie === undefined ? {} : { cookie };
  // as Koa does: whether the connection is secure is said, not asked
  return new Cookies({ headers, socket: {} }, res, { keys: keys ?? undefined, secure: https });
};

const observe = (observed) => {
  try {
    return observed();
  } catch (error) {
    return { throws: error.message };
  }
};

// ---- set

const withDates = (options) =>
  options && typeof options.expires === "number" ? { ...options, expires: new Date(options.expires) } : options;

const set = [];
const recordSets = (sets, request = {}) => {
  const { https = false, keys = null } = request;
  const outcome = observe(() => {
    const res = response();
    const cookies = jar(request, res);
    for (const [name, value, options] of sets) cookies.set(name, value, withDates(options ?? undefined));
    return { lines: res.lines() };
  });
  // JSON has no NaN and no Infinity
  const spell = (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
  set.push({ https, keys, sets: JSON.parse(JSON.stringify(sets, spell)), ...outcome });
};
const recordSet = (name, value, options = null, request = {}) => recordSets([[name, value, options]], request);

const ONE = ["a"];
const TWO = ["newest", "older"];

recordSet("name", "jon");
recordSet("name", "jon", {});
for (const https of [false, true]) {
  for (const secure of [undefined, false, true]) recordSet("n", "v", { secure }, { https });
}
for (const maxAge of [1, 999, 1000, 1500, 86400000, 31536000000, -1000, 0, NaN, Infinity, "1000"]) {
  recordSet("n", "v", { maxAge });
}
for (const expires of [0, 1, 999, 1000, 951782400000, 1709208000000, NOW + 999, 4102444800000, 253402300799999]) {
  recordSet("n", "v", { expires });
}
recordSet("n", "v", { expires: 1000, maxAge: 5000 });
for (const value of [null, ""]) {
  recordSet("n", value);
  recordSet("n", value, { maxAge: 5000, path: "/x", domain: "example.com" });
  recordSet("n", value, {}, { keys: ONE });
}
const PATHS = ["", "/", "/x", "x", "/a b", "/é", "/;", "/<x>", "/=~!", "/\n", "/\r\n", "/\0", "/\x7f", "/" + "p".repeat(1023), "/" + "p".repeat(1024)];
for (const path of PATHS) recordSet("n", "v", { path });
const DOMAINS = [
  "", "example.com", ".example.com", "..example.com", "EXAMPLE.com", "localhost", "a.b.c.d", "a-b.example", "-a.example", "a-.example",
  "example.com.", "exa mple.com", "example.com;", "example.com\n", "ex\0.com", "exämple.com", "127.0.0.1", "a..b", ".", "xn--bcher-kva.example",
  "l".repeat(63) + ".com", "l".repeat(64) + ".com", "example.com:80", "_dmarc.example.com",
];
for (const domain of DOMAINS) recordSet("n", "v", { domain });
for (const sameSite of [true, false, "lax", "Lax", "STRICT", "strict", "none", "None", "foo", "lax;"]) recordSet("n", "v", { sameSite });
for (const priority of ["low", "medium", "HIGH", "high", "foo", "high;"]) recordSet("n", "v", { priority });
for (const httpOnly of [true, false]) {
  for (const partitioned of [true, false]) recordSet("n", "v", { httpOnly, partitioned }, { https: true });
}
for (const name of ["", "a=b", "a;b", "a b", "a\tb", " a", "a ", "a,b", "a\"b", "é", "__Host-a", "$x", "a.sig", "n".repeat(4095), "n".repeat(4096)]) {
  recordSet(name, "v");
}
for (const bad of BAD) {
  recordSet("n" + bad, "v");
  recordSet(bad, "v");
  recordSet("n", bad);
  recordSet("n", "v" + bad);
  recordSet("n", bad + "v");
  recordSet("n", "v" + bad + "w", {}, { keys: ONE });
}
for (const value of [
  "a=b", "a,b", "a b", " a", "a ", "\ta", "a\t", "a\tb", "\"a\"", "\"\"", "\"", "\"a", "a\"", "%20", "v".repeat(4095), "v".repeat(4096),
]) {
  recordSet("n", value);
}
for (const signed of [true, false]) {
  for (const keys of [null, ONE, TWO]) {
    recordSet("n", "v", { signed }, { keys });
    recordSet("n", "", { signed }, { keys });
  }
}
recordSet("n", "v", null, { keys: ONE });
recordSet("n", "v", {}, { keys: TWO });
recordSet("n", "v", { signed: true, secure: true }, { https: true, keys: ONE });
for (const overwrite of [true, false]) {
  recordSets([["n", "1", null], ["m", "2", null], ["n", "3", { overwrite }]]);
  recordSets([["n", "1", {}], ["n.sig", "x", { signed: false }], ["nn", "2", {}], ["n", "3", { overwrite }]], { keys: TWO });
  recordSets([["n", "1", null], ["n", "2", null], ["m", "4", null], ["n", "", { overwrite }]]);
}
for (let i = 0; i < 300; i++) {
  const https = random(2) === 0;
  const options = {};
  const maybe = (key, value) => random(3) === 0 && (options[key] = value);
  maybe("maxAge", 1 + random(1e9));
  maybe("expires", random(2 ** 32) * 1000 + random(1000));
  maybe("path", pick([...PATHS.slice(0, 6), "/" + text(PLAIN, 9)]));
  maybe("domain", pick(DOMAINS));
  maybe("sameSite", pick([true, false, "lax", "Strict", "NONE"]));
  maybe("priority", pick(["low", "Medium", "high"]));
  maybe("secure", https && random(2) === 0);
  maybe("httpOnly", random(2) === 0);
  maybe("partitioned", random(2) === 0);
  maybe("overwrite", random(2) === 0);
  maybe("signed", random(4) !== 0);
  const name = text(PLAIN, 9) + (random(20) === 0 ? pick([...BAD, "="]) : "");
  const value = text(VALUES, 20) + (random(20) === 0 ? pick(BAD) + text(PLAIN, 3) : "");
  recordSet(name, value, options, { https, keys: pick([null, ONE, TWO]) });
}

// ---- sign

const sign = [];
const recordSign = (keys, data, algorithm) =>
  sign.push({ keys, algorithm, data, signature: new Keygrip(keys, algorithm).sign(data) });
for (const algorithm of ["sha1", "sha256"]) {
  recordSign(ONE, "n=v", algorithm);
  recordSign(ONE, "", algorithm);
  recordSign(TWO, "name=jon", algorithm);
  recordSign(["é🍪"], "Ł=ü", algorithm);
  // around the block of 64 bytes, beyond which a key is hashed first
  for (const length of [1, 20, 32, 55, 56, 63, 64, 65, 127, 128, 129, 1000]) {
    recordSign(["k".repeat(length)], "n=v", algorithm);
    recordSign(ONE, "d".repeat(length), algorithm);
  }
  for (let i = 0; i < 80; i++) recordSign([text(VALUES, 70)], `${text(PLAIN, 9)}=${text(VALUES, 90)}`, algorithm);
}

// ---- index

const index = [];
const recordIndex = (keys, data, signature, algorithm = "sha1") =>
  index.push({ keys, algorithm, data, signature, index: new Keygrip(keys, algorithm).index(data, signature) });
const THREE = ["first", "second", "third"];
for (const algorithm of ["sha1", "sha256"]) {
  for (const key of [...THREE, "unknown"]) {
    const signature = new Keygrip([key], algorithm).sign("n=v");
    recordIndex(THREE, "n=v", signature, algorithm);
    recordIndex(THREE, "n=w", signature, algorithm);
    recordIndex(THREE, "n=v", signature + "=", algorithm);
    recordIndex(THREE, "n=v", signature.slice(1), algorithm);
    recordIndex(THREE, "n=v", signature.slice(0, -1), algorithm);
    recordIndex(THREE, "n=v", signature.toLowerCase(), algorithm);
    // the last letter has bits that mean nothing: only one of its spellings is the signature
    for (const last of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/ é") {
      recordIndex(THREE, "n=v", signature.slice(0, -1) + last, algorithm);
    }
  }
}
for (const signature of ["", "=", "é", "A".repeat(27), "A".repeat(43), "A".repeat(5000)]) recordIndex(THREE, "n=v", signature);

// ---- get

const get = [];
// several lines are joined as node does
const recordGet = (lines, name) => {
  const cookie = lines.length ? lines.join("; ") : undefined;
  get.push({ lines, name, value: jar({ cookie }, response()).get(name) ?? null });
};
for (const lines of [
  [], [""], [" "], [";"], ["n"], ["n="], ["=n"], ["n=v"], ["n=v;"], ["n=v; "], [" n=v"], [";n=v"], ["; n=v"], ["  ;   n=v"], ["m=1; n=2"],
  ["m=1;n=2"], ["m=1,n=2"], ["n=1; n=2"], ["nn=1; n=2"], ["xn=1"], ["N=1"], ["n =1"], ["n= 1"], ["n=1 "], ["\tn=1"], ["m=1;\tn=2"],
  ["n=a=b"], ["n==b"], ["n=\"v\""], ["n=\"\""], ["n=\""], ["n=\"v"], ["n=v\""], ["n=\"v\" "], ["n=\"a;b\""], ["n=%41"], ["n=é"], ["é=1; n=2"],
  ["m=1", "n=2"], ["n=1", "n=2"], ["m=1; n", "n=2"], ["m=\"", "n=2"], ["m=1;", ";n=2;"], ["n=1;n.sig=x"], ["$Version=1; n=v; $Path=/"],
  ["n=a, n=b"], ["m=n=v"], [";;;;;;n=v;;;;"], ["n;n=v"], ["n=" + "v".repeat(5000)],
]) {
  for (const name of ["n", "m", "n.sig"]) recordGet(lines, name);
}
for (const [line, name] of [
  ["a.b=1; axb=2", "a.b"], ["axb=2; a.b=1", "a.b"], ["a*b=1", "a*b"], ["aab=1", "a*b"], ["(x)=1", "(x)"], ["[x]=1", "[x]"], ["^=1", "^"],
  ["$=1", "$"], ["a b=1", "a b"], ["a|b=1", "a|b"], ["a\\=1", "a\\"], ["a=1", ""], ["=1", ""], ["__Host-id=7", "__Host-id"], ["{}?+=1", "{}?+"],
]) {
  recordGet([line], name);
}
for (let i = 0; i < 200; i++) {
  const alphabet = [..."nm;;== \"v"];
  recordGet(Array.from({ length: 1 + random(3) }, () => text(alphabet, 16)), pick(["n", "m", "nm"]));
}

// ---- get, signed

const getSigned = [];
const recordSigned = (keys, cookie, https = false) => {
  const outcome = observe(() => {
    const res = response();
    const value = jar({ cookie, keys, https }, res).get("n", { signed: true }) ?? null;
    return { value, lines: res.lines() };
  });
  getSigned.push({ keys, https, cookie: cookie ?? null, ...outcome });
};
const by = (key, data) => new Keygrip([key]).sign(data);
for (const keys of [null, TWO]) {
  for (const cookie of [
    undefined, "", "n=v", "n=v; n.sig=", "n.sig=x", "n=v; n.sig=x", `n.sig=${by("newest", "n=v")}`,
    `n=v; n.sig=${by("newest", "n=v")}`, `n.sig=${by("newest", "n=v")}; n=v`, `n=v; n.sig="${by("newest", "n=v")}"`,
    `n=v; n.sig=${by("older", "n=v")}`, `n=v; n.sig=${by("unknown", "n=v")}`, `n=w; n.sig=${by("newest", "n=v")}`,
    `n=v; n.sig=${by("newest", "n=v").toLowerCase()}`, `n=v; n.sig=x; n.sig=${by("newest", "n=v")}`,
    `n=; n.sig=${by("newest", "n=")}`, `n="v"; n.sig=${by("newest", "n=v")}`, `n="v"; n.sig=${by("newest", "n=\"v\"")}`,
    `m=v; m.sig=${by("newest", "m=v")}; n=v; n.sig=${by("newest", "m=v")}`, `n=a=b c; n.sig=${by("older", "n=a=b c")}`,
    `n=é; n.sig=${by("newest", "n=é")}`,
  ]) {
    recordSigned(keys, cookie);
  }
}
recordSigned(TWO, `n=v; n.sig=${by("older", "n=v")}`, true);
recordSigned(TWO, "n=v; n.sig=x", true);

// ---- one case a line, so that a change shows

const sections = { set, sign, index, get, getSigned };
const spelled = Object.entries(sections).map(([name, cases]) => {
  const lines = cases.map((one) => JSON.stringify(one)).join(",\n");
  return `${JSON.stringify(name)}: [\n${lines}\n]`;
});
process.stdout.write(`{\n"now": ${NOW},\n${spelled.join(",\n")}\n}\n`);
