// What `show` can show: a value that JSON can hold. `undefined` is `null` there.
export const shown = {
  // the request
  method: (ctx) => ctx.method,
  url: (ctx) => ctx.url,
  'original-url': (ctx) => ctx.originalUrl,
  path: (ctx) => ctx.path,
  querystring: (ctx) => ctx.querystring,
  search: (ctx) => ctx.search,
  query: (ctx, name) => ctx.query[name],
  'query-keys': (ctx) => Object.keys(ctx.query),
  'query-all': (ctx) => Object.entries(ctx.query),
  get: (ctx, name) => ctx.get(name),
  'header-count': (ctx, name) => (ctx.headers[name] === undefined ? 0 : 1),
  origin: (ctx) => ctx.origin,
  href: (ctx) => ctx.href,
  host: (ctx) => ctx.host,
  hostname: (ctx) => ctx.hostname,
  'url-host': (ctx) => ctx.URL.host,
  'url-path': (ctx) => ctx.URL.pathname,
  'url-search': (ctx) => ctx.URL.search,
  protocol: (ctx) => ctx.protocol,
  secure: (ctx) => ctx.secure,
  ips: (ctx) => ctx.ips,
  ip: (ctx) => ctx.ip,
  subdomains: (ctx) => ctx.subdomains,
  idempotent: (ctx) => ctx.idempotent,
  fresh: (ctx) => ctx.fresh,
  stale: (ctx) => ctx.stale,
  accepts: (ctx, ...given) => ctx.accepts(...given),
  'accepts-list': (ctx, ...given) => ctx.accepts(given),
  'accepts-encodings': (ctx, ...given) => ctx.acceptsEncodings(...given),
  'accepts-charsets': (ctx, ...given) => ctx.acceptsCharsets(...given),
  'accepts-languages': (ctx, ...given) => ctx.acceptsLanguages(...given),
  is: (ctx, ...given) => ctx.is(...given),
  'is-list': (ctx, ...given) => ctx.is(given),
  'request-type': (ctx) => ctx.request.type,
  'request-length': (ctx) => ctx.request.length,
  charset: (ctx) => ctx.request.charset,
  'request-body': (ctx) => ctx.request.body,

  // the response
  status: (ctx) => ctx.status,
  message: (ctx) => ctx.message,
  type: (ctx) => ctx.type,
  length: (ctx) => ctx.length,
  has: (ctx, name) => ctx.response.has(name),
  'response-get': (ctx, name) => ctx.response.get(name),
  'response-is': (ctx, ...given) => ctx.response.is(...given),
  etag: (ctx) => ctx.etag,
  'last-modified': (ctx) => ctx.lastModified,
  'header-names': (ctx) => Object.keys(ctx.response.headers).sort(),
  'has-body': (ctx) => ctx.body !== null && ctx.body !== undefined,
  'header-sent': (ctx) => ctx.headerSent,
  writable: (ctx) => ctx.writable,
  'response-json': (ctx) => ctx.response,

  // the application
  settings: (ctx) => {
    const { proxy, subdomainOffset, proxyIpHeader, maxIpsCount, keys } = ctx.app
    return [proxy, subdomainOffset, proxyIpHeader.toLowerCase(), maxIpsCount, keys === undefined]
  },
  'app-json': (ctx) => ctx.app,
  state: (ctx) => Object.keys(ctx.state),

  // cookies
  cookie: (ctx, name, given) => (given === undefined ? ctx.cookies.get(name) : ctx.cookies.get(name, given)),
}
