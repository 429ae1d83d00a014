// Steps that fail, and what they fail with.

// `message` is the error's own; the rest are its properties
const made = ({ message, ...properties }) => Object.assign(new Error(message), properties)

export const context = {
  throw: (ctx, ...given) => ctx.throw(...given),
  'throw-odd': (ctx, ...given) => ctx.throw(...given),
  'throw-with': (ctx, status, error) => ctx.throw(status, made(error)),
  'throw-only': (ctx, error) => ctx.throw(made(error)),
  fail: (_ctx, error) => { throw made(error) },
  'fail-with-odd-status': (_ctx, error) => { throw made(error) },
  'fail-with-number': (_ctx, number) => { throw number },
  'fail-with-null': () => { throw null },
  assert: (ctx, ...given) => ctx.assert(...given),
  'assert-equal': (ctx, ...given) => ctx.assert.equal(...given),
  'assert-not-equal': (ctx, ...given) => ctx.assert.notEqual(...given),
  'assert-ok': (ctx, ...given) => ctx.assert.ok(...given),
  'assert-strict-equal': (ctx, ...given) => ctx.assert.strictEqual(...given),
  'assert-not-strict-equal': (ctx, ...given) => ctx.assert.notStrictEqual(...given),
  'assert-deep-equal': (ctx, ...given) => ctx.assert.deepEqual(...given),
  'assert-not-deep-equal': (ctx, ...given) => ctx.assert.notDeepEqual(...given),
  'assert-fail': (ctx, ...given) => ctx.assert.fail(...given),
  state: (ctx, text) => { ctx.state.text = text },
}
