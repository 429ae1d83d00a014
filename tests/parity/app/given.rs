//! What a step is given.

use serde_json::Value;

/// The arguments of a step. A scenario that gives others than its step takes is a mistake in the scenario, so these panic.
#[derive(Debug, Clone)]
pub(super) struct Given(Vec<Value>);

impl Given {
    /// A step's name, and what it is given: `"name text"` or `["name", value, …]`.
    pub(super) fn split(step: &Value) -> (String, Self) {
        match step {
            Value::String(line) => match line.split_once(' ') {
                Some((name, rest)) => (name.to_owned(), Self(vec![rest.into()])),
                None => (line.clone(), Self(Vec::new())),
            },
            Value::Array(values) => {
                let (name, rest) = values.split_first().expect("a step has a name");
                (name.as_str().expect("a step's name is text").to_owned(), Self(rest.to_vec()))
            }
            other => panic!("{other} is no step"),
        }
    }

    /// The step that a `show` is given.
    pub(super) fn inner(self) -> (String, Self) {
        match self.0.as_slice() {
            [line] => Self::split(line),
            _ => Self::split(&Value::Array(self.0)),
        }
    }

    /// `null` if there are not as many.
    pub(super) fn value(&self, at: usize) -> &Value {
        self.0.get(at).unwrap_or(&Value::Null)
    }

    pub(super) fn is(&self, at: usize) -> bool {
        at < self.0.len()
    }

    /// `""` if there are not as many.
    pub(super) fn text(&self, at: usize) -> String {
        match self.value(at) {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// The texts of a list.
    pub(super) fn texts(&self, at: usize) -> Vec<String> {
        self.value(at).as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// All of them, as texts.
    pub(super) fn all(&self) -> Vec<String> {
        (0..self.0.len()).map(|at| self.text(at)).collect()
    }

    pub(super) fn number<N: TryFrom<u64>>(&self, at: usize) -> N {
        let number = match self.value(at) {
            Value::String(text) => text.parse().ok(),
            other => other.as_u64(),
        };
        number.and_then(|number| N::try_from(number).ok()).unwrap_or_else(|| panic!("{self:?}: no number at {at}"))
    }

    /// What stands before and after the first colon.
    pub(super) fn header(&self) -> (String, String) {
        let line = self.text(0);
        let (name, value) = line.split_once(':').expect("a header has a colon");
        (name.to_owned(), value.strip_prefix(' ').unwrap_or(value).to_owned())
    }

    /// The text, cut at each `|`.
    pub(super) fn chunks(&self) -> Vec<String> {
        match self.text(0).as_str() {
            "" => Vec::new(),
            text => text.split('|').map(str::to_owned).collect(),
        }
    }
}
