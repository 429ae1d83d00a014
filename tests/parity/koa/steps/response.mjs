// Steps about the response.
import { Readable } from 'node:stream'

const failing = (chunks) =>
  new Readable({
    read() {
      const chunk = chunks.shift()
      if (chunk === undefined) this.destroy(new Error('the stream broke'))
      else setTimeout(() => this.push(chunk), 10)
    },
  })

const chunksOf = (text = '') => (text === '' ? [] : text.split('|'))
const stream = (text) => Readable.from(chunksOf(text).map((chunk) => Buffer.from(chunk)), { objectMode: false })

const web = (text) =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunksOf(text)) controller.enqueue(new TextEncoder().encode(chunk))
      controller.close()
    },
  })

const header = (text) => {
  const at = text.indexOf(':')
  return [text.slice(0, at), text.slice(at + 1).replace(/^ /, '')]
}

export const response = {
  nothing: () => {},

  status: (ctx, code) => { ctx.status = Number(code) },
  'status-raw': (ctx, value) => { ctx.status = value },
  'status-nan': (ctx) => { ctx.status = NaN },
  message: (ctx, text) => { ctx.message = text },

  text: (ctx, text = '') => { ctx.body = text },
  bytes: (ctx, text = '') => { ctx.body = Buffer.from(text) },
  json: (ctx, value) => { ctx.body = value },
  null: (ctx) => { ctx.body = null },
  undefined: (ctx) => { ctx.body = undefined },
  stream: (ctx, text) => { ctx.body = stream(text) },
  'same-stream-twice': (ctx, text) => {
    const same = stream(text)
    ctx.body = same
    ctx.body = same
  },
  'stream-fails-after': (ctx, text) => { ctx.body = failing(chunksOf(text)) },
  'object-stream': (ctx) => { ctx.body = Readable.from([{ a: 1 }]) },
  'web-stream': (ctx, text) => { ctx.body = web(text) },
  'web-stream-fails': (ctx) => {
    ctx.body = new ReadableStream({ pull: (controller) => controller.error(new Error('the stream broke')) })
  },
  blob: (ctx, text, type) => {
    ctx.body = new Blob([text], type === undefined ? {} : { type })
  },
  reply: (ctx, body, init) => {
    ctx.body = new Response(body, init)
  },
  'reply-redirect': (ctx, url, status) => { ctx.body = Response.redirect(url, status) },
  'reply-error': (ctx) => { ctx.body = Response.error() },
  'reply-consumed': async (ctx) => {
    const reply = new Response('hello')
    await reply.text()
    ctx.body = reply
  },
  'error-as-body': (ctx) => { ctx.body = new Error('not a failure') },
  date: (ctx, iso) => { ctx.body = new Date(iso) },
  'no-json': (ctx) => {
    const circle = {}
    circle.self = circle
    ctx.body = circle
  },
  'holes-as-json': (ctx) => { ctx.body = { a: undefined, b: NaN, c: [undefined, 1] } },

  type: (ctx, type = '') => { ctx.type = type },
  'type-null': (ctx) => { ctx.type = null },
  length: (ctx, length) => { ctx.length = Number(length) },

  set: (ctx, line) => ctx.set(...header(line)),
  'set-many': (ctx, headers) => ctx.set(headers),
  'set-list': (ctx, name, values) => ctx.set(name, values),
  'set-undefined': (ctx, name) => ctx.set(name, undefined),
  append: (ctx, line) => ctx.append(...header(line)),
  'append-list': (ctx, name, values) => ctx.append(name, values),
  remove: (ctx, name) => ctx.remove(name),
  // a value that the client chose
  'set-from-query': (ctx, name) => ctx.set('X-Echo', String(ctx.query[name])),
  'set-from-header': (ctx, name) => ctx.set('X-Echo', ctx.get(name)),

  vary: (ctx, field = '') => ctx.vary(field),
  'vary-list': (ctx, ...fields) => ctx.vary(fields),
  etag: (ctx, tag) => { ctx.etag = tag },
  'last-modified': (ctx, date) => { ctx.lastModified = new Date(date) },
  'last-modified-text': (ctx, date) => { ctx.lastModified = date },
  'last-modified-number': (ctx, date) => { ctx.lastModified = Number(date) },

  redirect: (ctx, url) => ctx.redirect(url),
  'redirect-from-query': (ctx, name) => ctx.redirect(ctx.query[name]),
  back: (ctx, alt) => ctx.back(alt),
  attachment: (ctx, name, options) => ctx.attachment(name, options),
  'attachment-odd': (ctx, name, options) => ctx.attachment(name, options),
  'attachment-from-query': (ctx, name) => ctx.attachment(ctx.query[name]),
}
