//! Compile errors are the product: for each mistake in `ui/<theme>/<mistake>.rs`, what rustc says is in the `.stderr`
//! beside it. `TRYBUILD=overwrite cargo test -p tests --test ui` writes them anew; read them before committing them.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What compiles although it looks as if it might not is here, and no mistake.
const PROGRAMS: &str = "pass";
/// One error is at most this long.
const MOST_LINES: usize = 26;

#[test]
fn each_mistake_is_explained() {
    let tests = trybuild::TestCases::new();
    for theme in themes() {
        tests.compile_fail(format!("ui/{theme}/*.rs"));
    }
}

/// Built and run, so `cargo build` agrees with `cargo check`.
#[test]
fn each_program_is_built_and_runs() {
    trybuild::TestCases::new().pass(format!("ui/{PROGRAMS}/*.rs"));
}

#[test]
fn one_mistake_gives_one_short_error_at_the_users_own_token() {
    let mut complaints = Vec::new();
    let mistakes = mistakes();
    assert!(mistakes.len() >= 40, "only {} mistakes are tested", mistakes.len());
    for mistake in mistakes {
        let mut complain = |what: String| complaints.push(format!("{}: {what}", mistake.name));
        let errors = mistake.errors();
        if errors.len() != mistake.declared {
            complain(format!("{} errors for {} mistakes", errors.len(), mistake.declared));
        }
        for error in errors {
            let sentence = error.lines().next().unwrap_or_default();
            if error.lines().count() > MOST_LINES {
                complain(format!("{} lines: {sentence}", error.lines().count()));
            }
            if sentence.contains("__private") && !sentence.contains("FitsTheRecursionLimit") {
                complain(format!("speaks of our types: {sentence}"));
            }
            let place = error.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
            if !place.is_some_and(|place| place.starts_with(&format!("ui/{}.rs:", mistake.name))) {
                complain(format!("points at {place:?}: {sentence}"));
            }
            // what the compiler's own sources look like depends on whether they are installed
            if error.contains("--> $RUST") || error.contains("--> $CARGO") {
                complain(format!("shows code of other crates: {sentence}"));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn no_explanation_is_left_without_its_mistake() {
    for theme in themes().iter().map(String::as_str).chain([PROGRAMS]) {
        for file in files(&ui().join(theme)) {
            let is_orphaned =
                file.extension().is_some_and(|ending| ending == "stderr") && !file.with_extension("rs").exists();
            assert!(!is_orphaned, "{} explains nothing", file.display());
        }
    }
}

/// The README quotes what one reads who forgets to authenticate.
#[test]
fn the_readme_quotes_the_real_error() {
    let readme = fs::read_to_string(ui().join("../../README.md")).unwrap();
    let quoted = readme
        .split_once("<!-- error:begin -->")
        .and_then(|(_, rest)| rest.split_once("<!-- error:end -->"))
        .map(|(quoted, _)| quoted)
        .expect("README.md quotes an error between `<!-- error:begin -->` and `<!-- error:end -->`");
    let quoted: Vec<_> = quoted.trim().lines().filter(|line| !line.starts_with("```")).collect();
    let real = fs::read_to_string(ui().join("values/user_read_but_never_provided.stderr")).unwrap();
    assert_eq!(quoted.join("\n"), real.trim_end());
}

/// A test program with a mistake in it.
struct Mistake {
    /// `theme/mistake`
    name: String,
    /// How many there are: `//@ mistakes: 2` in the first line, or one.
    declared: usize,
    stderr: String,
}

impl Mistake {
    /// The errors, without the warnings between them.
    fn errors(&self) -> Vec<String> {
        let mut errors: Vec<String> = Vec::new();
        let mut is_error = false;
        for line in self.stderr.lines() {
            let starts = |word: &str| line.strip_prefix(word).is_some_and(|rest| rest.starts_with([':', '[']));
            if starts("error") {
                errors.push(String::new());
                is_error = true;
            } else if starts("warning") {
                is_error = false;
            }
            if let Some(error) = errors.last_mut().filter(|_| is_error) {
                error.push_str(line);
                error.push('\n');
            }
        }
        errors.iter().map(|error| error.trim_end().to_owned()).collect()
    }
}

fn mistakes() -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for theme in themes() {
        for file in files(&ui().join(&theme)) {
            if file.extension().is_none_or(|ending| ending != "rs") {
                continue;
            }
            let source = fs::read_to_string(&file).unwrap();
            let declared = source.lines().next().and_then(|line| line.strip_prefix("//@ mistakes: "));
            mistakes.push(Mistake {
                name: format!("{theme}/{}", file.file_stem().unwrap().display()),
                declared: declared.map_or(1, |number| number.parse().unwrap()),
                stderr: fs::read_to_string(file.with_extension("stderr")).unwrap_or_default(),
            });
        }
    }
    mistakes
}

/// The folders of mistakes.
fn themes() -> Vec<String> {
    let folders = files(&ui()).into_iter().filter(|path| path.is_dir());
    let names = folders.map(|folder| folder.file_name().unwrap().to_string_lossy().into_owned());
    names.filter(|name| name != PROGRAMS).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}
