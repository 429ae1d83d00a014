//! The routes of each set, and the paths that are looked up.

/// Each set: the paths of all routes, or paths like them that no route is for.
pub const SETS: &[&str] = &["github", "github, misses", "adversarial", "adversarial, misses"];

/// The routes of a set, as matchit writes them.
pub fn routes(set: &str) -> impl Iterator<Item = &'static str> {
    let text = match set.split(',').next() {
        Some("github") => include_str!("../../../data/github-routes.txt"),
        _ => include_str!("../../../data/adversarial-routes.txt"),
    };
    text.lines().filter(|line| !line.is_empty())
}

/// What stands in place of the parameters.
const VALUES: &[&str] = &["octocat", "hello-world", "42", "1347", "main", "v1.0.0", "0a1b2c3d4e", "readme"];

/// The paths of a set.
pub fn of(set: &str) -> Vec<String> {
    let is_miss = set.ends_with("misses");
    let mut paths = Vec::new();
    for (number, route) in routes(set).enumerate() {
        let path = filled(route);
        if !is_miss {
            paths.push(path);
            continue;
        }
        // wrong at the end, behind the end, in the middle, at the beginning
        let wrong = match number % 4 {
            0 => format!("{path}~//"),
            1 => format!("{path}/no/thing/is/here"),
            2 => {
                let middle = path.len() / 2;
                format!("{}//{}", &path[..middle], &path[middle..])
            }
            _ => format!("/nothing{path}/here"),
        };
        paths.push(wrong);
    }
    paths
}

pub fn filled(route: &str) -> String {
    let (mut path, mut rest) = (String::new(), route);
    let mut values = VALUES.iter().cycle();
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        path.push_str(values.next().unwrap_or(&""));
        rest = after.split_once('}').map_or("", |(_, behind)| behind);
    }
    path + rest
}
