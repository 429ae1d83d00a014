// Steps that change the request.
export const request = {
  method: (ctx, method) => { ctx.method = method },
  url: (ctx, url) => { ctx.url = url },
  path: (ctx, path) => { ctx.path = path },
  querystring: (ctx, text = '') => { ctx.querystring = text },
  search: (ctx, text = '') => { ctx.search = text },
  query: (ctx, values) => { ctx.query = values },
  'query-odd': (ctx) => { ctx.query = { a: null, b: undefined, c: {}, d: NaN, e: true, f: false } },
  'query-add': (ctx, name) => { ctx.query[name] = 'added' },
  // as if the client had sent it, where no server lets it through
  'request-header': (ctx, line) => {
    const [name, value] = line.split(/: ?(.*)/s)
    ctx.req.headers[name.toLowerCase()] = value
  },
  ip: (ctx, ip) => { ctx.request.ip = ip },
  'subdomain-offset': (ctx, offset) => { ctx.app.subdomainOffset = Number(offset) },
}
