// The steps that a scenario's `do` is made of, each a few words of Koa: `"name argument"` or `["name", argument, …]`.
import { context } from './context.mjs'
import { cookies } from './cookies.mjs'
import { request } from './request.mjs'
import { response } from './response.mjs'
import { shown } from './shown.mjs'

const steps = { ...context, ...cookies, ...request, ...response }

// A middleware that takes the steps in order. What `show` collected becomes the body, as a JSON array.
export function taking(list) {
  const taken = list.map((step) => {
    const [name, ...given] = split(step)
    if (name === 'show') return showing(given)
    if (!steps[name]) throw new Error(`there is no step called ${name}`)
    return (ctx) => steps[name](ctx, ...given)
  })
  return async (ctx) => {
    const values = []
    for (const step of taken) await step(ctx, values)
    if (values.length > 0) ctx.body = values
  }
}

function showing(what) {
  const [name, ...given] = what.length === 1 ? split(what[0]) : what
  if (!shown[name]) throw new Error(`there is nothing called ${name} to show`)
  return (ctx, values) => values.push(shown[name](ctx, ...given))
}

function split(line) {
  if (Array.isArray(line)) return line
  const at = line.indexOf(' ')
  return at < 0 ? [line] : [line.slice(0, at), line.slice(at + 1)]
}
