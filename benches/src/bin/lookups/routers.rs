//! The routers, each built once and asked again and again. Each gives the number of the route and what it captures.

use std::{collections::HashMap, hint::black_box};

use super::{
    paths::{filled, routes},
    tables::ours,
};

/// How many of the paths were found, in all passes.
pub type Run = fn(set: &str, paths: &[String], passes: usize) -> usize;

/// All of them, with their names.
pub const ROUTERS: &[(&str, Run)] = &[
    ("ours", ours),
    ("a hash map of the literal paths", hash_map),
    ("matchit", matchit),
    ("wayfind", wayfind),
    ("path-tree", path_tree),
    ("actix-router", actix),
];

/// Asks for each path in turn. Inlined, so that no router pays for a call more than the others.
#[inline(always)]
pub fn all(paths: &[String], passes: usize, mut find: impl FnMut(&str) -> bool) -> usize {
    let mut found = 0;
    for _ in 0..passes {
        for path in paths {
            found += usize::from(find(black_box(path)));
        }
    }
    found
}

fn hash_map(set: &str, paths: &[String], passes: usize) -> usize {
    let map: HashMap<String, usize> = routes(set).map(filled).zip(0..).collect();
    all(paths, passes, |path| black_box(map.get(path)).is_some())
}

fn matchit(set: &str, paths: &[String], passes: usize) -> usize {
    let mut router = matchit::Router::new();
    for (number, route) in routes(set).enumerate() {
        router.insert(route, number).expect("no conflict");
    }
    all(paths, passes, |path| black_box(router.at(path)).is_ok())
}

fn wayfind(set: &str, paths: &[String], passes: usize) -> usize {
    let mut router = wayfind::RouterBuilder::new();
    for (number, route) in routes(set).enumerate() {
        router.insert(&route.replace('{', "<").replace('}', ">"), number).expect("no conflict");
    }
    let router = router.build();
    all(paths, passes, |path| black_box(router.search(path)).is_some())
}

fn path_tree(set: &str, paths: &[String], passes: usize) -> usize {
    let mut tree = path_tree::PathTree::new();
    for (number, route) in routes(set).enumerate() {
        let _ = tree.insert(&route.replace('{', ":").replace('}', ""), number);
    }
    all(paths, passes, |path| black_box(tree.find(path)).is_some())
}

fn actix(set: &str, paths: &[String], passes: usize) -> usize {
    let mut router = actix_router::Router::<usize>::build();
    for (number, route) in routes(set).enumerate() {
        router.path(route, number);
    }
    let router = router.finish();
    all(paths, passes, |path| {
        let mut path = actix_router::Path::new(path);
        let found = router.recognize(&mut path).is_some();
        black_box(&path);
        found
    })
}
