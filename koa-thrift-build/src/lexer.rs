//! Cuts an IDL into words.

use crate::Mistake;

/// A word, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) line: usize,
    /// The comment right before it, if that is documentation: each line without what makes it a comment.
    pub(crate) doc: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A name, with dots in it where it is one of another file.
    Name(String),
    Integer(i64),
    Double(f64),
    Text(String),
    Sign(char),
    End,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) => write!(f, "`{name}`"),
            Self::Integer(number) => write!(f, "`{number}`"),
            Self::Double(number) => write!(f, "`{number}`"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Sign(sign) => write!(f, "`{sign}`"),
            Self::End => f.write_str("the end of the file"),
        }
    }
}

pub(crate) fn lex(text: &str) -> Result<Vec<Token>, Mistake> {
    // some editors mark UTF-8
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lexer = Lexer { rest: text, line: 1, doc: Vec::new() };
    let mut tokens = Vec::new();
    loop {
        lexer.space()?;
        let line = lexer.line;
        let kind = lexer.word()?;
        let is_end = kind == Kind::End;
        tokens.push(Token { kind, line, doc: std::mem::take(&mut lexer.doc) });
        if is_end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'t> {
    rest: &'t str,
    line: usize,
    doc: Vec<String>,
}

impl<'t> Lexer<'t> {
    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    /// Up to where `is_in` ends.
    fn take_while(&mut self, is_in: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|c| !is_in(c)).unwrap_or(self.rest.len());
        self.take(end)
    }

    fn mistake<T>(&self, what: impl Into<String>) -> Result<T, Mistake> {
        Err(Mistake { line: self.line, what: what.into() })
    }

    /// White space and comments.
    fn space(&mut self) -> Result<(), Mistake> {
        loop {
            self.take_while(char::is_whitespace);
            if self.rest.starts_with("//") || self.rest.starts_with('#') {
                let comment = self.take_while(|c| c != '\n');
                // `///` is documentation in none of Thrift's own compilers, but it is so in Rust
                match comment.strip_prefix("///") {
                    Some(doc) => self.doc.push(doc.trim().to_owned()),
                    None => self.doc.clear(),
                }
            } else if self.rest.starts_with("/*") {
                let Some(end) = self.rest[2..].find("*/") else { return self.mistake("this comment has no end") };
                let comment = self.take(end + 4);
                self.doc =
                    comment.strip_prefix("/**").filter(|text| text.len() > 1).map(documentation).unwrap_or_default();
            } else {
                return Ok(());
            }
        }
    }

    fn word(&mut self) -> Result<Kind, Mistake> {
        let Some(first) = self.rest.chars().next() else { return Ok(Kind::End) };
        match first {
            'a'..='z' | 'A'..='Z' | '_' => {
                let name = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.' || c == '-');
                Ok(Kind::Name(name.to_owned()))
            }
            '0'..='9' | '-' | '+' | '.' => self.number(),
            '"' | '\'' => self.text(first),
            '{' | '}' | '(' | ')' | '[' | ']' | '<' | '>' | ',' | ';' | ':' | '=' | '*' | '&' => {
                self.take(1);
                Ok(Kind::Sign(first))
            }
            other => self.mistake(format!("`{other}` means nothing here")),
        }
    }

    fn number(&mut self) -> Result<Kind, Mistake> {
        let line = self.line;
        let mut end = 0;
        let mut before = ' ';
        for c in self.rest.chars() {
            let is_sign = matches!(c, '-' | '+');
            let goes_on =
                c.is_ascii_alphanumeric() || c == '.' || (is_sign && (end == 0 || matches!(before, 'e' | 'E')));
            if !goes_on {
                break;
            }
            (before, end) = (c, end + c.len_utf8());
        }
        let word = self.take(end);
        let (sign, digits) = match word.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", word.strip_prefix('+').unwrap_or(word)),
        };
        let integer = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
            Some(hex) => i64::from_str_radix(&format!("{sign}{hex}"), 16).ok(),
            None => format!("{sign}{digits}").parse().ok(),
        };
        integer
            .map(Kind::Integer)
            .or_else(|| format!("{sign}{digits}").parse().ok().filter(|d: &f64| d.is_finite()).map(Kind::Double))
            .ok_or_else(|| Mistake { line, what: format!("`{word}` is no number") })
    }

    fn text(&mut self, quote: char) -> Result<Kind, Mistake> {
        let line = self.line;
        self.take(1);
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.take(at + 1);
                return Ok(Kind::Text(text));
            }
            if c != '\\' {
                text.push(c);
                continue;
            }
            match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 'r')) => text.push('\r'),
                Some((_, 't')) => text.push('\t'),
                Some((_, escaped @ ('\\' | '"' | '\''))) => text.push(escaped),
                // as it is written: so does Thrift's own compiler
                Some((_, other)) => text.extend(['\\', other]),
                None => break,
            }
        }
        Err(Mistake { line, what: "this text has no end".to_owned() })
    }
}

/// The lines of a comment from behind its `/**` on, without the stars in front of them.
fn documentation(comment: &str) -> Vec<String> {
    let comment = comment.strip_suffix("*/").unwrap_or(comment);
    let mut lines: Vec<_> = comment
        .lines()
        .map(|line| {
            let line = line.trim();
            line.strip_prefix('*').unwrap_or(line).trim().to_owned()
        })
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(0);
    lines.drain(..first);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        lex(text).unwrap().into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn numbers_are_integers_where_they_can_be() {
        use Kind::{Double, End, Integer};
        assert_eq!(
            kinds("-5 0x1F +7 1e3 .5 -0x10"),
            [Integer(-5), Integer(31), Integer(7), Double(1000.0), Double(0.5), Integer(-16), End]
        );
        assert!(lex("12monkeys").is_err());
    }

    #[test]
    fn a_comment_right_before_a_word_documents_it() {
        let tokens = lex("/** One.\n * Two.\n */ a // no\n b /// yes\n c /* no */ d").unwrap();
        let docs: Vec<_> = tokens.iter().map(|token| token.doc.join("|")).collect();
        assert_eq!(docs, ["One.|Two.", "", "yes", "", ""]);
        assert_eq!(tokens[2].line, 5);
    }

    #[test]
    fn a_text_or_a_comment_that_does_not_end_says_where_it_begins() {
        assert_eq!(lex("a\n\"b\nc").unwrap_err().line, 2);
        assert_eq!(lex("a\n/* b\nc").unwrap_err().line, 2);
    }
}
