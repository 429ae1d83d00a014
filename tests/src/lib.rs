//! The properties of koa-runtime are tested beside this file, one file each.
