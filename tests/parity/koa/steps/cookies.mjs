// Steps about cookies.
const options = (given) => {
  if (given?.expires) given.expires = new Date(given.expires)
  return given
}

const steps = {
  cookie: (ctx, name, value, given) => {
    if (given === undefined) ctx.cookies.set(name, value)
    else ctx.cookies.set(name, value, options(given))
  },
  'cookie-delete': (ctx, name, given) => ctx.cookies.set(name, null, given),
  'cookie-undefined': (ctx, name) => ctx.cookies.set(name),
  // its `expires` as a number of seconds from now, as the time itself is another each day
  'cookie-expires': (ctx, name, value, given) => {
    const now = Math.floor(Date.now() / 1000)
    ctx.cookies.set(name, value, given)
    const line = [].concat(ctx.response.get('Set-Cookie'))[0]
    const expires = /expires=([^;]*)/.exec(line)
    ctx.remove('Set-Cookie')
    ctx.body = [line.replace(/expires=[^;]*/, 'expires=*'), expires && Date.parse(expires[1]) / 1000 - now]
  },
  'cookie-max-age-nan': (ctx, name) => ctx.cookies.set(name, 'v', { maxAge: NaN }),
  'cookie-max-age-infinite': (ctx, name) => ctx.cookies.set(name, 'v', { maxAge: Infinity }),
  'cookie-from-query': (ctx, name) => ctx.cookies.set('echo', ctx.query[name]),
  'custom-jar': (ctx) => {
    ctx.cookies = { get: (name) => `custom ${name}`, set: () => ctx.set('X-Custom', 'set') }
  },
}

// what no type here lets through has names of its own
export const cookies = { ...steps, 'cookie-odd': steps.cookie, 'cookie-expires-odd': steps['cookie-expires'] }
