// Asks the real Koa what it answers to many headers, most of them odd, and prints question and answer as JSON.
// The same seed gives the same file:
//
//     npm ci && npm run record
//
// tests/negotiation.rs asks koa-runtime the same.

import { readFileSync } from 'node:fs'
import { IncomingMessage, ServerResponse } from 'node:http'
import Koa from 'koa'

const app = new Koa()

function context (headers) {
  const req = new IncomingMessage(null)
  req.url = '/'
  // several lines of one header reach Koa joined
  for (const [name, value] of Object.entries(headers)) {
    if (value !== null) req.headers[name] = [value].flat().join(', ')
  }
  return app.createContext(req, new ServerResponse(req))
}

// ---- chance, the same each time

let state = 20261125

function random () { // mulberry32
  state = (state + 0x6D2B79F5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const below = n => Math.floor(random() * n)
const pick = list => list[below(list.length)]
const chance = probability => random() < probability
const several = (most, make) => Array.from({ length: below(most + 1) }, make)
const odd = text => chance(0.1) ? text.toUpperCase() : text
const space = () => chance(0.15) ? pick([' ', '\t', '  ']) : ''

// one character put in, taken out or doubled
function damage (text, letters) {
  const at = below(text.length + 1)
  return text.slice(0, at) + pick([pick(letters), pick(letters), text.slice(at, at + 1).repeat(2)]) +
    text.slice(at + below(2))
}

const qualities = ['0', '0.0', '0.001', '0.1', '0.2', '0.5', '.5', '0.9', '1', '1.0', '1.000', '5', '1e-1', '1E1', '-1',
  'abc', '', '0.5x', '"0.5"', '0.5.5', 'Infinity', '-Infinity', '+0.3', ' 0.4', '0.7 ', 'NaN', '1e', '0x1', '"']

const quality = () => chance(0.55) ? `;${space()}q=${chance(0.6) ? '0.' + below(10) : pick(qualities)}` : ''

function list (member, letters) {
  const members = [member(), ...several(4, () => chance(0.06) ? '' : member())]
  if (chance(0.15)) members.push(pick(members))
  let header = members.map(text => space() + text + space()).join(pick([',', ', ', ', ']))
  for (let times = chance(0.25) ? 1 + below(3) : 0; times > 0; times--) header = damage(header, letters)
  return header
}

// ---- what may be asked of each header

const essences = ['text/html', 'text/plain', 'text/*', '*/*', 'application/json', 'application/*', 'image/png', 'image/*',
  'application/vnd.api+json', 'text/html/x', '*', 'html', '*/html', 'text', 'a/b']
const parameters = ['level=1', 'level=2', 'LEVEL=1', 'level="1"', 'level=*', 'level', 'level=', 'a="b,c"', 'a="b;q=0.1"',
  'charset=utf-8', 'charset="UTF-8"', '', ' level = 1', 'a="', 'level=1;level=2']
const parameter = () => ';' + space() + pick(parameters)

const kinds = {
  accepts: {
    header: 'accept',
    member: () => odd(pick(essences)) + space() + several(2, () => chance(0.25) ? parameter() : '').join('') + odd(quality()) +
      (chance(0.05) ? parameter() : ''),
    letters: ' \t;,="*/qaQ0.\\',
    offers: ['html', 'json', 'text', 'png', '.html', 'text/html', 'application/json', 'TEXT/HTML', 'txt', 'unknown', 'xml',
      'text/html;level=1', 'text/html; level=2', 'text/html;level=1;q=0.5', 'text/html;a="b,c"', 'application/vnd.api+json',
      'text/html;charset=UTF-8', 'image/*', '*/*', 'text/', 'a/b', 'html.json'],
    plain: ['', 'text/html', 'text/*, application/json', 'text/*;q=.5, application/json', '*/*',
      'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8', 'application/json, */*',
      'text/html;q=0, */*', 'text/html;level=1', 'text/html;q=abc', 'garbage', ',', ',,text/html,', 'text/html,text/html;q=0.1',
      'text/html;q=0.1,text/html', 'text/html;', 'text/html;;q=0.5', 'text/html;q', 'text/html;q=1;level=1']
  },
  acceptsEncodings: {
    header: 'accept-encoding',
    member: () => odd(pick(['gzip', 'br', 'deflate', 'identity', '*', 'zstd', 'compress', 'x-gzip', 'gzip br'])) + space() +
      (chance(0.1) ? ';a=b' : '') + quality() + (chance(0.05) ? ';q=0.3' : ''),
    letters: ' \t;,="*/qa0.',
    offers: ['gzip', 'br', 'deflate', 'identity', 'GZIP', 'zstd', '*', 'x'],
    plain: ['', 'gzip', 'gzip, br', 'gzip;q=0.1', '*', '*;q=0', 'identity;q=0', 'gzip, *;q=0', 'identity;q=0, *', 'gzip;q=0',
      'gzip, deflate, br, zstd', 'gzip, identity;q=0.5, *;q=0', 'gzip;q=-1', 'gzip;q=2, br', 'IDENTITY;q=0', ',', ';q=1']
  },
  acceptsCharsets: {
    header: 'accept-charset',
    member: () => odd(pick(['utf-8', 'iso-8859-1', 'utf-7', '*', 'us-ascii', 'x y'])) + space() + (chance(0.1) ? ';a=b' : '') +
      quality(),
    letters: ' \t;,="*/qa0.',
    offers: ['utf-8', 'UTF-8', 'iso-8859-1', 'utf-7', 'us-ascii', '*'],
    plain: ['', 'utf-8', 'utf-8, iso-8859-1;q=0.2, utf-7;q=0.5', '*', '*;q=0', 'utf-8;q=0, *', ',']
  },
  acceptsLanguages: {
    header: 'accept-language',
    member: () => odd(pick(['en', 'en-US', 'en-GB', 'de', 'de-AT', 'fr', 'pt-BR', 'zh-Hant-TW', 'zh', 'zh-Hant', '*', '*-CH', '-',
      'en-', '-US', 'e n'])) + space() + (chance(0.1) ? ';a=b' : '') + quality() + (chance(0.05) ? ';q=0.3' : ''),
    letters: ' \t;,="*-qa0.',
    offers: ['en', 'en-US', 'EN-us', 'en-GB', 'de', 'de-AT', 'fr', 'pt', 'zh-TW', 'zh-Hant', 'zh-Hant-TW', '*', 'en-', 'e n'],
    plain: ['', 'en', 'en-US', 'en;q=0.8, es, pt', 'en-US,en;q=0.9,de;q=0.8', '*', '*;q=0', 'en;q=0, *', 'de, *;q=0', ',', '-']
  }
}

// Where koa-runtime means to answer otherwise, no answer is recorded but below, among those that differ.
function meansToDiffer (kind, lines) {
  return lines.some(line =>
    (kind === 'acceptsLanguages' && /;[ \t]+q/.test(line)) ||
    (kind !== 'accepts' && /Q/.test(line)) ||
    (lines.length > 1 && (line.match(/"/g) ?? []).length % 2 === 1))
}

const differs = [
  ['acceptsLanguages', 'en; q=0.1, de', ['en', 'de']],
  ['acceptsEncodings', 'gzip;Q=0', ['gzip']],
  ['acceptsCharsets', 'utf-8;Q=0', ['utf-8']],
  ['accepts', ['text/html;a="x', 'image/png'], ['png']],
  ['accepts', 'text/javascript', ['js']],
  ['accepts', 'application/javascript', ['js']]
]

const ask = (kind, header, offers) => context({ [kinds[kind].header]: header })[kind](offers)

const recorded = { differs: differs.map(question => [...question, ask(...question)]) }

for (const [kind, { header: _, member, letters, offers, plain }] of Object.entries(kinds)) {
  const rows = recorded[kind] = []
  const add = (header, asked) => rows.push([header, asked, ask(kind, header, asked)])
  for (const header of [null, ...plain]) {
    for (const asked of [[], ...offers.map(offer => [offer])].slice(0, 8)) add(header, asked)
    add(header, offers)
    add(header, offers.toReversed())
  }
  const enough = rows.length + 420
  while (rows.length < enough) {
    const lines = chance(0.1) ? [list(member, letters), list(member, letters)] : [list(member, letters)]
    // node trims a header, so none is blank
    if (meansToDiffer(kind, lines) || lines.some(line => line.trim() === '')) continue
    const asked = chance(0.15) ? [] : [pick(offers), ...several(4, () => pick(offers))]
    add(lines.length > 1 ? lines : lines[0].trim(), asked)
  }
}

// ---- is

const types = ['text/html', 'image/png', 'application/json', 'application/problem+json', 'multipart/form-data',
  'application/x-www-form-urlencoded', 'image/svg+xml', 'text/html/x', 'html', 'text/', '/html', 'text /html', 'a.b/c', '-a/b',
  'a/' + 'b'.repeat(127), 'a/' + 'b'.repeat(128), 'text/html,', 'a/+', 'a/b+']
const questions = ['html', 'text/html', 'image/*', '*/*', 'png', '.png', 'PNG', 'json', '+json', '*/*+json', 'application/*+json',
  'application/*', 'urlencoded', 'multipart', 'multipart/*', '+xml', '*/png', 'unknown', '', '*', '/', '+', 'a/b/c', 'text/HTML',
  'text/html; charset=utf-8', '.', '*/*+', 'text/*html', 'x.html']

recorded.is = Array.from({ length: 500 }, () => {
  const plain = space() + odd(pick(types)) + space() + (chance(0.3) ? '; charset=utf-8' : '')
  const type = chance(0.05) ? null : (chance(0.1) ? damage(plain, ' \t;,="*/a.') : plain).trim()
  const body = pick([{ 'content-length': '1' }, { 'content-length': '0' }, { 'transfer-encoding': 'chunked' }, {}])
  const asked = chance(0.05) ? [] : [pick(questions), ...several(2, () => pick(questions))]
  const ctx = context({ ...body, 'content-type': type })
  if (type) ctx.response.set('Content-Type', type)
  return [Object.entries(body).flat(), type, asked, ctx.is(asked), ctx.response.is(asked)]
})

// ---- type =

const known = readFileSync(new URL('../../../koa-runtime/src/mime/extensions.rs', import.meta.url), 'utf8')
  .matchAll(/^ {4}\("([^"]+)", "/gm)
const names = ['', '.', 'js.', 'unknown', 'urlencoded', 'JS', '.html', 'app.js', 'app.min.js', 'a/b.html', 'text/html',
  'TEXT/HTML', 'text/html; level=1', 'text/html; charset=ascii', 'text/x-poem', 'foo/bar', 'image/svg+xml', 'application/json',
  'application/javascript', 'application/manifest+json', 'application/xml', 'application/problem+json']

recorded.type = [...Array.from(known, ([, extension]) => extension), ...names].map(name => {
  const ctx = context({})
  ctx.type = name
  return [name, ctx.response.get('Content-Type') ?? null]
})

// a question a line, so that what changes can be seen
const rows = Object.entries(recorded)
  .map(([kind, rows]) => `"${kind}":[\n${rows.map(row => JSON.stringify(row)).join(',\n')}\n]`)
console.log(`{${rows.join(',\n')}}`)
